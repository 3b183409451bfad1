"""What detection hands on: the table of likelihood ratios since the trouble began, and the alarms."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.time import Tick

if TYPE_CHECKING:
    from lightship.detect.asking import Asked

SHARES = np.geomspace(2.0**-14, 1.0, 15)
"""(K,) the graded shares of a row that may be out; a grade below 20 lines of a row is the same as the next above."""


@dataclass(frozen=True)
class Evidence:
    """The table over a window: one row an observable, one column a graded share.

    Args:
        since, until: first and last tick of the window, both within it.
        ell: (rows, K) float64, nats: sum over the window of log P(signals | share out) - log P(signals | healthy).
            A row without data is all zeros.
        has_data: (rows,) bool: something was measured there in the window. No data is never "up".
        seen, expected: (rows,) reports or failures counted, and what a healthy row would have given.
        wrong: (rows,) P(an observation fails with its target well) as the table took it, 0-1; NaN: the row has none.
            Absent: not known.
    """

    since: Tick
    until: Tick
    ell: np.ndarray
    has_data: np.ndarray
    seen: np.ndarray
    expected: np.ndarray
    wrong: np.ndarray | None = None

    def of(self, losses: np.ndarray) -> np.ndarray:
        """(rows,) nats for each row if it has lost that share (0-1), linear between grades in log share; 0: none."""
        out = np.clip(losses, 0.0, 1.0)
        position = (np.log2(np.maximum(out, SHARES[0] / 2)) + 14.0) / 14.0 * (len(SHARES) - 1)
        low = np.clip(np.floor(position).astype(np.int64), 0, len(SHARES) - 2)
        part = np.clip(position - low, 0.0, 1.0)
        rows = np.arange(len(out))
        value = self.ell[rows, low] * (1 - part) + self.ell[rows, low + 1] * part
        below = out < SHARES[0]
        return np.asarray(np.where(below, self.ell[:, 0] * out / SHARES[0], value))


@dataclass(frozen=True)
class Detection:
    """One tick's verdict.

    Args:
        alarms: all that stand now, "recovered" ones only in the tick when they end.
        changed: those of `alarms` that began, changed state or scope, or ended in this tick.
        evidence: the table since the earliest open onset (30 ticks when nothing is open).
        reports, normal, normal_high: (services,) counts of this tick per service in the map's order of services with
            count rows, their expectation, and the upper 95 % bound of a quiet tick, for the graph.
        newly_quiet: nothing is open, and something was a tick ago.
        asked: measurements to be made out of turn, while it is undecided whether their targets are up.
        lines: vantages whose own line came into doubt in this tick (False) or out of it (True).
    """

    tick: Tick
    alarms: tuple[Alarm, ...]
    changed: tuple[Alarm, ...]
    evidence: Evidence
    reports: np.ndarray
    normal: np.ndarray
    normal_high: np.ndarray
    newly_quiet: bool = False
    lines: tuple[tuple[str, bool], ...] = ()
    asked: "tuple[Asked, ...]" = ()
