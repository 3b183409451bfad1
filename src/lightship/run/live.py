"""Watching in real time: probes fill ticks, each tick is judged 5 s after its end, the page is served beside it.

Probes run on this event loop; the hub, its store and the rendering run on a thread of their own, so that a slow disk
never makes a measurement late.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from lightship.edges.clock import SteadyClock
from lightship.edges.intake.counting import Counting
from lightship.edges.probes.crew import Crew
from lightship.edges.probes.insisting import Insisting
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.run.agents.seeing import Seeing
from lightship.run.door import Door
from lightship.run.expiring import Expiring
from lightship.run.hub import Hub
from lightship.run.kept import Kept
from lightship.run.looking import Asks, Looking
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import Decision, Probe, Publish
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.events import Event, MapChanged, SettingsChanged, TickJudged, WorkPlanned
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Observation, Signal
from lightship.vocabulary.time import SECOND, Instant, Tick, judged_at, start_of, tick_of

if TYPE_CHECKING:
    from lightship.run.planning import Plan

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


class Elsewhere(Asks, Protocol):
    """The agents, as far as the running hub asks of them. All but `ask` and `came` on the hub's thread."""

    def came(self) -> bool:
        """Whether somebody came since this was asked last; from any thread."""

    def newer(self) -> "Plan | None":
        """A new plan where agents have come or gone. Raises BadInput where the configuration is not sound now."""

    def words(self, at: Instant) -> Sequence[str]:
        """What an operator should know now."""

    def judged(self, health: Mapping[str, float]) -> None:
        """How far each vantage agrees with the others, 0-1."""


