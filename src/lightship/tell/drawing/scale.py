"""From numbers to places on a graph."""

import math
from collections.abc import Iterable, Iterator, Sequence

import msgspec

_STEPS = (1, 2, 4, 6, 8, 10)
_SMALLEST_TOP = 4.0


def round_top(values: Iterable[float]) -> float:
    """A round number at or above the largest value whose half is whole too; at least 4. NaN is passed over."""
    largest = max([*(each for each in values if not math.isnan(each)), _SMALLEST_TOP])
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in _STEPS if step * power >= largest)


def runs(values: Sequence[float], missing: bool = False) -> Iterator[tuple[int, int]]:
    """Stretches [first, beyond) of known values; of the missing (NaN) ones if asked for."""
    first = None
    for n, value in enumerate([*values, math.nan if not missing else 0.0]):
        wanted = math.isnan(value) == missing
        if wanted and first is None:
            first = n
        if not wanted and first is not None:
            yield first, n
            first = None


class Plot(msgspec.Struct, frozen=True):
    """The rectangle that a graph is drawn in.

    Args:
        slots: columns, 1 or more. top: the value at the upper edge.
        left, right, upper, lower: the edges, in the picture's units.
    """

    slots: int
    top: float
    left: float
    right: float
    upper: float
    lower: float

    def x(self, slot: float) -> float:
        """Left edge of a slot."""
        return round(self.left + slot * (self.right - self.left) / self.slots, 1)

    def y(self, value: float) -> float:
        """Height of a value; what is above the top is drawn at it."""
        return round(self.lower - min(value, self.top) / self.top * (self.lower - self.upper), 1)
