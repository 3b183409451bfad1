"""How fast a replay goes: as fast as it can up to shortly before the outage, then at a speed that people can watch."""

import time
from dataclasses import dataclass, field

from lightship.vocabulary.time import MINUTE, SECOND, Instant

LEAD = 5 * MINUTE
"""Shown at the chosen speed before the outage begins; what lies before it is the warm-up."""


@dataclass
class Pace:
    """Sleeps so that simulated time runs `speed` times as fast as real time, from `LEAD` before t0.

    Args:
        speed: simulated seconds a real second; infinite: never sleeps.
    """

    t0: Instant
    speed: float
    _begun: tuple[float, Instant] | None = field(default=None)

    def __call__(self, at: Instant) -> None:
        """Return when `at` is due."""
        if self.speed == float("inf") or at < self.t0 - LEAD:
            return
        if self._begun is None:
            self._begun = (time.monotonic(), at)
        real, simulated = self._begun
        due = real + (at - simulated) / SECOND / self.speed
        time.sleep(max(0.0, due - time.monotonic()))
