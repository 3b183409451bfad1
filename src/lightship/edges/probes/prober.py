"""Measures each check at its interval, bounded in flight, and knows when it is itself in trouble.

The prober's own trouble never becomes an outage: what could not be measured is `missed`, and what failed while the
prober was in trouble is `suspect`; neither is evidence.
"""

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lightship.edges.clock import Clock, now
from lightship.edges.probes.address import probe_for
from lightship.edges.probes.everywhere import measured
from lightship.edges.probes.expecting.judging import judged
from lightship.edges.probes.gateway import is_local
from lightship.edges.probes.probe import Check, Probe, Result
from lightship.edges.probes.selfwatch import SelfWatch
from lightship.edges.probes.wheel import Wheel
from lightship.vocabulary.signals import Observation, Outcome

IN_FLIGHT, SPARE = 1024, 128
"""Measurements at once, at most; and open files that are left for others."""

OUT_OF_TURN = 256
"""Measurements out of turn at once: ten thousand checks that fail together must not be asked three times as often."""

ON_ONE_HOST = 32
"""Of these, towards one host: more would be a burden, or look like an attack."""


@dataclass(frozen=True, slots=True)
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
        self._took, self._clock = took, clock
        self._duties: tuple[Duty, ...] = ()
        self._probes: dict[str, Probe] = {}
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hosts: Counter[str] = Counter()
        self._out_of_turn = 0
        self._most = min(IN_FLIGHT, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE))
        self._changed: asyncio.Event | None = None
        self._wheel: Wheel | None = None
        self.watch = SelfWatch()
        self.replace(duties)

    def replace(self, duties: Sequence[Duty]) -> None:
        """Other duties from here on. One that stays keeps its phase; a measurement under way ends."""
        before = {name: duty.every for name, duty in zip(names(self._duties), self._duties, strict=True)}
        stays = [
            name for name, duty in zip(names(duties), duties, strict=True) if before.get(name) == duty.every
        ]
        places = self._wheel.places() if self._wheel is not None else {}
        self._kept = {name: places[name] for name in stays if name in places}
        self._probes |= {
            each: probe_for(each) for each in {d.check.scheme for d in duties} - set(self._probes)
        }
        self._duties = tuple(duties)
        if self._changed is not None:
            self._changed.set()

    async def run(self) -> None:
        """Forever, by a clock that cannot be set. Each check has a phase of its own, the same after every start."""
        self._changed = asyncio.Event()
        watch = asyncio.create_task(self.watch.run())
        ahead = time.time() - time.monotonic()  # phases are of Unix time, as it was when we started
        try:
            while True:
                self._changed.clear()
                await self._turn(ahead, self._changed)
        finally:
            watch.cancel()
            for task in self._tasks:
                task.cancel()

    async def _turn(self, ahead: float, changed: asyncio.Event) -> None:
        """Until the duties change."""
        named = names(self._duties)
        every = [duty.every for duty in self._duties]
        self._wheel = wheel = Wheel(every, named, time.monotonic() + ahead, self._kept)
        while not changed.is_set():
            due = wheel.next_at()
            if due is None:
                await changed.wait()
                return
            late = time.monotonic() + ahead - due
            if late < 0:
                await _until(changed, -late)
                continue
            self._start([(named[n], self._duties[n]) for n in wheel.due(due + late)], late)
            await asyncio.sleep(0)

    def _start(self, due: Sequence[tuple[str, Duty]], late: float) -> None:
        free = list[tuple[str, Duty]]()
        for name, duty in due:
            self.watch.began(late)
            if (
                name in self._busy
                or len(self._busy) >= self._most
                or self._hosts[duty.check.host] >= ON_ONE_HOST
            ):
                self._tell(duty, self._observation(duty, "missed", None), None)
            else:
                self._busy.add(name)
                self._hosts[duty.check.host] += 1
                free.append((name, duty))
        for name, duty in self._in_batches(free):
            task = asyncio.create_task(self._measure(duty))
            self._tasks.add(task)
            task.add_done_callback(partial(self._ended, name, duty.check.host))

    def _in_batches(self, due: Sequence[tuple[str, Duty]]) -> list[tuple[str, Duty]]:
        """Begin in one go what a probe can begin in one go; gives what is left to be measured one by one."""
        left = list[tuple[str, Duty]]()
        together: dict[str, list[tuple[str, Duty]]] = {}
        for each in due:
            many = hasattr(self._probes[each[1].check.scheme], "measure_many")
            (together.setdefault(each[1].check.scheme, []) if many else left).append(each)
        for scheme, some in together.items():
            left += self._batch(self._probes[scheme], some)
        return left

    def _batch(self, probe: Any, some: list[tuple[str, Duty]]) -> list[tuple[str, Duty]]:
        before = self.watch.trouble()

        def told(place: int, result: Result) -> None:
            name, duty = some[place]
            self._ended(name, duty.check.host)
            self._judge(duty, judged(duty.check, result), before)

        begun = set(probe.measure_many([duty.check for _, duty in some], told))
        return [each for place, each in enumerate(some) if place not in begun]

    def _ended(self, name: str, host: str, task: "asyncio.Task[None] | None" = None) -> None:
        self._busy.discard(name)
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        if task is not None:
            self._tasks.discard(task)

    async def measure(self, duty: Duty) -> None:
        """Once, now, out of turn. While very many fail at once, only so many are asked again before their turn."""
        if self._out_of_turn >= OUT_OF_TURN:
            return
        self._out_of_turn += 1
        try:
            await self._measure(duty)
        finally:
            self._out_of_turn -= 1

    async def _measure(self, duty: Duty) -> None:
        before = self.watch.trouble()
        try:
            result = await measured(self._probes[duty.check.scheme], duty.check)
        except Exception as error:  # noqa: BLE001 - the one place where a plug-in may fail without taking us along
            said = f"the probe failed: {error!r}"
            self._tell(duty, self._observation(duty, "suspect", None, said), None)
            return
        self._judge(duty, result, before)

    def _judge(self, duty: Duty, result: Result, before: float) -> None:
        local = is_local(duty.check)
        if result.up and not local:
            self.watch.answered_from_beyond()
        doubt = "" if result.up else self.watch.doubts(duty.check, before, local)
        outcome: Outcome = "suspect" if doubt or result.unknown else ("up" if result.up else "down")
        self._tell(duty, self._observation(duty, outcome, result, doubt), result)

    def _tell(self, duty: Duty, seen: Observation, result: Result | None) -> None:
        self.watch.outcomes[seen.outcome] += 1
        self._took(duty, seen, result)

    def _observation(
        self, duty: Duty, outcome: Outcome, result: Result | None, doubt: str = ""
    ) -> Observation:
        check = duty.check
        if result is None:
            return Observation(
                self._clock(), duty.vantage, check.address, check.family, outcome, detail=doubt
            )
        detail = f"{result.detail} ({doubt})" if doubt else result.detail
        return Observation(
            self._clock(), duty.vantage, check.address, check.family, outcome, result.stage, result.failure,
            result.seconds, detail,
        )  # fmt: skip


def names(duties: Sequence[Duty]) -> list[str]:
    """One for each, the same for the same duty every time: vantage, address and family; a number where those recur."""
    count: Counter[str] = Counter()
    found = []
    for duty in duties:
        name = f"{duty.vantage} {duty.check.address} {duty.check.family}"
        found.append(f"{name} {count[name]}" if count[name] else name)
        count[name] += 1
    return found


async def _until(changed: asyncio.Event, seconds: float) -> None:
    """So many seconds, or until the duties change."""
    if seconds < 1.0:
        await asyncio.sleep(seconds)
        return
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return
