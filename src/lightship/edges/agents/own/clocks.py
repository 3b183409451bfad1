"""An agent's clocks: one that can be set by anybody, and one that nobody can set; and how the hub's stands to them."""

import time
from collections import deque
from pathlib import Path

import msgspec

from lightship.vocabulary.time import Instant

REMEMBERED = 8
"""Exchanges with the hub that the offset rests on."""
SLACK = 50.0
"""Milliseconds that two honest measurements may differ by beyond their round trips."""


class Clocks:
    """This machine's. `ticks` runs on through suspension and cannot be set; it means something within one boot."""

    def __init__(self) -> None:
        try:
            self.boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            self.boot = ""

    def wall(self) -> int:
        """Milliseconds of the clock that people set."""
        return time.time_ns() // 1_000_000

    def ticks(self) -> int:
        """Milliseconds since the machine started."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Exchange(msgspec.Struct, frozen=True):
    """One question and answer: round trip, and what to add to our ticks for the hub's time, in milliseconds."""

    round_trip: float
    add: float


class HubTime:
    """The hub's clock, from exchanges with it (as in NTP, RFC 5905: the middle of the round trip).

    The one with the shortest round trip counts, unless a later one contradicts it: then a clock was set.
    """

    def __init__(self) -> None:
        self._seen: deque[Exchange] = deque(maxlen=REMEMBERED)

    def heard(self, asked: float, answered: float, hub: Instant) -> None:
        """An exchange: our ticks before and after it, and the hub's clock in between."""
        fresh = Exchange(answered - asked, hub - (asked + answered) / 2)
        if any(
            abs(each.add - fresh.add) > (each.round_trip + fresh.round_trip) / 2 + SLACK
            for each in self._seen
        ):
            self._seen.clear()
        self._seen.append(fresh)

    @property
    def add(self) -> int | None:
        """What to add to ticks; absent: the hub was not heard yet."""
        if not self._seen:
            return None
        return round(min(self._seen, key=lambda each: each.round_trip).add)
