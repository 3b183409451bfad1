"""Lines that can be asked: does this probe, sent now, come back, and how late?"""

from collections.abc import Sequence

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.links.conditions import Course

BLOCK = 1 << 16
"""Draws made at once; one by one they would cost more than the probe."""

LOST = -1.0
STRANGER = -2.0


class World:
    """The truth about some lines. Instants must not go back, per line.

    Args:
        courses: one a line. jitter: share by which round trips vary, at most.
    """

    def __init__(self, courses: Sequence[Course], seed: int, jitter: float = 0.3) -> None:
        self._stretches = [each.stretches for each in courses]
        self._place = [0] * len(courses)
        self._until = [_second(each) for each in courses]
        self._chance = stream(seed, Stream.LINK_PROBES)
        self._draws: list[float] = []
        self._jitter = jitter

    def ask(self, at: float, uplink: int, target: int) -> float:
        """The round trip in seconds; LOST, or STRANGER where a portal would answer instead of the real thing."""
        if at >= self._until[uplink]:
            self._move(at, uplink)
        now = self._stretches[uplink][self._place[uplink]]
        if not self._draws:
            self._draws = self._chance.random(BLOCK).tolist()
        draw = self._draws.pop()
        loss = now.loss[target]
        if draw < loss:
            return LOST
        if now.strangers and now.strangers[target]:
            return STRANGER
        # What is left of the draw is as even as the draw was.
        return now.rtt * (1.0 + self._jitter * (draw - loss) / (1.0 - loss))

    def _move(self, at: float, uplink: int) -> None:
        stretches, place = self._stretches[uplink], self._place[uplink]
        while place + 1 < len(stretches) and stretches[place + 1].begins <= at:
            place += 1
        self._place[uplink] = place
        self._until[uplink] = stretches[place + 1].begins if place + 1 < len(stretches) else np.inf


def _second(each: Course) -> float:
    return each.stretches[1].begins if len(each.stretches) > 1 else float("inf")
