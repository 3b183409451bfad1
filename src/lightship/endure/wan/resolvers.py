"""Whether names are found over one line: DNS is a state of its own, and a dead resolver is not a dead line."""

from lightship.endure.wan.rules import Rules
from lightship.endure.wan.silence import Silence
from lightship.endure.wan.uplinks import Uplink


class Resolver:
    """One resolver over one line.

    Attributes:
        well_since: the first answer after its last failure; None while it fails.
        known: it has answered over this line at some time. One that never did may be barred by a firewall: it can
            neither fail nor be chosen.
    """

    __slots__ = ("failed", "known", "silence", "well_since")

    def __init__(self) -> None:
        self.silence, self.failed, self.known = Silence(), False, False
        self.well_since: float | None = None


class Resolvers:
    """All resolvers of one line.

    Attributes:
        current: the number of the target in use; None where the line has no resolver to ask.
    """

    def __init__(self, uplink: Uplink, rules: Rules) -> None:
        self.rules = rules
        self.known = {n: Resolver() for n, each in enumerate(uplink.targets) if each.kind == "dns"}
        self.first = self.current = next(iter(self.known), None)

    def answered(self, at: float, target: int) -> None:
        """A name was resolved."""
        each = self.known[target]
        each.silence.over()
        each.failed, each.known = False, True
        if each.well_since is None:
            each.well_since = at

    def unanswered(self, at: float, target: int, age: float) -> None:
        """A query is overdue, or was refused."""
        each = self.known[target]
        if not each.known:
            return
        each.silence.unanswered(at - age, target)
        enough = each.silence.count >= self.rules.dns_unanswered
        if enough and each.silence.lasts(at) >= self.rules.dns_confirm:
            each.failed, each.well_since = True, None

    def suspected(self) -> bool:
        """Whether the resolver in use owes an answer."""
        return self.current is not None and self.known[self.current].silence.since is not None

    def all_suspected(self) -> bool:
        """Whether every resolver owes an answer, so that the line itself may have to be left."""
        asked = self._ever_answered()
        return bool(asked) and all(each.silence.since is not None for each in asked)

    def all_failed(self) -> bool:
        """Whether no resolver answers over this line."""
        asked = self._ever_answered()
        return bool(asked) and all(each.failed for each in asked)

    def _ever_answered(self) -> list[Resolver]:
        return [each for each in self.known.values() if each.known]

    def proven(self) -> bool:
        """Whether some resolver answers over this line, or none was given to ask."""
        return not self.known or any(each.well_since is not None for each in self.known.values())

    def better(self, at: float) -> tuple[int, str] | None:
        """The resolver to use instead of the present one, and why; None while it should stay."""
        if self.current is None or self.first is None:
            return None
        if self.known[self.current].failed:
            others = [n for n, each in self.known.items() if self._answers(each)]
            return (others[0], "the resolver in use does not answer") if others else None
        if self.current != self.first and self._well_for(at, self.first) >= self.rules.dns_back:
            return self.first, "the first resolver answers again"
        return None

    def _answers(self, each: Resolver) -> bool:
        return each.well_since is not None and not each.failed and each.silence.since is None

    def _well_for(self, at: float, target: int) -> float:
        since = self.known[target].well_since
        return 0.0 if since is None else at - since

    def slept(self) -> None:
        """We did not look ourselves."""
        for each in self.known.values():
            each.silence.over()
