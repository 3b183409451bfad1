"""Watching in real time: probes fill ticks, each tick is judged 5 s after its end, the page is served beside it.

Probes run on this event loop; the hub, its store and the rendering run on a thread of their own, so that a slow disk
never makes a measurement late.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import msgspec

from lightship.edges.clock import SteadyClock
from lightship.edges.intake.counting import Counting
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.run.door import Door
from lightship.run.hub import Hub
from lightship.run.kept import Kept, Signals
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import Decision, Probe, Publish
from lightship.vocabulary.events import Event, MapChanged, SettingsChanged, TickJudged, WorkPlanned
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Observation, Signal
from lightship.vocabulary.time import SECOND, Instant, Tick, judged_at, start_of, tick_of

T = TypeVar("T")

JUMP = 60
"""Ticks that the clock may jump ahead and each is still judged, empty; beyond that they are left out."""

SLICE = 500
"""Signals that are counted at once."""

LOOK = 1.0
"""Seconds between two looks at the clock while waiting: it may be set while we sleep."""


class Ears(Protocol):
    """Who wants to hear what happens: the terminal. `saw` comes from the loop's thread, the others from the hub's."""

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """One measurement."""

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick, or an early word on it, with all that was decided."""

    def warned(self, at: Instant, text: str) -> None:
        """Something about ourselves that a person should know."""


class Source(Protocol):
    """Signals that others bring, each on disk before it is told: the agents. Threads of its own."""

    def tell(self, took: Callable[[Signal], None]) -> None:
        """From now on `took` hears each signal, from any thread."""

    def since(self, at: Instant) -> Iterable[Signal]:
        """What it holds from an instant on: an earlier run may have died before it was judged."""


