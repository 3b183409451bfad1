"""Which domains are left alone just now (the empty name is our own end), and a bound on letters a second."""

from lightship.tell.outbox.breaker import Breaker
from lightship.vocabulary.time import SECOND, Instant

OURS = ""
MOST = 10_000


class Breakers:
    """One breaker a domain. Memory is bounded: domains in order are not kept."""

    def __init__(self) -> None:
        self._of: dict[str, Breaker] = {}

    def lets_through(self, domain: str, at: Instant) -> bool:
        """Whether a letter may go there now; counts it as gone."""
        known = self._of.get(domain)
        if known is None:
            return True
        through = known.lets_through(at)
        if through:
            self._of[domain] = known.going()
        return through

    def until(self, domain: str) -> Instant | None:
        """When it is tried again; None: it is not left alone."""
        known = self._of.get(domain)
        return known.until if known is not None else None

    def after(self, domain: str, worked: bool, at: Instant) -> None:
        """How a letter to it ended."""
        now = self._of.get(domain, Breaker()).after(worked, at)
        if now == Breaker():
            self._of.pop(domain, None)
        elif domain in self._of or len(self._of) < MOST:
            self._of[domain] = now


class Bucket:
    """A bound on letters a second; 0: none."""

    def __init__(self, a_second: float) -> None:
        self._rate, self._left, self._since = a_second, max(1.0, a_second), Instant(0)

    def take(self, wanted: int, at: Instant) -> int:
        """How many may go now, at most as many as wanted."""
        if not self._rate:
            return wanted
        passed = min(max(0, at - self._since), 10 * SECOND) / SECOND
        self._left = min(max(1.0, self._rate), self._left + passed * self._rate)
        self._since = at
        taken = min(wanted, int(self._left))
        self._left -= taken
        return taken

    def back(self, count: int) -> None:
        """So many were not needed."""
        self._left += count
