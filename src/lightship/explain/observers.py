"""How far the observers err. False alarms are learned by detection in quiet times; misses only show in outages.

A probe misses when it answers though its path is out (a cache, an answer from elsewhere). While a named cause is out
whole, each probe through it that answers is taken for one, erring high.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.detect.evidence import Evidence
from lightship.detect.prior import MISS
from lightship.explain.hypothesis import Hypotheses
from lightship.vocabulary.diagnosis import Noise
from lightship.vocabulary.events import ProbeCounts
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.rounding import rounded

WEIGHT = 50.0
"""Observations that the shipped rate weighs."""

STILL_OUT = 0.5
"""Share of the probes through the cause that has to fail for the others to be misses: else it is coming back."""

MOST = 0.5


class Misses(msgspec.Struct, frozen=True):
    """Per vantage, ascending by name: answers through paths that were out, and observations of such paths."""

    seen: tuple[tuple[str, float, float], ...] = ()


NONE_MISSED = Misses()


def missed(misses: Misses, known: Hypotheses, loss: np.ndarray, probes: ProbeCounts) -> Misses:
    """With one tick of probes; `loss`: (rows,) share of each row that is surely out, 0-1."""
    at = [n for n, row in enumerate(probes.rows) if loss[row] >= 1.0 - 1e-9]
    tried = sum(probes.attempts[n] for n in at)
    if not at or sum(probes.failures[n] for n in at) < STILL_OUT * tried:
        return misses
    seen = {vantage: (answered, of) for vantage, answered, of in misses.seen}
    for n in at:
        row = known.feet.rows[probes.rows[n]]
        assert isinstance(row, ProbeRow)
        answered, of = seen.get(row.vantage, (0.0, 0.0))
        seen[row.vantage] = (
            answered + probes.attempts[n] - probes.failures[n],
            of + probes.attempts[n],
        )
    return Misses(tuple((vantage, *seen[vantage]) for vantage in sorted(seen)))


def rates(misses: Misses) -> dict[str, float]:
    """P(a probe of that vantage answers though its path is out), erring high by one standard deviation, never below
    the shipped rate. Vantages that are not in it have the shipped rate."""
    found = {}
    for vantage, answered, of in misses.seen:
        mean = (answered + MISS * WEIGHT) / (of + WEIGHT)
        high = mean + float(np.sqrt(mean * (1.0 - mean) / (of + WEIGHT)))
        found[vantage] = min(max(high, MISS), MOST)
    return found


def believed(known: Hypotheses, misses: Misses) -> tuple[np.ndarray, np.ndarray]:
    """Rows of vantages that miss more than the shipped rate, and the part, 0-1, that their answers are worth."""
    if not misses.seen:
        return np.empty(0, np.int64), np.empty(0)
    high = {vantage: rate for vantage, rate in rates(misses).items() if rate > MISS}
    rows: Sequence[int] = [
        n for n, row in enumerate(known.feet.rows) if isinstance(row, ProbeRow) and row.vantage in high
    ]  # fmt: skip
    part = [np.log(high[known.feet.rows[n].vantage]) / np.log(MISS) for n in rows]  # type: ignore[union-attr]
    return np.array(rows, dtype=np.int64), np.array(part)


def noise_of(evidence: Evidence, counted: np.ndarray, misses: Misses) -> Noise:
    """Medians over the rows with data; `counted`: (rows,) bool, rows of report counts."""
    found = evidence.wrong[evidence.has_data] if evidence.wrong is not None else np.empty(0)
    found = found[np.isfinite(found)]
    reports = evidence.expected[evidence.has_data & counted]
    miss = float(np.median([MISS, *rates(misses).values()]))
    return Noise(
        false_alarm=rounded(float(np.median(found))) if len(found) else None,
        miss=rounded(miss) if len(found) else None,
        reports=rounded(float(np.median(reports))) if len(reports) else None,
    )
