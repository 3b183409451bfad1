"""The whole rule of failover: results of probes in, decisions out."""

from collections.abc import Sequence
from typing import Literal

from lightship.endure.wan import outcomes
from lightship.endure.wan.decisions import (
    NONE,
    AllDown,
    Allowance,
    Changed,
    Decision,
    Decisions,
    Pace,
    RefuseIPv6,
    SetPace,
    Switch,
    TargetFault,
    UseResolver,
)  # fmt: skip
from lightship.endure.wan.hold import Hold
from lightship.endure.wan.line import RANK, Line
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Uplink

Wish = Literal["automatic", "stay", "back"]
"""What a person wants: the rules alone; no return by itself; the first line now."""

LOOK_EVERY = 0.25
"""Seconds between looks at what only time changes."""
RAISED_FOR = 5.0
"""Seconds that the other lines are asked in earnest after the doubt is over."""


class Decider:
    """Which line carries the traffic, judged again with every result.

    The same results give the same decisions. Times are seconds of a clock that cannot be set; one that goes back
    all the same is read as standing still.

    Args:
        uplinks: in the order in which they are liked; the first carries the traffic when nothing is wrong.
    """

    def __init__(self, uplinks: Sequence[Uplink], rules: Rules | None = None, active: int = 0) -> None:
        self.rules = rules or Rules()
        self.lines = [Line(each, self.rules) for each in uplinks]
        self.active = active
        self.hold = Hold(self.rules)
        self.wish: Wish = "automatic"
        self._at = self._look_at = float("-inf")
        self._raised_until = float("-inf")
        self._doubt_since: float | None = None
        self._all_down = False

    def take(self, at: float, uplink: int, target: int, outcome: int, seconds: float = 0.0) -> Decisions:
        """One result.

        Args:
            outcome: one of `outcomes`; `seconds`: the round trip, or how long ago the probe was sent.
        """
        line, quiet = self.lines[uplink], at < self._look_at
        path = line.path
        if at < self._at:
            at = self._at
        if at - self._at > self.rules.stall:
            self._slept()
        self._at = at
        said: Decisions = NONE
        kind = line.kinds[target]
        if kind != "ping" and kind != "tcp":
            line.other(at, target, outcome, seconds)
            quiet = quiet and outcome == outcomes.ANSWERED and line.state == "good"
        elif outcome == outcomes.ANSWERED:
            quiet = quiet and path.silence.since is None
            if path.answered(at, target, seconds):
                said = (TargetFault(at, uplink, target, dead=False), *self._ipv6(at, uplink))
        else:
            said, quiet = self._missing(at, uplink, target, outcome, seconds), False
        return said if quiet else said + self.look(at)

    def _missing(self, at: float, uplink: int, target: int, outcome: int, age: float) -> Decisions:
        path = self.lines[uplink].path
        if outcome == outcomes.LATE:
            path.late(at, target, age)
        elif path.lost(at, target, age):
            return (TargetFault(at, uplink, target, dead=True), *self._ipv6(at, uplink))
        return NONE

    def _ipv6(self, at: float, uplink: int) -> Decisions:
        line = self.lines[uplink]
        refuse = line.ipv6_leads_nowhere()
        if refuse is line.refuses_ipv6:
            return NONE
        line.refuses_ipv6 = refuse
        return (RefuseIPv6(at, uplink, refuse),)

    def _slept(self) -> None:
        for each in self.lines:
            each.slept()

    def link(self, at: float, uplink: int, up: bool) -> Decisions:
        """The device has lost its carrier or its route, or has them again."""
        self.lines[uplink].link = up
        return self.look(at)

    def allow(self, at: float, uplink: int, allowance: Allowance) -> Decisions:
        """What the bytes of a line still permit."""
        self.lines[uplink].allowance = allowance
        return self.look(at)

    def ask(self, at: float, wish: Wish) -> Decisions:
        """A person's wish. "back" goes to the first line at once if it answers, and is automatic from then on."""
        self.wish = "automatic" if wish == "back" else wish
        at = max(at, self._at)
        if wish != "back":
            return self.look(at)
        self.hold.forget()
        if self.active == 0 or not self.lines[0].answers(at):
            return self.look(at)
        self.lines[0].forgiven()
        return (*self._go(at, 0, "asked"), *self.look(at))

    def look(self, at: float) -> Decisions:
        """Judge everything anew; also what only time has changed."""
        at = max(at, self._at)
        self._at = at
        said: list[Decision] = []
        for number, line in enumerate(self.lines):
            said += self._judge(at, number, line)
            said += self._resolver(at, number, line)
        said += self._choose(at)
        said += self._everything(at)
        said += self._paces(at)
        self._look_at = float("inf") if self._rests() else at + LOOK_EVERY
        return tuple(said)

    def _rests(self) -> bool:
        """Whether time alone changes nothing: all is well, and as it was at the beginning."""
        return self.active == 0 and all(each.rests for each in self.lines)

    def _judge(self, at: float, number: int, line: Line) -> Decisions:
        before, state = line.state, line.judged(at)
        if state == before:
            return NONE
        if RANK[state] < RANK[before] and state != "returning":
            line.trouble_at = line.began(at)
        line.state = state
        return (Changed(at, number, state, before),)

    def _resolver(self, at: float, number: int, line: Line) -> Decisions:
        better = line.dns.better(at) if line.path.silence.since is None else None
        if better is None:
            return NONE
        line.dns.current = better[0]
        return (UseResolver(at, number, *better),)

    def _worth(self, number: int) -> int:
        state = self.lines[number].state
        # The line in use that answers again is as good as any: leaving it now would only add a break.
        return RANK["good"] if state == "returning" and number == self.active else RANK[state]

    def _choose(self, at: float) -> Decisions:
        now = self._worth(self.active)
        better = [n for n in range(len(self.lines)) if self._worth(n) > now and self._is_proven(at, n)]
        if better:
            best = max(better, key=lambda n: (self._worth(n), -n))
            return self._go(at, best, self.lines[self.active].state)
        return self._return(at)

    def _is_proven(self, at: float, number: int) -> bool:
        """It answers now, and did so after the trouble began: an answer from before may be its last."""
        line, active = self.lines[number], self.lines[self.active]
        if active.path.silence.since is not None and line.path.answered_sent < active.path.silence.since:
            return False
        return line.answers(at) and (active.state != "no-dns" or line.dns.proven())

    def _return(self, at: float) -> Decisions:
        """To the line that is liked best of those that are well, once the hold is over."""
        if self.wish == "stay" or at < self.hold.until:
            return NONE
        for number in range(self.active):
            if self.lines[number].state == "good" and self._is_proven(at, number):
                return self._go(at, number, "returned")
        return NONE

    def _go(self, at: float, to: int, reason: str) -> Decisions:
        before, self.active = self.active, to
        if to > before:
            self.hold.tripped(at)
        since = at if reason in ("returned", "asked") else self.lines[before].trouble_at
        return (Switch(at, before, to, reason, since),)

    def _everything(self, at: float) -> Decisions:
        """Say once that all lines are down, and once that it is over."""
        dead = RANK[self.lines[self.active].state] == 0
        if not dead:
            over, self._all_down, self._doubt_since = self._all_down, False, None
            return (AllDown(at, over=True),) if over else NONE
        if self._doubt_since is None:
            self._doubt_since = at
        if self._all_down or at - self._doubt_since < self.rules.down_after:
            return NONE
        self._all_down = True
        return (AllDown(at),)

    def _paces(self, at: float) -> Decisions:
        active = self.lines[self.active]
        if active.state != "good" and (active.in_doubt() or RANK[active.state] < RANK["good"]):
            self._raised_until = at + RAISED_FOR
        said = []
        for number, line in enumerate(self.lines):
            pace = self._pace(at, number, line)
            if pace != line.pace:
                line.pace = pace
                said.append(SetPace(at, number, pace))
        return tuple(said)

    def _pace(self, at: float, number: int, line: Line) -> Pace:
        if number == self.active:
            if line.suspected() and line.given_up is None:
                return "burst"
            return self._usual(line)
        if line.uplink.metered:
            return "steady" if at < self._raised_until else "trickle"
        return "steady"

    def _usual(self, line: Line) -> Pace:
        """Of the line in use: where bytes cost money and there is nowhere to go, there is no hurry either."""
        if not line.uplink.metered:
            return "steady"
        return "thrifty" if len(self.lines) > 1 else "sparing"
