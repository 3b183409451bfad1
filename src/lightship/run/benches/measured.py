"""What a bench says: figures, and whether the bar holds."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

Verdict = Literal["holds", "BROKEN", "not measured"]


class Measured(msgspec.Struct, frozen=True):
    """One bar.

    Args:
        what: what was measured, in words.
        unit: of the figure and the bar ("s", "ratio").
        figure: the median of the runs, or the one figure; None: it could not be measured here, `why_not` says why.
        runs: each of them; empty where one run counts everything.
        bar: the figure must not be above it; None: there is no upper bar.
        beside: further figures, not judged.
        least: the figure must not be below it; None: there is no lower bar. With neither, the figure is only told.
        interval: of the figure, at the confidence that `what` or `beside` names; None: not known.
        why_not: the reason for a missing figure.
    """

    what: str
    unit: str
    figure: float | None
    runs: tuple[float, ...] = ()
    bar: float | None = None
    beside: Mapping[str, float | str] = {}
    least: float | None = None
    interval: tuple[float, float] | None = None
    why_not: str = ""

    @property
    def holds(self) -> bool:
        """The verdict. What was not measured does not hold, and is not broken either: see `verdict`."""
        return self.figure is not None and self._below() and self._above()

    @property
    def verdict(self) -> Verdict:
        """For people."""
        if self.figure is None:
            return "not measured"
        return "holds" if self.holds else "BROKEN"

    def _below(self) -> bool:
        return self.bar is None or (self.figure is not None and self.figure <= self.bar)

    def _above(self) -> bool:
        return self.least is None or (self.figure is not None and self.figure >= self.least)


def measured(
    what: str, unit: str, runs: Sequence[float], bar: float, beside: Mapping[str, float | str] | None = None
) -> Measured:
    """The median of some runs against a bar.

    >>> measured("a nap", "s", [1.0, 3.0, 2.0], 2.5).verdict
    'holds'
    """
    return Measured(what, unit, statistics.median(runs), tuple(runs), bar, beside or {})
