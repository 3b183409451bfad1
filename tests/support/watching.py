"""A watched service whose time the test moves on: real probes, real store, real page files, an injected clock."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from lightship.edges.clock import SteadyClock
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.configuration import CheckEntry, Configuration
from lightship.run.hub import Hub
from lightship.run.live import Live
from lightship.run.planning import Plan, plan
from lightship.run.site import PublishedSite
from lightship.vocabulary.decisions import Decision, OpenIncident, WarnOperator
from lightship.vocabulary.incidents import Incident, Status
from lightship.vocabulary.signals import Failure, Observation, Outcome
from lightship.vocabulary.time import SECOND, Instant, Tick, judged_at, parse_iso, start_of, tick_of
from lightship.vocabulary.updates import Update

BEGUN = parse_iso("2026-03-02T10:00:00Z")


@dataclass
class Heard:
    """What the terminal would be told."""

    seen: list[Observation] = field(default_factory=list)
    decided: list[tuple[Tick, Decision]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        self.seen.append(observation)

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        self.decided += [(tick, each) for each in decisions]
        self.warnings += [each.text for each in decisions if isinstance(each, WarnOperator)]

    def warned(self, at: Instant, text: str) -> None:
        self.warnings.append(text)


class Watch:
    """`watch` without its terminal and its waiting. `minute` measures three times and judges the tick."""

    def __init__(self, folder: Path, addresses: list[str], controls: list[str] | None = None) -> None:
        entries: list[str | CheckEntry] = [CheckEntry(each, timeout=0.3) for each in addresses]
        self.plan: Plan = plan(Configuration(entries, zone="UTC", controls=controls or []), folder)
        self.heard, self.wall, self._ran = Heard(), BEGUN, 0.0
        self.open()

    def open(self) -> None:
        """Open the store, as a start of the command does."""
        self.plan.store.parent.mkdir(exist_ok=True)
        self.store = SqliteStore(self.plan.store)
        self.site = PublishedSite(self.store, self.plan.site)
        self.hub = Hub.open(self.store, lambda state, at, _: self._publish())
        self.clock = SteadyClock(self.hub.last_at, lambda: self.wall, lambda: self._ran)
        self.live = Live(
            self.hub, self.plan.network, self.plan.duties, self.heard, lambda _: self._publish(), self.clock
        )
        self.live.begin(self.plan.settings)
        self.tick = tick_of(self.clock())

    def _publish(self) -> None:
        self.site.publish(self.hub.state, Instant(max(self.wall, BEGUN)))

    def die(self) -> None:
        """As kill -9: nothing is said, kept or committed any more; the lock is let go of by the kernel."""
        self.store.close()

    def pass_by(self, milliseconds: int) -> None:
        """Time goes on."""
        self.wall, self._ran = Instant(self.wall + milliseconds), self._ran + milliseconds

    def measure(self) -> None:
        """Every target, once, now."""

        async def all_at_once() -> None:
            await asyncio.gather(*(self.live.prober.measure(each) for each in self.live.duties))

        asyncio.run(all_at_once())

    def judge(self) -> None:
        """Wait for the tick's end and judge it."""
        while self.clock() < judged_at(self.tick):
            self.pass_by(SECOND)
        self.live.accept(self.tick, self.live.events_of(self.tick))
        self.tick = self.live.next_tick(self.tick)

    def minutes(self, many: int = 1) -> None:
        """So many ticks with three measurements each."""
        for _ in range(many):
            while tick_of(self.clock()) > self.tick:
                self.judge()
            for number in range(3):
                while self.clock() < start_of(self.tick) + (number + 1) * 15 * SECOND:
                    self.pass_by(SECOND)
                self.measure()
            self.judge()

    @property
    def said(self) -> list[Update]:
        """All published messages."""
        return list(self.store.updates())

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """All incidents."""
        return self.store.incidents()

    @property
    def statuses(self) -> list[Status]:
        """Of all incidents, oldest first."""
        return [each.status for each in self.incidents]

    @property
    def opened(self) -> int:
        """How many were opened while we listened."""
        return sum(isinstance(each, OpenIncident) for _, each in self.heard.decided)

    @property
    def front(self) -> str:
        """The front page as it lies in its folder."""
        return (self.plan.site / "index.html").read_text()


def feed(watch: Watch, down: list[str]) -> None:
    """A minute of three looks, those at `down` failing. What they would measure lies beyond this machine."""
    for _ in range(3):
        for duty in watch.live.duties:
            outcome: Outcome = "down" if duty.check.address in down else "up"
            failure: Failure | None = "timeout" if outcome == "down" else None
            at = Instant(start_of(watch.tick) + 15_000)
            seen = Observation(at, duty.vantage, duty.check.address, 0, outcome, "connect", failure)
            watch.live.took(duty, seen, None)
    watch.judge()
