"""Nothing is answered: since when, how often, by how many."""

from dataclasses import dataclass


@dataclass(slots=True)
class Silence:
    """Unanswered probes since the last answer.

    Args:
        since: when the first of them was sent; None while all is answered.
        asked: a bit for each target that did not answer.
    """

    since: float | None = None
    count: int = 0
    asked: int = 0

    def unanswered(self, sent_at: float, target: int) -> None:
        """One more."""
        if self.since is None or sent_at < self.since:
            self.since = sent_at
        self.count += 1
        self.asked |= 1 << target

    def over(self) -> None:
        """Somebody answered."""
        self.since, self.count, self.asked = None, 0, 0

    def lasts(self, at: float) -> float:
        """Seconds since the first unanswered probe was sent; 0 without one."""
        return 0.0 if self.since is None else at - self.since

    @property
    def targets(self) -> int:
        """How many different targets did not answer."""
        return self.asked.bit_count()
