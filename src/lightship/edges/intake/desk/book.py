"""The reports on disk: no address, no repeat, and gone after a day, when they are counts in the log.

SQLite in write-ahead mode with synchronous=FULL: what `take` has returned survives the machine.
"""

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lightship.edges.intake.desk.draft import Draft, prefix_of
from lightship.edges.intake.desk.keys import Keys, keys
from lightship.edges.intake.repeats import WINDOW
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Report, Symptom
from lightship.vocabulary.time import DAY, HOUR, Instant

KEPT = DAY
"""How long a report is kept by itself."""

_TABLES = """
CREATE TABLE IF NOT EXISTS key (day INTEGER PRIMARY KEY, secret BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS voice (
    reporter BLOB NOT NULL, service TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (reporter, service)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS network (hash BLOB PRIMARY KEY, name BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS report (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, service TEXT NOT NULL, area TEXT,
    symptom TEXT NOT NULL, brand TEXT NOT NULL, reporter BLOB NOT NULL, prefix BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS report_at ON report (at);
"""

_HEARD = """
INSERT INTO voice (reporter, service, at) VALUES (?, ?, ?)
ON CONFLICT (reporter, service) DO UPDATE SET at = excluded.at WHERE excluded.at - voice.at >= ?
"""
"""Writes nothing where the same voice named the service less than six hours before."""


class Book:
    """One book, one writer. Calls are taken one at a time, from any thread.

    Raises:
        StoreRefused: it cannot be opened or written; nothing of what was being taken is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _refusals(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)
        path.chmod(0o600)
        self._swept, self._turn = Instant(0), threading.Lock()

    def take(self, drafts: Sequence[Draft], at: Instant) -> list[Report | None]:
        """Keep what is new, in one commit; None for each that repeats its own voice. Durable on return."""
        with self._turn, _refusals(self.path):
            with self._transaction():
                now = keys(self._db, at)
                self.sweep(at)
                found = [self._taken(draft, at, now) for draft in drafts]
            if now.destroyed:  # the write-ahead log still holds pages with the old key
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return found

    def _taken(self, draft: Draft, at: Instant, now: Keys) -> Report | None:
        reporters = now.hashes(f"{draft.sender} {draft.voice}")
        if self._heard_before(reporters[1:], draft.service, at) or not self._heard(
            reporters[0], draft.service, at
        ):
            return None
        prefix = self._network(now.hashes(prefix_of(draft.sender)), at)
        self._db.execute(
            "INSERT INTO report (at, service, area, symptom, brand, reporter, prefix) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (at, draft.service, draft.area, draft.symptom, draft.brand, reporters[0], prefix),
        )
        return _report(at, draft.service, draft.area, draft.symptom, draft.brand, reporters[0], prefix)

    def _heard(self, reporter: bytes, service: ServiceId, at: Instant) -> bool:
        return self._db.execute(_HEARD, (reporter, service, at, WINDOW)).rowcount > 0

    def _heard_before(self, reporters: Sequence[bytes], service: ServiceId, at: Instant) -> bool:
        """Under the key of yesterday."""
        asked = "SELECT 1 FROM voice WHERE reporter = ? AND service = ? AND ? - at < ?"
        return any(self._db.execute(asked, (each, service, at, WINDOW)).fetchone() for each in reporters)

    def _network(self, hashes: Sequence[bytes], at: Instant) -> bytes:
        """A word for the network, drawn by lot, which outlasts a change of keys and six hours of silence do not."""
        asked = "SELECT name FROM network WHERE hash = ? AND ? - at < ?"
        known = (self._db.execute(asked, (each, at, WINDOW)).fetchone() for each in hashes)
        found = next((row[0] for row in known if row), None) or secrets.token_bytes(8)
        self._db.execute(
            "INSERT OR REPLACE INTO network (hash, name, at) VALUES (?, ?, ?)", (hashes[0], found, at)
        )
        return bytes(found)

    def after(self, number: int, since: Instant | None = None) -> list[tuple[int, Report]]:
        """Reports with a higher number, and those that are of `since` or later whatever their number; in order."""
        asked = (
            "SELECT number, at, service, area, symptom, brand, reporter, prefix FROM report "
            "WHERE number > ? OR at >= ? ORDER BY number"
        )
        with self._turn, _refusals(self.path):
            row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'report'").fetchone()
            if row is None or row[0] < number:  # the file was made anew
                number = 0
            found = self._db.execute(asked, (number, since if since is not None else 1 << 62)).fetchall()
        return [(each[0], _report(*each[1:])) for each in found]

    def since(self, at: Instant) -> list[Report]:
        """Reports from an instant on, in the order in which they came."""
        return [report for _, report in self.after(1 << 62, at)]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of somebody who writes many rows: all of it is written, or nothing. Raises StoreRefused."""
        with self._turn, _refusals(self.path), self._transaction():
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For somebody who reads other tables of the book. Raises StoreRefused."""
        with self._turn, _refusals(self.path):
            yield self._db

    def sweep(self, at: Instant) -> None:
        """Drop what is too old, once an hour at most. Within a transaction."""
        if at - self._swept < HOUR:
            return
        self._db.execute("DELETE FROM voice WHERE at <= ?", (at - WINDOW,))
        self._db.execute("DELETE FROM network WHERE at <= ?", (at - WINDOW,))
        self._db.execute("DELETE FROM report WHERE at <= ?", (at - KEPT,))
        self._swept = at

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _report(
    at: int, service: str, area: str | None, symptom: Symptom, brand: str, reporter: bytes, prefix: bytes
) -> Report:
    place = AreaId(area) if area is not None else None
    return Report(Instant(at), ServiceId(service), place, symptom, reporter.hex(), prefix.hex(), brand)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreRefused(f"{path}: reports cannot be kept ({error})") from error
