"""The wall clock. The core never reads it: an event carries the instant at which the shell logged it."""

import time

from lightship.vocabulary.time import Instant


def now() -> Instant:
    """The present, by this machine's clock, which may jump; the log's own instants never go back."""
    return Instant(time.time_ns() // 1_000_000)
