"""What a bench says: figures, and whether the bar holds."""

import statistics
from collections.abc import Sequence

import msgspec


class Measured(msgspec.Struct, frozen=True):
    """One bar.

    Args:
        what: what was measured, in words.
        unit: of the figure and the bar ("s", "ratio").
        figure: the median of the runs; runs: each of them.
        bar: the figure must not be above it.
        beside: further figures, not judged.
    """

    what: str
    unit: str
    figure: float
    runs: tuple[float, ...]
    bar: float
    beside: dict[str, float]

    @property
    def holds(self) -> bool:
        """The verdict."""
        return self.figure <= self.bar


def measured(
    what: str, unit: str, runs: Sequence[float], bar: float, beside: dict[str, float] | None = None
) -> Measured:
    """The median of some runs against a bar."""
    return Measured(what, unit, statistics.median(runs), tuple(runs), bar, beside or {})
