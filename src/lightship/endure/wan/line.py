"""One line and its state, from the three things that can fail on it: the path, the names, the way out of a portal."""

from lightship.endure.wan import outcomes
from lightship.endure.wan.decisions import Allowance, Pace, State
from lightship.endure.wan.health import PathHealth
from lightship.endure.wan.resolvers import Resolvers
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Uplink

RANK: dict[State, int] = {
    "good": 3, "suspect": 3, "brown": 2, "returning": 2, "no-dns": 1, "captive": 1,
    "dead": 0, "no-link": 0, "metered-out": 0,
}  # fmt: skip
"""What a line is worth. A line is left only for one that is worth more."""


class Line:
    """What is known of one line.

    Attributes:
        state: as last judged by `judged`. trouble_at: when the present trouble began, at the earliest that was seen.
        given_up: "dead" or "brown" until the line has proven itself again; else None.
        wrong: answers of strangers in a row. link: whether the device has a carrier and a route.
    """

    def __init__(self, uplink: Uplink, rules: Rules) -> None:
        self.uplink, self.rules = uplink, rules
        self.kinds = [each.kind for each in uplink.targets]
        self.path = PathHealth(uplink, rules)
        self.dns = Resolvers(uplink, rules)
        self.state: State = "good"
        self.pace: Pace = "trickle" if uplink.metered else "steady"
        self.given_up: State | None = None
        self.wrong = 0
        self.link = True
        self.allowance: Allowance = "all"
        self.ipv6 = [n for n in self.path.numbers if uplink.targets[n].name.count(":") > 1]
        self.refuses_ipv6 = False
        self.trouble_at = 0.0

    def other(self, at: float, target: int, outcome: int, seconds: float) -> None:
        """A result of DNS or of HTTP."""
        if self.kinds[target] == "dns":
            self._name(at, target, outcome, seconds)
        elif outcome == outcomes.WRONG:
            self.wrong += 1
        elif outcome != outcomes.LATE:
            self.wrong = 0

    def _name(self, at: float, target: int, outcome: int, seconds: float) -> None:
        if outcome == outcomes.ANSWERED:
            self.dns.answered(at, target)
        elif outcome != outcomes.LOST and self.path.silence.since is None:
            # A LOST was LATE before. While the path is silent, a resolver's silence says nothing about it.
            self.dns.unanswered(at, target, seconds)

    def judged(self, at: float) -> State:
        """The state at this instant; remembers that the line was given up."""
        found = self._path_state(at)
        if found in ("dead", "brown") and found != self.given_up and self.given_up != "dead":
            self.given_up = found
            self.path.begin_anew()
        return self._state(found)

    def _state(self, path: State) -> State:
        if not self.link:
            return "no-link"
        if self.allowance == "none":
            return "metered-out"
        if self.wrong >= self.rules.captive:  # a portal lets few probes through: this says more than "dead"
            return "captive"
        return "no-dns" if path in ("good", "suspect") and self.dns.all_failed() else path

    def _path_state(self, at: float) -> State:
        if self.path.is_silent(at):
            return "dead"
        if self.given_up is not None:
            return self._returning(at)
        if self.path.is_brown():
            return "brown"
        return "suspect" if self.suspected() else "good"

    def _returning(self, at: float) -> State:
        """Given up once: brown or dead until it answers, then returning until it has proven itself."""
        dead = self.given_up == "dead"
        if self.path.clean >= self._proof_wanted(dead) and self.path.silence.since is None:
            self.given_up = None
            self.path.begin_anew()
            return "good"
        if not dead:
            return "brown"
        return "returning" if self.answers(at) else "dead"

    def _proof_wanted(self, dead: bool) -> float:
        if self.pace in ("trickle", "sparing"):  # asked a few times a minute: five answers must do
            return 5 * self.path.answer_step
        return self.rules.clean_after_death if dead else self.rules.clean_after_brown

    def began(self, at: float) -> float:
        """When the trouble that is seen at this instant began, at the earliest that was seen."""
        names = [each.silence.since for each in self.dns.known.values()] if self.state == "no-dns" else []
        return min((each for each in (self.path.silence.since, *names) if each is not None), default=at)

    def forgiven(self) -> None:
        """A person wants this line: it need not prove itself."""
        self.given_up = None
        self.path.begin_anew()

    def suspected(self) -> bool:
        """Whether something is to be looked at more closely."""
        return (
            self.path.silence.since is not None
            or self.path.is_lossy()
            or self.dns.suspected()
            or self.wrong > 0
        )

    @property
    def rests(self) -> bool:
        """Whether nothing is wrong, nothing is left from what was, and nobody asks more than usual."""
        calm = self.pace in ("trickle", "sparing") if self.uplink.metered else self.pace == "steady"
        return self.state == "good" and calm and self.dns.current == self.dns.first

    def in_doubt(self) -> bool:
        """Whether the others should be asked in earnest, before they are needed."""
        return (
            self.path.silence.count >= self.rules.raise_after
            or self.path.levels()[1] >= 0.6 * self.rules.brown
            or self.dns.all_suspected()
            or self.wrong > 0
        )

    def answers(self, at: float) -> bool:
        """Whether it carried a packet just now: nothing is switched to without that."""
        fresh = at - self.path.last_answer <= self.rules.proof + 2 * (self.path.rtt or 0.0)
        return (
            self.link
            and fresh
            and self.path.silence.lasts(at) <= self.rules.doubt + 3 * (self.path.rtt or 0.0)
        )

    def ipv6_leads_nowhere(self) -> bool:
        """Whether every IPv6 target has been set aside, while some other target answers."""
        return bool(self.ipv6) and all(self.path.targets[n].dead for n in self.ipv6)

    def slept(self) -> None:
        """We did not look ourselves."""
        self.path.slept()
        self.dns.slept()
