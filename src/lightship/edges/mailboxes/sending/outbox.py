"""The outbox on disk: every step of a letter is committed before the next is taken."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from lightship.edges.mailboxes.sending.route import Route
from lightship.edges.stores.lock import Lock
from lightship.endure.sending.states import State
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import Instant

FILE = "outbox.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS route (name TEXT PRIMARY KEY, settings BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS letter (
  id INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  route TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipients BLOB NOT NULL,
  subject TEXT NOT NULL,
  raw BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued',
  said TEXT NOT NULL DEFAULT '',
  queued_at INTEGER NOT NULL,
  tried_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  filed_at INTEGER
);
"""
_COLUMNS = """id, message_id, account, route, sender, recipients, subject, state, said, queued_at, tried_at, tries,
    filed_at"""


class Letter(msgspec.Struct, frozen=True):
    """One letter as it stands.

    Args:
        account: whose Sent folder gets the copy; empty: nobody's.
        sender, recipients: of the envelope.
        said: what the server answered last, or what went wrong.
        filed_at: when the copy was seen in Sent; None: not yet.
    """

    id: int
    message_id: str
    account: str
    route: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    state: State
    said: str
    queued_at: Instant
    tried_at: Instant | None
    tries: int
    filed_at: Instant | None


class Outbox:
    """The outbox of a copy, open for one process.

    Raises:
        StoreRefused: another process sends from it, or it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / FILE).touch(mode=0o600)
        except OSError as error:
            raise StoreRefused(f"{folder}: {error.strerror}; name another folder with --copy") from error
        self.path = folder / FILE
        self._lock = Lock(self.path, "another `lightship mail send`", "wait for it or stop it")
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # a step that is said to be taken is on the disk
            self._db.executescript(_SCHEMA)
            # We hold the lock, so whoever was sending is dead.
            self._db.execute("UPDATE letter SET state = 'unknown' WHERE state = 'committing'")
        except sqlite3.Error as error:
            self._lock.release()
            raise StoreRefused(f"{self.path}: {error}; move it away to begin another outbox") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
        self._lock.release()

    def put_route(self, name: str, route: Route) -> None:
        """Remember a way out under a name."""
        self._write("INSERT OR REPLACE INTO route VALUES (?, ?)", (name, msgspec.json.encode(route)))

    def routes(self) -> dict[str, Route]:
        """Every way out by its name."""
        rows = self._db.execute("SELECT name, settings FROM route ORDER BY name")
        return {name: msgspec.json.decode(settings, type=Route) for name, settings in rows}

    def put(
        self, message_id: str, account: str, route: str, sender: str, recipients: tuple[str, ...], subject: str,
        raw: bytes, at: Instant,
    ) -> Letter:  # fmt: skip
        """A new letter, on disk when this returns."""
        row = (message_id, account, route, sender, msgspec.json.encode(recipients), subject, raw, at)
        asked = """INSERT INTO letter (message_id, account, route, sender, recipients, subject, raw, queued_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
        return self.letter(self._write(asked, row))

    def letters(self) -> tuple[Letter, ...]:
        """All of them, the newest first."""
        return tuple(map(_letter, self._db.execute(f"SELECT {_COLUMNS} FROM letter ORDER BY id DESC")))  # noqa: S608

    def letter(self, number: int) -> Letter:
        """One of them. Raises KeyError."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM letter WHERE id = ?", (number,)).fetchone()  # noqa: S608
        if row is None:
            raise KeyError(number)
        return _letter(row)

    def raw(self, number: int) -> bytes:
        """The bytes of a letter."""
        return bytes(self._db.execute("SELECT raw FROM letter WHERE id = ?", (number,)).fetchone()[0])

    def step(self, number: int, state: State, said: str, at: Instant) -> None:
        """A letter stands differently now; on disk when this returns."""
        self._write(
            "UPDATE letter SET state = ?, said = ?, tried_at = ? WHERE id = ?", (state, said, at, number)
        )

    def trying(self, number: int) -> None:
        """Count a try."""
        self._write("UPDATE letter SET tries = tries + 1 WHERE id = ?", (number,))

    def filed(self, number: int, at: Instant) -> None:
        """Its copy is in the provider's Sent folder."""
        self._write("UPDATE letter SET filed_at = ? WHERE id = ?", (at, number))

    def _write(self, asked: str, values: tuple[Any, ...]) -> int:
        try:
            return int(self._db.execute(asked, values).lastrowid or 0)
        except sqlite3.Error as error:
            raise StoreRefused(f"{self.path}: {error}; nothing was sent by this step") from error


def glance(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """What stands in the outbox, without taking its lock.

    Returns:
        The names of the ways out; of those, by which a letter went; how many letters are not settled.

    Raises:
        StoreRefused: it cannot be read.
    """
    path = folder / FILE
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            names = tuple(row[0] for row in db.execute("SELECT name FROM route ORDER BY name"))
            gone = {row[0] for row in db.execute("SELECT DISTINCT route FROM letter WHERE state = 'sent'")}
            (waiting,) = db.execute("SELECT count(*) FROM letter WHERE state != 'sent'").fetchone()
    except sqlite3.Error as error:
        raise StoreRefused(f"{path}: {error}; move it away to begin another outbox") from error
    return names, tuple(name for name in names if name in gone), int(waiting)


def _letter(row: tuple[Any, ...]) -> Letter:
    fields = list(row)
    fields[5] = msgspec.json.decode(fields[5], type=tuple[str, ...])
    return Letter(*fields)
