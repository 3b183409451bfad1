"""Replay: a scenario's signals through the same hub, store and page as live running, with real channels unreachable."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lightship.edges.intake.counting import Counting
from lightship.edges.stores.store import Store
from lightship.run.hub import Carry, Hub, Spent
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import run_length, signals
from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import EffectReported, Event, MapChanged, SettingsChanged, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant, Tick, end_of, judged_at, tick_of

GROUP = 60
"""Ticks that share a transaction when nothing is published: an hour."""


@dataclass
class Replay:
    """One scenario through one hub.

    Args:
        until: instants after it are left out.
        pace: called with the instant of each event before it is accepted; sleeps for a watchable speed.
        saw: called with each event's decisions after they were carried out.
        rested: called after each event, when nothing is under way.
    """

    scenario: Scenario
    store: Store
    carry: Carry
    seed: int | None = None
    until: Instant | None = None
    pace: Callable[[Instant], None] = lambda at: None
    saw: Callable[[Instant, tuple[Decision, ...]], None] = lambda at, decisions: None
    rested: Callable[[Hub], None] = lambda hub: None
    group: int = GROUP
    ticks: int = 0
    spent: Spent = field(default_factory=Spent)
    dropped: dict[str, int] = field(default_factory=dict)

    def run(self) -> Hub:
        """To the end. Of a store that holds a part already, only the rest is folded.

        Raises:
            StoreRefused: it holds a part of something else. Nothing in it is changed.
        """
        coming = self.events()
        self._skip_what_is_held(coming)
        hub = Hub.open(self.store, self.carry, self.group)
        self.spent = hub.spent
        for at, event in coming:
            self.pace(at)
            self._accept(hub, at, event)
        hub.flush()
        return hub

    def _skip_what_is_held(self, coming: Iterator[tuple[Instant, Event]]) -> None:
        """Takes from `coming` what the store has, and makes sure that it is the same."""
        own = (each for each in self.store.events() if not isinstance(each.event, EffectReported))
        for logged, (at, event) in zip(
            own, coming, strict=False
        ):  # with an earlier `until`, the store has more
            if (logged.at, logged.event) != (at, event):
                raise StoreRefused(
                    f"the store holds the replay of another scenario, seed or version (event {logged.seq} differs); "
                    "name an empty folder, or replay again what it was made by"
                )

    def _accept(self, hub: Hub, at: Instant, event: Event) -> None:
        decisions = hub.accept(at, event)
        self.ticks += isinstance(event, TickJudged)
        self.saw(at, decisions)
        self.rested(hub)

    def events(self) -> Iterator[tuple[Instant, Event]]:
        """The log that a deployment would have written: settings, map, then each tick at its judgement."""
        start, end = run_length(self.scenario)
        end = min(end, self.until) if self.until is not None else end
        counting = Counting(self.scenario.network)
        yield start, SettingsChanged(settings_of(self.scenario))
        yield start, MapChanged(self.scenario.network)
        coming = signals(self.scenario, self.seed)
        held = next(coming, None)
        for number in range(tick_of(start), tick_of(end)):
            tick = Tick(number)
            while held is not None and held.at < end_of(tick):
                counting.take(held)
                held = next(coming, None)
            for amended in counting.amendments():
                yield judged_at(tick), amended
            yield judged_at(tick), counting.judge(tick)
        self.dropped = dict(counting.dropped)


def settings_of(scenario: Scenario) -> Settings:
    """What the deployment of a scenario states. Simulated, always."""
    return Settings(
        deployment=scenario.deployment,
        runs_it=scenario.runs_it,
        zone=scenario.tz,
        simulated=True,
    )
