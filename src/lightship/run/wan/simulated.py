"""The decider on simulated lines: what it asks for decides what it sees next, as in the world. Weeks in seconds."""

import heapq
from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec

from lightship.endure.wan import outcomes
from lightship.endure.wan.decider import Decider
from lightship.endure.wan.decisions import Decision, Decisions, SetPace, Switch
from lightship.endure.wan.pacing import Pacer, Slot
from lightship.endure.wan.patience import give_up_after, late_after
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Target, TargetKind, Uplink
from lightship.simulate.links.conditions import Course, Trouble, course
from lightship.simulate.links.world import LOST, STRANGER, World

FLOW = 100.0
"""Packets a second of the flow whose losses are counted, as in the real laboratory."""

TARGETS = (
    Target("anycast-1"), Target("anycast-2"), Target("anycast-3"),
    Target("resolver-1", "dns", 150), Target("resolver-2", "dns", 150), Target("portal-check", "http", 800),
)  # fmt: skip
FIBRE_AND_4G = (Uplink("fibre", TARGETS), Uplink("4g", TARGETS, metered=True))
ROUND_TRIPS = (0.012, 0.045)
"""Seconds, of a fibre line and of a mobile one; assumed."""


Result = tuple[float, int, int, int, float]
"""What `Decider.take` takes."""


class Ran(msgspec.Struct, frozen=True):
    """A simulated course and what the decider made of it.

    Args:
        results: how many the decider took. bytes: probes' bytes, a line each. seconds: of the course.
        courses: the truth, a line each.
    """

    decisions: tuple[Decision, ...]
    results: int
    bytes: tuple[int, ...]
    seconds: float
    courses: tuple[Course, ...]

    @property
    def switches(self) -> tuple[Switch, ...]:
        """In order."""
        return tuple(each for each in self.decisions if isinstance(each, Switch))


def run(
    troubles: Sequence[Trouble], seconds: float, *, seed: int = 1, usual_loss: float = 0.0,
    uplinks: Sequence[Uplink] = FIBRE_AND_4G, rtts: Sequence[float] = ROUND_TRIPS, rules: Rules | None = None,
    jumps: Sequence[tuple[float, float]] = (), heard: Callable[[Result], None] | None = None,
) -> Ran:  # fmt: skip
    """Live through some troubles.

    Args:
        jumps: (when, by how much) our own clock jumps, in seconds. heard: is given every result, as the decider is.
    """
    courses = tuple(
        course(n, [t.kind for t in each.targets], rtts[n], usual_loss if n == 0 else 0.0, troubles)
        for n, each in enumerate(uplinks)
    )
    life = _Life(uplinks, World(courses, seed), Decider(uplinks, rules), jumps)
    life.heard = heard
    life.live(seconds)
    return Ran(tuple(life.said), life.results, tuple(life.bytes), seconds, courses)


class _Life:
    """Sends, waits and hands on; what is unanswered stands in a heap until it is late, then until it is lost."""

    def __init__(
        self, uplinks: Sequence[Uplink], world: World, decider: Decider, jumps: Sequence[tuple[float, float]]
    ) -> None:
        self.uplinks, self.world, self.decider = uplinks, world, decider
        self.pacer = Pacer(uplinks, 0.0)
        self.waiting: list[tuple[float, int, int, int, float, float]] = []
        self.said: list[Decision] = []
        self.results, self.bytes = 0, [0] * len(uplinks)
        self.heard: Callable[[Result], None] | None = None
        self.jumps, self.ahead = list(jumps), 0.0
        for number, line in enumerate(decider.lines):
            self.pacer.set(0.0, number, line.pace)

    def live(self, seconds: float) -> None:
        """Until the end."""
        first, waiting = self.pacer.first, self.waiting
        while True:
            slot = first()
            if waiting and waiting[0][0] <= slot.due:
                self._overdue(*heapq.heappop(waiting))
                continue
            if slot.due >= seconds:
                return
            self._send(slot)

    def _send(self, slot: Slot) -> None:
        at, uplink, target = slot.due, slot.uplink, slot.next()
        self.bytes[uplink] += self.uplinks[uplink].targets[target].size
        rtt = self.world.ask(at, uplink, target)
        if rtt == LOST:
            kind, usual = self._kind(uplink, target)
            self._wait(at + late_after(kind, usual), uplink, target, outcomes.LATE, at)
        elif rtt == STRANGER:
            self._tell(at + 0.05, uplink, target, outcomes.WRONG, 0.05)
        elif rtt > 0.1 and rtt > late_after(*self._kind(uplink, target)):
            self._wait(
                at + late_after(*self._kind(uplink, target)), uplink, target, outcomes.LATE, at, at + rtt
            )
        else:
            self._tell(at + rtt, uplink, target, outcomes.ANSWERED, rtt)

    def _kind(self, uplink: int, target: int) -> tuple[TargetKind, float | None]:
        return self.uplinks[uplink].targets[target].kind, self.decider.lines[uplink].path.rtt

    def _wait(
        self, until: float, uplink: int, target: int, outcome: int, sent: float, comes: float = 0.0
    ) -> None:
        heapq.heappush(self.waiting, (until, uplink, target, outcome, sent, comes))

    def _overdue(self, at: float, uplink: int, target: int, outcome: int, sent: float, comes: float) -> None:
        self._tell(at, uplink, target, outcome, at - sent)
        if outcome != outcomes.LATE:
            return
        if comes:
            self._wait(comes, uplink, target, outcomes.ANSWERED, sent)
        else:
            self._wait(sent + give_up_after(*self._kind(uplink, target)), uplink, target, outcomes.LOST, sent)

    def _tell(self, at: float, uplink: int, target: int, outcome: int, seconds: float) -> None:
        while self.jumps and at >= self.jumps[0][0]:
            self.ahead += self.jumps.pop(0)[1]
        self.results += 1
        if self.heard is not None:
            self.heard((at + self.ahead, uplink, target, outcome, seconds))
        said = self.decider.take(at + self.ahead, uplink, target, outcome, seconds)
        if said:
            self._obey(at, said)

    def _obey(self, at: float, said: Decisions) -> None:
        for each in said:
            if isinstance(each, SetPace):
                self.pacer.set(at, each.uplink, each.pace)
            self.said.append(each)


def packets_lost(ran: Ran) -> float:
    """Packets of the flow that the line in use lost, expected by the truth."""
    turns = [(0.0, 0), *((each.at, each.to) for each in ran.switches), (ran.seconds, -1)]
    return sum(lost_between(ran.courses[line], begins, ends) for (begins, line), (ends, _) in pairwise(turns))


def lost_between(line: Course, begins: float, ends: float) -> float:
    """Packets of the flow that one line loses in a time, expected by the truth."""
    changes = [*line.stretches[1:], None]
    total = 0.0
    for now, following in zip(line.stretches, changes, strict=True):
        until = ends if following is None else min(ends, following.begins)
        total += max(0.0, until - max(begins, now.begins)) * FLOW * min(now.loss)
    return total
