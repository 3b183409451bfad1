"""A circuit breaker: after several failures in a row a domain is left alone for a while, then tried with one letter."""

import msgspec

from lightship.vocabulary.time import MINUTE, Instant

IN_A_ROW = 5
PAUSE, LONGEST_PAUSE = MINUTE, 15 * MINUTE


class Breaker(msgspec.Struct, frozen=True):
    """How one domain has answered.

    Args:
        failures: in a row, since it last took something.
        until: nothing is sent there before; absent: it is not paused.
        trying: one letter is on its way to see whether it answers again.
    """

    failures: int = 0
    until: Instant | None = None
    trying: bool = False

    def lets_through(self, at: Instant) -> bool:
        """Whether a letter may go there now."""
        return self.until is None or (at >= self.until and not self.trying)

    def going(self) -> "Breaker":
        """A letter was let through."""
        return Breaker(self.failures, self.until, trying=True) if self.until is not None else self

    def after(self, worked: bool, at: Instant) -> "Breaker":
        """A letter came through (also one that was refused for itself), or the domain did not answer.

        >>> broken = Breaker()
        >>> for _ in range(5):
        ...     broken = broken.after(worked=False, at=Instant(0))
        >>> broken.lets_through(Instant(1)), broken.lets_through(Instant(60_000))
        (False, True)
        """
        if worked:
            return Breaker()
        failures = self.failures + 1
        if failures < IN_A_ROW:
            return Breaker(failures)
        pause = min(LONGEST_PAUSE, PAUSE << min(failures - IN_A_ROW, 10))
        return Breaker(failures, Instant(at + pause))
