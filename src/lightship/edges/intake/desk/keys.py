"""The secret of the day: whoever sent something is known by a keyed hash, and from the next day on nobody can redo it.

A key serves one UTC day. The one before is kept for six hours more, so that midnight is not a second voice for
everybody; then it is destroyed (`secure_delete` overwrites it).
"""

import hashlib
import secrets
import sqlite3

import msgspec

from lightship.edges.intake.repeats import WINDOW
from lightship.vocabulary.time import DAY, Instant

SIZE = 16
"""Octets of a hash: two people of a hundred million share one with a chance of 1 in 10^23."""


class Keys(msgspec.Struct, frozen=True):
    """What hashes are made with now.

    Args:
        today: of this UTC day; before: of the one before, for its last six hours; None afterwards.
        destroyed: whether one was destroyed just now.
    """

    today: bytes
    before: bytes | None
    destroyed: bool = False

    def hashes(self, text: str) -> tuple[bytes, ...]:
        """The text's hash, and the one that it had yesterday while that still counts."""
        keys = (self.today,) if self.before is None else (self.today, self.before)
        return tuple(hashed(key, text) for key in keys)


def hashed(key: bytes, text: str) -> bytes:
    """A keyed hash (BLAKE2b, RFC 7693)."""
    return hashlib.blake2b(text.encode(), key=key, digest_size=SIZE).digest()


def keys(db: sqlite3.Connection, at: Instant) -> Keys:
    """The keys of an instant; a new day makes a new one and destroys what is too old. Within a transaction."""
    day = at // DAY
    keep = day - 1 if at - day * DAY < WINDOW else day
    gone = db.execute("DELETE FROM key WHERE day < ?", (keep,)).rowcount > 0
    db.execute("INSERT OR IGNORE INTO key (day, secret) VALUES (?, ?)", (day, secrets.token_bytes(32)))
    found = dict(db.execute("SELECT day, secret FROM key WHERE day IN (?, ?)", (day - 1, day)).fetchall())
    return Keys(found[day], found.get(day - 1), gone)
