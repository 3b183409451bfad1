"""Measures each check at its interval, bounded in flight, and knows when it is itself in trouble.

The prober's own trouble never becomes an outage: what could not be measured is `missed`, and what was measured while
the event loop was late is `suspect`; neither is evidence.
"""

import asyncio
import heapq
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lightship.edges.clock import Clock, now
from lightship.edges.probes.address import probe_for
from lightship.edges.probes.probe import Check, Probe, Result
from lightship.vocabulary.signals import Observation, Outcome

LATE = 0.5
"""Seconds that the loop may be late before what it measured is suspect."""

BEAT, FADING = 0.1, 0.93
"""Seconds between two looks at ourselves, and what is left of a lateness after each: half of it after a second."""

IN_FLIGHT = 64
"""Measurements at once, at most."""


@dataclass(frozen=True)
class Duty:
    """A check to be measured again and again.

    Args:
        vantage: where from; every: seconds between starts, on a grid, without drift.
    """

    check: Check
    vantage: str
    every: float


Took = Callable[[Duty, Observation, Result | None], None]


class Prober:
    """Runs duties until cancelled. `took` gets every observation, on the loop's thread; it must be quick."""

    def __init__(self, duties: Sequence[Duty], took: Took, clock: Clock = now) -> None:
        self._duties, self._took, self._clock = tuple(duties), took, clock
        self._probes: dict[str, Probe] = {d.check.scheme: probe_for(d.check.scheme) for d in self._duties}
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._lateness, self._beat, self._watching = 0.0, 0.0, False

    async def run(self) -> None:
        """Forever. Starts are spread over the interval by the address, so that checks do not march in step."""
        begun = time.monotonic()
        wheel = [(begun + _phase(duty), number) for number, duty in enumerate(self._duties)]
        heapq.heapify(wheel)
        watch = asyncio.create_task(self._watch_self())
        try:
            while wheel:
                due, number = wheel[0]
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                self._start(number)
                every = self._duties[number].every
                skipped = max(0, int((time.monotonic() - due) // every))
                heapq.heapreplace(wheel, (due + (1 + skipped) * every, number))
        finally:
            watch.cancel()
            for task in self._busy.values():
                task.cancel()

    def _start(self, number: int) -> None:
        duty = self._duties[number]
        if number in self._busy or len(self._busy) >= IN_FLIGHT:
            self._took(duty, self._observation(duty, "missed", None), None)
            return
        task = asyncio.create_task(self.measure(duty))
        self._busy[number] = task
        task.add_done_callback(lambda _: self._busy.pop(number, None))

    async def measure(self, duty: Duty) -> None:
        """Once, now."""
        before = self._trouble()
        try:
            result = await self._probes[duty.check.scheme].measure(duty.check)
        except Exception as error:  # noqa: BLE001 - the one place where a plug-in may fail without taking us along
            said = f"the probe failed: {error!r}"
            self._took(duty, self._observation(duty, "suspect", None, said), None)
            return
        late = max(before, self._trouble()) > LATE
        outcome: Outcome = "suspect" if late else ("up" if result.up else "down")
        self._took(duty, self._observation(duty, outcome, result), result)

    def _trouble(self) -> float:
        """Seconds that the loop is late, or was lately; what runs right after a stall counts what is overdue."""
        return max(self._lateness, time.monotonic() - self._beat - BEAT if self._watching else 0.0)

    async def _watch_self(self) -> None:
        """How late the loop was in the last while; what was measured in the seconds after a stall is suspect, too."""
        self._watching = True
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(BEAT)
            late = time.monotonic() - self._beat - BEAT
            self._lateness = max(late, self._lateness * FADING)

    def _observation(
        self, duty: Duty, outcome: Outcome, result: Result | None, detail: str = ""
    ) -> Observation:
        check = duty.check
        return Observation(
            at=self._clock(), vantage=duty.vantage, target=check.address, family=check.family, outcome=outcome,
            stage=result.stage if result else "", failure=result.failure if result else None,
            seconds=result.seconds if result else None, detail=result.detail if result else detail,
        )  # fmt: skip


def _phase(duty: Duty) -> float:
    return zlib.crc32(f"{duty.vantage} {duty.check.address}".encode()) % 1000 / 1000 * min(duty.every, 5.0)
