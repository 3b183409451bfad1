"""Which messages are verified today: a thirtieth each day, so that each is read again within a month."""

from lightship.vocabulary.time import DAY, Instant

DAYS = 30


def share_of(hash: bytes) -> int:
    """The share, 0 to 29, that a message belongs to, by its hash."""
    return int.from_bytes(hash[:4], "big") % DAYS


def share_today(at: Instant) -> int:
    """The share whose day it is."""
    return at // DAY % DAYS
