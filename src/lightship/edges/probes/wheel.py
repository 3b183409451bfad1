"""A timer wheel: what is due when, for any number of checks, without drift and without a task for each.

Time is cut into slots of five milliseconds; a slot that nothing is due in does not exist. A check's next time is its
last one plus its interval, never "now" plus its interval. Varghese and Lauck (1987), Hashed and Hierarchical Timing
Wheels.
"""

import heapq
from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

SLOT = 0.005
"""Seconds."""

FIRST_LOOK = 5.0
"""Seconds after the start within which everything has been looked at once."""

STRAY = 0.02
"""Share of the interval by which a start strays from its grid, so as not to beat with the target's own periods."""


Place = tuple[float, float]
"""The next time on the grid, and how far the start strays from it: 0.5 is not at all."""

NOBODY: Mapping[str, Place] = {}


class Wheel:
    """Numbers 0 to n-1, each with an interval. Times are seconds of any clock that does not jump.

    >>> wheel = Wheel([20.0], ["a"], 0.0)
    >>> first = wheel.next_at()
    >>> list(wheel.due(first))
    [0]
    """

    def __init__(
        self, every: Sequence[float], names: Sequence[str], begun: float, kept: Mapping[str, Place] = NOBODY
    ) -> None:  # fmt: skip
        """Each name's phase is its own: the same after every start, and spread over the interval.

        Args:
            begun: the present; where 0 is a fixed instant (Unix time), phases outlast a restart.
            kept: places on an earlier wheel with the same clock, from which these names go on.
        """
        self._every, self._names = array("d", every), names
        self._grid = array("d", bytes(8 * len(every)))
        self._strays = array("d", (_share(f"{name} strays") for name in names))
        self._slots: dict[int, list[int]] = {}
        self._order: list[int] = []
        for number, name in enumerate(names):
            if name in kept:
                self._grid[number], self._strays[number] = kept[name]
                self._put(number, self._strayed(number))
            else:
                self._begin(number, name, begun)

    def _begin(self, number: int, name: str, begun: float) -> None:
        """The first look comes soon; from then on each keeps to its own phase."""
        span, share = self._every[number], _share(name)
        on_grid = begun + (share * span - begun) % span
        soon = begun + share * min(span, FIRST_LOOK)
        self._grid[number] = on_grid if on_grid <= soon else on_grid - span
        self._put(number, min(on_grid, soon))

    def places(self) -> dict[str, Place]:
        """Where each name stands."""
        return {name: (self._grid[n], self._strays[n]) for n, name in enumerate(self._names)}

    def __len__(self) -> int:
        return len(self._every)

    def next_at(self) -> float | None:
        """When to look again; None: never."""
        return self._order[0] * SLOT if self._order else None

    def due(self, present: float) -> Iterator[int]:
        """What is due up to now, each once, however long nobody looked; each is put forward to its next time."""
        last = int(present / SLOT)
        while self._order and self._order[0] <= last:
            for number in self._slots.pop(heapq.heappop(self._order)):
                self._forward(number, present)
                yield number

    def _forward(self, number: int, present: float) -> None:
        every = self._every[number]
        grid = self._grid[number] + every
        if grid <= present:  # nobody looked for a while: what was left out is not made up for
            grid += ((present - grid) // every + 1) * every
        self._grid[number] = grid
        # The golden ratio: strays spread evenly, and never in a short cycle (Weyl 1916).
        self._strays[number] = (self._strays[number] + 0.6180339887498949) % 1.0
        self._put(number, max(self._strayed(number), present + SLOT))

    def _strayed(self, number: int) -> float:
        return self._grid[number] + (self._strays[number] - 0.5) * 2 * STRAY * self._every[number]

    def _put(self, number: int, at: float) -> None:
        slot = int(at / SLOT) + 1
        found = self._slots.get(slot)
        if found is None:
            self._slots[slot] = [number]
            heapq.heappush(self._order, slot)
        else:
            found.append(number)


def _share(name: str) -> float:
    """The same for a name at every start; 0 to below 1. A checksum would not do: it spreads like names unevenly."""
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest()) / 2**48