@dataclass
class Live:
    """One hub with one prober.

    Args:
        refresh: publishes the site anew although nothing was said, so that "published at" stays true.
        clock: never goes back.
        sources: whoever brings signals besides the prober.
        door: where people's and programs' acts come in.
        kept: what lies on disk to be counted: reports, and what feeds say.
    """

    hub: Hub
    network: NetworkMap
    duties: tuple[Duty, ...]
    ears: Ears
    refresh: Callable[[Hub], None]
    clock: SteadyClock
    sources: Sequence[Source] = ()
    door: Door = field(default_factory=Door)
    kept: Kept = field(default_factory=Kept)
    _set_back: bool = False
    _asking: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.counting = Counting(self.network)
        self.prober = Prober(self.duties, self.took, self.clock)

    def begin(self, settings: Settings) -> None:
        """Log what differs from what the log already knows."""
        state = self.hub.state
        if state.settings != settings or state.stages is None:
            self.hub.accept(self.clock(), SettingsChanged(settings))
        if state.stages is None or state.stages.feet.network.version != self.network.version:
            self.hub.accept(self.clock(), MapChanged(self.network))
        self.hub.flush()
        self.refresh(self.hub)

    def hear(self) -> None:
        """Count what the sources bring, and first what came and nobody judged when an earlier run ended."""
        loop, stages = asyncio.get_running_loop(), self.hub.state.stages
        judged = stages.detect.memory.last if stages is not None else Tick(0)
        if judged:
            self.counting.go_on_from(judged)
        for each in self.kept.begin(self.hub.state.taken, judged):
            self.counting.take(each)
        for source in self.sources:
            source.tell(lambda signal: _within(loop, self.counting.take, signal))
            for signal in source.since(start_of(Tick(judged + 1))):
                self.counting.take(signal)

    def took(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """Count one measurement."""
        self.counting.take(observation)
        self.ears.saw(duty, observation, result)

    def events_of(self, tick: Tick) -> tuple[Event, ...]:
        """What the log is to learn at the end of a tick. It is one commit: `taken` holds for all of it."""
        works = self.kept.works(self.clock())
        planned = (WorkPlanned(works),) if works != self.hub.state.works else ()
        judged = msgspec.structs.replace(self.counting.judge(tick), taken=self.kept.taken)
        return (*self.counting.amendments(), *planned, judged)

    def accept(self, tick: Tick, events: Sequence[Event]) -> tuple[Probe, ...]:
        """Log, decide, commit and carry out; gives what is to be measured out of turn. Raises StoreRefused."""
        at = self.clock()
        decisions: tuple[Decision, ...] = ()
        for event in events:
            decisions += self.hub.accept(at, event)
        self.hub.flush()
        early = all(isinstance(event, TickJudged) and event.early for event in events)
        if not early or any(isinstance(each, Publish) for each in decisions):
            self.ears.judged(at, tick, decisions)
        self._look_at_the_clock(at)
        if not any(isinstance(each, Publish) for each in decisions):
            self.refresh(self.hub)
        return tuple(each for each in decisions if isinstance(each, Probe))

    def let_in(self, event: Event) -> tuple[Decision, ...]:
        """Log what came through the door, decide, commit and carry out. Raises StoreRefused."""
        at = self.clock()
        decisions = self.hub.accept(at, event)
        self.hub.flush()
        if decisions:
            self.ears.judged(at, tick_of(at), decisions)
        return decisions

    def _look_at_the_clock(self, at: Instant) -> None:
        ahead = self.clock.ahead()
        if (ahead > 2 * SECOND) != self._set_back:
            self._set_back = not self._set_back
            self.ears.warned(at, _set_back(ahead) if self._set_back else "the clock has caught up")

    async def run(self, settings: Settings, ticks: int | None = None) -> None:
        """Until cancelled, or until so many ticks are judged. Leaves the hub open, and nothing on its way to it."""
        with ThreadPoolExecutor(1, "hub") as thread:
            await _on(thread, self.begin, settings)
            self.hear()
            self.door.open(thread, self.let_in)
            measuring = asyncio.create_task(self.prober.run())
            try:
                await self._judge_ticks(thread, measuring, ticks)
            finally:
                self.door.close()
                measuring.cancel()
                if self._asking is not None:
                    self._asking.cancel()

    async def _judge_ticks(
        self, thread: ThreadPoolExecutor, measuring: asyncio.Task[None], ticks: int | None
    ) -> None:  # fmt: skip
        tick, judged = tick_of(self.clock()), 0
        while ticks is None or judged < ticks:
            await self._until(judged_at(tick), measuring)
            await self._hear(await _on(thread, self.kept.more))
            self._ask(thread, await _on(thread, self.accept, tick, self.events_of(tick)))
            tick, judged = self.next_tick(tick), judged + 1

    async def _hear(self, signals: Signals) -> None:
        """Count them, a slice at a time: a call centre's batch must not make a measurement late."""
        for first in range(0, len(signals), SLICE):
            for each in signals[first : first + SLICE]:
                self.counting.take(each)
            await asyncio.sleep(0)

    def _ask(self, thread: ThreadPoolExecutor, asked: tuple[Probe, ...]) -> None:
        """Measure what is undecided, beside everything else; one round of questions at a time."""
        if self._asking is not None and self._asking.done():
            self._asking.result()
            self._asking = None
        if asked and self._asking is None:
            self._asking = asyncio.create_task(self._confirm(thread, asked))

    async def _confirm(self, thread: ThreadPoolExecutor, asked: tuple[Probe, ...]) -> None:
        """Measure, judge at once by what is known of the tick so far, and go on for as long as more is asked."""
        own = {(duty.vantage, duty.check.address, duty.check.family): duty for duty in self.duties}
        while duties := [
            own[key] for each in asked if (key := (each.vantage, each.target, each.family)) in own
        ]:
            await asyncio.sleep(max(each.wait for each in asked))
            await asyncio.gather(*(self.prober.measure(duty) for duty in duties))
            tick = tick_of(self.clock())
            asked = await _on(thread, self.accept, tick, (self.counting.judge_early(tick),))

    def next_tick(self, tick: Tick) -> Tick:
        """The tick after; where the clock jumped far ahead, the present one."""
        present = tick_of(self.clock())
        if present - tick <= JUMP:
            return Tick(tick + 1)
        self.ears.warned(
            self.clock(), f"the clock jumped ahead; {present - tick - 1} minutes were not watched"
        )
        return present

    async def _until(self, at: Instant, measuring: asyncio.Task[None]) -> None:
        while (left := (at - self.clock()) / SECOND) > 0:
            if measuring.done():
                measuring.result()
            await asyncio.sleep(min(left, LOOK))


def _set_back(ahead: int) -> str:
    return (
        f"the clock was set back by {ahead / SECOND:.0f} s; ours never goes back: it runs at half its pace until the "
        "clock has caught up, and a tick lasts two minutes meanwhile"
    )


def _within(loop: asyncio.AbstractEventLoop, work: Callable[[Signal], None], signal: Signal) -> None:
    """On the loop's thread; at the very end there is none any more, and the next start reads it from disk."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(work, signal)


async def _on(thread: ThreadPoolExecutor, work: Callable[..., T], *words: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, work, *words)
