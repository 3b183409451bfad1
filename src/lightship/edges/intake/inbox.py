"""What feeds and counters have said, on disk until the hub has counted it: durable when acknowledged, each word once.

A file of its own beside the store, so that whoever hears something needs no hub that runs. SQLite in write-ahead mode
with synchronous=FULL: what `put` has returned survives the machine.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.signals import FeedEvent, PassiveCount
from lightship.vocabulary.time import DAY, HOUR, Instant

KEPT = 2 * DAY
"""How long an entry is kept after it came: so long it is also known again."""

Heard = FeedEvent | PassiveCount

_KINDS: dict[str, type[Heard]] = {"feed": FeedEvent, "count": PassiveCount}

_TABLES = """
CREATE TABLE IF NOT EXISTS heard (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, came INTEGER NOT NULL, key BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS heard_at ON heard (at);
CREATE TABLE IF NOT EXISTS standing (
    feed TEXT NOT NULL, word TEXT NOT NULL, said INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (feed, word)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS work (
    feed TEXT NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL, ends INTEGER NOT NULL, body BLOB,
    PRIMARY KEY (feed, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS health (
    feed TEXT PRIMARY KEY, tried INTEGER, fine INTEGER, spoke INTEGER, trouble TEXT NOT NULL DEFAULT ''
);
"""


class Entry(msgspec.Struct, frozen=True):
    """One word or count, and what makes it that one: whatever comes again under its key is known already."""

    key: str
    what: Heard


class Inbox:
    """One file; any thread may use it, one at a time.

    Raises:
        StoreRefused: it cannot be opened or written; nothing of what was being put in is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _refusals(path):
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
                self.db.execute(f"PRAGMA {pragma}")
            self.db.executescript(_TABLES)
        path.chmod(0o600)
        self._turn, self._swept = threading.RLock(), Instant(0)

    def put(self, entries: Sequence[Entry], now: Instant) -> list[bool]:
        """Keep what is new, in one commit; False for what is known already. Durable on return.

        What claims to be later than now is taken for now: nobody may speak from the future.
        """
        with self.writing():
            self._sweep(now)
            return [self._put(each, now) for each in entries]

    def _put(self, entry: Entry, now: Instant) -> bool:
        what = entry.what if entry.what.at <= now else msgspec.structs.replace(entry.what, at=now)
        kind = "feed" if isinstance(what, FeedEvent) else "count"
        key = hashlib.blake2b(f"{kind} {entry.key}".encode(), digest_size=16).digest()
        done = self.db.execute(
            "INSERT INTO heard (at, came, key, kind, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (what.at, now, key, kind, msgspec.msgpack.encode(what)),
        )
        return done.rowcount > 0

    def after(self, number: int, since: Instant | None = None) -> list[tuple[int, Heard]]:
        """Entries with a higher number, and those that are of `since` or later whatever their number; in order."""
        asked = "SELECT number, kind, body FROM heard WHERE number > ? OR at >= ? ORDER BY number"
        with self._turn, _refusals(self.path):
            if self._last() < number:  # the file was made anew
                number = 0
            found = self.db.execute(asked, (number, since if since is not None else 1 << 62)).fetchall()
        return [(each[0], msgspec.msgpack.decode(each[2], type=_KINDS[each[1]])) for each in found]

    def _last(self) -> int:
        row = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'heard'").fetchone()
        return int(row[0]) if row else 0

    def works(self, now: Instant) -> tuple[PlannedWork, ...]:
        """Announced work that has not been over for an hour, the earliest first."""
        asked = "SELECT body FROM work WHERE body IS NOT NULL AND ends > ?"
        with self._turn, _refusals(self.path):
            rows = self.db.execute(asked, (now - HOUR,)).fetchall()
        found = [msgspec.msgpack.decode(row[0], type=PlannedWork) for row in rows]
        return tuple(sorted(found, key=lambda each: (each.starts, each.id)))

    def standing(self, feed: str) -> tuple[str, ...]:
        """Words of a feed that hold now: about whom, and what."""
        asked = "SELECT word FROM standing WHERE feed = ? ORDER BY word"
        with self._turn, _refusals(self.path):
            return tuple(" ".join(row[0].split(" ")[:2]) for row in self.db.execute(asked, (feed,)))

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self.db.close()

    def _sweep(self, now: Instant) -> None:
        if now - self._swept < HOUR:
            return
        self.db.execute("DELETE FROM heard WHERE came <= ?", (now - KEPT,))
        self.db.execute("DELETE FROM work WHERE ends <= ?", (now - 30 * DAY,))
        self._swept = now

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is written, or nothing. Within another one it is part of that."""
        with self._turn, _refusals(self.path):
            within: bool = self.db.in_transaction
            if within:
                yield
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.rollback()
                raise
            self.db.execute("COMMIT")


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreRefused(f"{path}: what feeds say cannot be kept ({error})") from error
