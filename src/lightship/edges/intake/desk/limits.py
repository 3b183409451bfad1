"""How much one network may say: a bucket of reports that fills slowly."""

from lightship.vocabulary.time import MINUTE, Instant

BURST, A_MINUTE = 20.0, 6.0
"""Reports of one network prefix (a few hundred homes, or one campus): at once, and per minute from then on.

More would hardly move what is believed: a prefix counts with three a minute at most.
"""

MOST_BUCKETS = 50_000


class Limits:
    """Buckets by network. Memory is bounded: under a flood the one that was quiet longest is dropped."""

    def __init__(self, burst: float = BURST, a_minute: float = A_MINUTE) -> None:
        self._burst, self._a_minute = burst, a_minute
        self._left: dict[str, tuple[float, Instant]] = {}

    def allow(self, prefix: str, at: Instant) -> bool:
        """Whether one more report of this network is taken now."""
        left, since = self._left.pop(prefix, (self._burst, at))
        left = min(self._burst, left + max(0, at - since) / MINUTE * self._a_minute)
        if len(self._left) >= MOST_BUCKETS:
            self._left.pop(next(iter(self._left)))
        self._left[prefix] = (left - 1.0 if left >= 1.0 else left, at)
        return left >= 1.0
