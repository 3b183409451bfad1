"""The prober watches itself: how late it is, and whether its own line is dead at the first step.

What it measures meanwhile is no evidence against anybody. A success stands: it needs no excuse.
"""

import asyncio
import bisect
import time
from collections import Counter
from contextlib import suppress

from lightship.edges.probes.gateway import default_gateways
from lightship.edges.probes.packets import NoSocket, volley
from lightship.edges.probes.probe import Check

LATE, LEAST, SHARE = 0.5, 0.1, 0.1
"""Seconds that the loop may be late before what failed meanwhile is suspect: a tenth of the timeout, within bounds."""

BEAT, FADING = 0.1, 0.93
"""Seconds between two looks at ourselves, and what is left of a lateness after each: half of it after a second."""

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the histogram of lateness, in seconds."""

LOOK, SILENT = 5.0, 2
"""Seconds between two looks at our gateway; so many in a row without an answer, and it is silent."""

FRESH = 10.0
"""Seconds for which an answer from beyond proves that the line is up, whatever the gateway says."""


class SelfWatch:
    """Of one prober. `run` beside it."""

    def __init__(self) -> None:
        self.lateness, self._beat, self._watching = 0.0, 0.0, False
        self.started: list[int] = [0] * (len(BUCKETS) + 1)
        self.late_seconds, self.stalls = 0.0, 0
        self.outcomes: Counter[str] = Counter()
        self._beyond, self._silent, self._answered = 0.0, 0, False

    def began(self, late: float) -> None:
        """A measurement was started so many seconds after it was due."""
        self.started[bisect.bisect_left(BUCKETS, late)] += 1
        self.late_seconds += max(0.0, late)

    def answered_from_beyond(self) -> None:
        """Something that is not on this machine answered just now."""
        self._beyond = time.monotonic()

    def trouble(self) -> float:
        """Seconds that the loop is late, or was lately; what runs right after a stall counts what is overdue."""
        return max(self.lateness, time.monotonic() - self._beat - BEAT if self._watching else 0.0)

    def doubts(self, check: Check, before: float, local: bool) -> str:
        """Why a failure just measured is no evidence; empty: it is.

        Args:
            before: `trouble()` when it began. local: the target is on this machine.
        """
        late = max(before, self.trouble())
        if late > min(LATE, max(LEAST, SHARE * check.timeout)):
            return f"this program was {late:.1f} s late"
        if not local and self._silent >= SILENT and time.monotonic() - self._beyond > FRESH:
            return "our own gateway does not answer"
        return ""

    async def run(self) -> None:
        """Until cancelled."""
        gateway = asyncio.create_task(self._watch_gateway())
        try:
            self._watching = True
            while True:
                self._beat = time.monotonic()
                await asyncio.sleep(BEAT)
                late = time.monotonic() - self._beat - BEAT
                self.stalls += late > LATE
                self.lateness = max(late, self.lateness * FADING)
        finally:
            gateway.cancel()

    async def _watch_gateway(self) -> None:
        """One that never answered says nothing by its silence: many are told not to."""
        while True:
            gateways = default_gateways()
            with suppress(NoSocket):
                found = [await volley(family, address, 1, 0.0, 1.0) for family, address in gateways]
                if any(times for times, _ in found):
                    self._answered, self._silent = True, 0
                elif self._answered:
                    self._silent += 1
            await asyncio.sleep(LOOK)
