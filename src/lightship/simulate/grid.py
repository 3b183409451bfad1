"""The time of a run as columns: one entry a tick."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.simulate.scenario import Scenario
from lightship.vocabulary.time import HOUR, MINUTE, TICK, Instant, after
from lightship.vocabulary.zones import local

_PER_HOUR = HOUR // TICK


@dataclass(frozen=True)
class Grid:
    """The ticks of a run.

    Args:
        start: first instant, on the tick grid.
        ticks: how many there are.
    """

    start: Instant
    ticks: int
    t0: Instant
    zone: str

    @classmethod
    def of(cls, scenario: Scenario) -> "Grid":
        """The ticks that hold the run, whole ones."""
        first = after(scenario.t0, scenario.start) // TICK
        last = -(-after(scenario.t0, scenario.end) // TICK)
        return cls(Instant(first * TICK), last - first, scenario.t0, scenario.tz)

    @property
    def end(self) -> Instant:
        """First instant after the run."""
        return Instant(self.start + self.ticks * TICK)

    @cached_property
    def minutes(self) -> np.ndarray:
        """(ticks,) minutes from t0 to the middle of each tick."""
        return (self.start - self.t0) / MINUTE + np.arange(self.ticks) + 0.5

    @cached_property
    def hour(self) -> np.ndarray:
        """(ticks,) local hour of the day, 0 <= hour < 24, with fractions."""
        return self._local[0]

    @cached_property
    def weekday(self) -> np.ndarray:
        """(ticks,) local weekday, Monday 0."""
        return self._local[1]

    @cached_property
    def _local(self) -> tuple[np.ndarray, np.ndarray]:
        # Zones change on the hour or half-hour, so that one look-up every half-hour of UTC is exact.
        half = 30 * MINUTE
        first = self.start // half
        count = (self.end - 1) // half - first + 1
        clocks = [local(Instant((first + n) * half), self.zone) for n in range(count)]
        minute_of_week = np.array([(c.weekday() * 24 + c.hour) * 60 + c.minute for c in clocks])
        instants = self.start + np.arange(self.ticks) * TICK
        which = instants // half - first
        minute = (minute_of_week[which] + (instants % half) / MINUTE) % (7 * 24 * 60)
        return (minute / 60) % 24, (minute // (24 * 60)).astype(np.int64)

    def tick(self, at: np.ndarray) -> np.ndarray:
        """The number of the tick that each instant falls in, held to the run."""
        return np.asarray(np.clip((at - self.start) // TICK, 0, self.ticks - 1))
