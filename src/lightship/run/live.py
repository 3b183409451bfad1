"""Watching in real time: probes fill ticks, each tick is judged 5 s after its end, the page is served beside it.

Probes run on this event loop; the hub, its store and the rendering run on a thread of their own, so that a slow disk
never makes a measurement late.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lightship.edges.clock import now
from lightship.edges.intake.counting import Counting
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.run.hub import Hub
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.events import Event, MapChanged, SettingsChanged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import SECOND, Instant, Tick, judged_at, tick_of

log = logging.getLogger("lightship")

Saw = Callable[[Duty, Observation, Result | None], None]
Decided = Callable[[Instant, tuple[Decision, ...]], None]


@dataclass
class Live:
    """One hub with one prober.

    Args:
        saw: gets every observation, for the terminal; decided: gets every tick's decisions.
        refresh: publishes the site anew even if nothing was said, so that "published at" stays true.
    """

    hub: Hub
    network: NetworkMap
    duties: tuple[Duty, ...]
    saw: Saw
    decided: Decided
    refresh: Callable[[Hub], None]
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "hub"))

    async def run(self, settings: Settings) -> None:
        """Until cancelled. A stop in between commits everything and keeps a snapshot."""
        await self._off_loop(self._begin, settings)
        counting = Counting(self.network)

        def took(duty: Duty, observation: Observation, result: Result | None) -> None:
            counting.take(observation)
            self.saw(duty, observation, result)

        prober = asyncio.create_task(Prober(self.duties, took).run())
        try:
            await self._judge_ticks(counting, prober)
        finally:
            prober.cancel()
            await self._off_loop(self.hub.flush)
            self._thread.shutdown()

    def _begin(self, settings: Settings) -> None:
        """Log what differs from what the log already knows."""
        state = self.hub.state
        if state.settings != settings or state.stages is None:
            self.hub.accept(now(), SettingsChanged(settings))
        if state.stages is None or state.stages.feet.network.version != self.network.version:
            self.hub.accept(now(), MapChanged(self.network))
        self.refresh(self.hub)

    async def _judge_ticks(self, counting: Counting, prober: asyncio.Task[None]) -> None:
        tick = tick_of(now())
        while True:
            await _until(judged_at(tick), prober)
            for event in (*counting.amendments(), counting.judge(tick)):
                await self._off_loop(self._accept, event)
            tick = self._next(tick)

    def _next(self, tick: Tick) -> Tick:
        """The tick after; where the clock jumped ahead by more than an hour, the present one."""
        present = tick_of(now())
        if present - tick > 60:
            log.warning("the clock jumped ahead", extra={"ticks": present - tick})
            return present
        return Tick(tick + 1)

    def _accept(self, event: Event) -> None:
        at = now()
        decisions = self.hub.accept(at, event)
        self.hub.flush()
        self.decided(at, decisions)
        self.refresh(self.hub)

    async def _off_loop(self, work: Callable[..., None], *words: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work, *words)


async def _until(at: Instant, prober: asyncio.Task[None]) -> None:
    """Sleep until an instant by the wall clock, in short steps: the clock may be set while we sleep.

    A clock set back by more than two minutes is not waited for: the tick is judged, the log's instants stand still.
    """
    waited = 0.0
    while (left := (at - now()) / SECOND) > 0 and waited < 125:
        if prober.done():
            prober.result()
        pause = min(left, 1.0)
        await asyncio.sleep(pause)
        waited += pause