@dataclass
class Live:
    """One hub with one prober.

    Args:
        refresh: publishes the site anew although nothing was said, so that "published at" stays true.
        clock: never goes back.
        sources: whoever brings signals besides the prober.
        door: where people's and programs' acts come in.
        kept: what lies on disk to be counted: reports, and what feeds say.
        elsewhere: the agents; None: there are none.
        workers: processes that measure; 0: this one does.
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
    elsewhere: Elsewhere | None = None
    workers: int = 0
    _set_back: bool = False
    _deaf: bool = False

    def __post_init__(self) -> None:
        self.counting, self._seeing = Counting(self.network), Seeing(self.network)
        self.prober: Prober | Crew = (
            Crew(self.workers, self.duties, self.took, self.clock, self._warn)
            if self.workers
            else Prober(self.duties, self.took, self.clock)
        )
        self._insisting = Insisting(lambda duty: self.prober.measure(duty))
        self._expiring = Expiring()
        self.looking = Looking(
            lambda duty: self.prober.measure(duty), self._judge_early, self.elsewhere,
            lambda: self.hub.state.settings.seen_from > 1,
        )  # fmt: skip
        self._thread: ThreadPoolExecutor | None = None
        self._stated = Settings()

    def _warn(self, text: str) -> None:
        self.ears.warned(self.clock(), text)

    def begin(self, settings: Settings) -> None:
        """Log what differs from what the log already knows."""
        self._stated, state = settings, self.hub.state
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
        for each in self.kept.begin(self.hub.state.taken, judged, self.hub.state.works):
            self.counting.take(each)
        for source in self.sources:
            source.tell(lambda signal: _within(loop, self._take, signal))
            for signal in source.since(start_of(Tick(judged + 1))):
                self.counting.take(signal)

    def _take(self, signal: Signal) -> None:
        """By the map of the moment."""
        self.counting.take(signal)
        if isinstance(signal, Observation):
            self.looking.heard(signal)

    def took(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """Count one measurement."""
        self.counting.take(observation)
        self.ears.saw(duty, observation, result)
        ending = self._expiring.word(duty, result, observation.at)
        if ending is not None:
            self.ears.warned(observation.at, ending)
        if self._thread is not None:
            self._insisting.heard(duty, observation)
        self.looking.heard(observation)

    def look(self, thread: ThreadPoolExecutor) -> None:
        """From now on measure out of turn where that is asked, and again where something fails."""
        self._thread = thread
        self.looking.begin(self.network, self.duties)

    async def _judge_early(self) -> tuple[Probe, ...]:
        """What is known of the running tick so far."""
        if self._thread is None:
            return ()
        tick = tick_of(self.clock())
        return await _on(self._thread, self.accept, tick, (self.counting.judge_early(tick),))

    def events_of(self, tick: Tick) -> tuple[Event, ...]:
        """What the log is to learn at the end of a tick. It is one commit: `taken` holds for all of it."""
        works = self.kept.works
        planned = (WorkPlanned(works),) if works != self.hub.state.works else ()
        judged = msgspec.structs.replace(self.counting.judge(tick), taken=self.kept.taken)
        settings = self._seeing.settings(self._stated, judged.probes)
        told = () if settings == self.hub.state.settings else (SettingsChanged(settings),)
        return (*self.counting.amendments(), *planned, *told, judged)

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
            self.look(thread)
            self._measuring = asyncio.create_task(self.prober.run())
            try:
                await self._judge_ticks(thread, ticks)
            finally:
                self.door.close()
                self.looking.stop()
                self._insisting.stop()
                self._measuring.cancel()

    async def _judge_ticks(self, thread: ThreadPoolExecutor, ticks: int | None) -> None:
        tick, judged = tick_of(self.clock()), 0
        while ticks is None or judged < ticks:
            await self._until(judged_at(tick), thread)
            await self._hear(thread)
            self.looking.ask(await _on(thread, self.accept, tick, self.events_of(tick)))
            await self._follow_agents(thread)
            tick, judged = self.next_tick(tick), judged + 1

    async def _hear(self, thread: ThreadPoolExecutor) -> None:
        """Count what lies on disk, a slice at a time: a call centre's batch must not make a measurement late.

        Where it cannot be read, probes go on without it, and it is counted when it can.
        """
        try:
            signals = await _on(thread, self.kept.more, self.clock())
        except StoreRefused as error:
            if not self._deaf:
                self.ears.warned(self.clock(), f"{error}; what is measured counts meanwhile")
            self._deaf = True
            return
        self._deaf = False
        for first in range(0, len(signals), SLICE):
            for each in signals[first : first + SLICE]:
                self.counting.take(each)
            await asyncio.sleep(0)

    async def _follow_agents(self, thread: ThreadPoolExecutor) -> None:
        if (plan := await _on(thread, self._look_elsewhere)) is not None:
            await self.adopt(thread, plan)

    def _look_elsewhere(self) -> "Plan | None":
        """Who came and who went; what cannot be read now stays as it was."""
        if self.elsewhere is None:
            return None
        at, stages = self.clock(), self.hub.state.stages
        try:
            for text in self.elsewhere.words(at):
                self.ears.warned(at, text)
            if stages is not None:
                self.elsewhere.judged(stages.detect.health())
            return self.elsewhere.newer()
        except BadInput as error:
            self.ears.warned(at, f"{error}; the configuration from before goes on")
        except StoreRefused as error:  # who is enrolled can be asked again in a minute; judging cannot wait
            self.ears.warned(at, f"{error}; agents go on as before")
        return None

    async def adopt(self, thread: ThreadPoolExecutor, plan: "Plan") -> None:
        """Go on by another plan, between two ticks: nothing that was counted and not judged is lost."""
        # Nothing that is counted by the old map may reach the log once the new one stands there.
        self._thread = None
        self.looking.stop()
        self._insisting.stop()
        await _on(thread, self._log_plan, plan.network, plan.settings)
        self.counting, self._seeing = self.counting.moved(plan.network), Seeing(plan.network)
        self.prober.replace(plan.duties)
        self.network, self.duties = plan.network, plan.duties
        self.look(thread)

    def _log_plan(self, network: NetworkMap, settings: Settings) -> None:
        self._stated = settings
        stages = self.hub.state.stages
        if stages is None or stages.feet.network.version != network.version:
            self.hub.accept(self.clock(), MapChanged(network))
        self.hub.flush()

    def next_tick(self, tick: Tick) -> Tick:
        """The tick after; where the clock jumped far ahead, the present one."""
        present = tick_of(self.clock())
        if present - tick <= JUMP:
            return Tick(tick + 1)
        self.ears.warned(
            self.clock(), f"the clock jumped ahead; {present - tick - 1} minutes were not watched"
        )
        return present

    async def _until(self, at: Instant, thread: ThreadPoolExecutor) -> None:
        while (left := (at - self.clock()) / SECOND) > 0:
            if self._measuring.done():
                self._measuring.result()
            await asyncio.sleep(min(left, LOOK))
            if self.elsewhere is not None and self.elsewhere.came():
                await self._follow_agents(thread)


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
