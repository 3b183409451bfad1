"""Who runs this deployment: people with a role, invited once, known by password and one-time code; their sessions.

A file of its own beside the store. Passwords lie there as Argon2id hashes, sessions and invitations as SHA-256 of 256
random bits. The secrets of one-time codes have to be there in clear: the file is readable by its own user alone.
"""

import hashlib
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from lightship.edges.clock import Clock, now
from lightship.edges.operators.codes import new_secret, step_of
from lightship.edges.operators.passwords import NOBODY, hashed, matches
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

Role = Literal["viewer", "editor", "admin"]
ROLES: dict[Role, str] = {
    "viewer": "reads incidents with their evidence",
    "editor": "reads, and acts: confirms, writes updates, closes",
    "admin": "does all that, and ends other people's access",
}

INVITED_FOR = DAY
IDLE, LONGEST = 2 * HOUR, 12 * HOUR
"""A session ends after so long without a request, and after so long in any case."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_TABLES = """
CREATE TABLE IF NOT EXISTS person (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, secret TEXT, step INTEGER NOT NULL DEFAULT 0,
    invitation BLOB, invited_until INTEGER, made_at INTEGER NOT NULL, ended_at INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
    hash BLOB PRIMARY KEY, name TEXT NOT NULL, form TEXT NOT NULL, began_at INTEGER NOT NULL, used_at INTEGER NOT NULL
) WITHOUT ROWID;
"""


class Person(msgspec.Struct, frozen=True):
    """One person. `joined`: has a password; `ended_at`: access ended then; absent: not."""

    name: str
    role: Role
    joined: bool
    made_at: Instant
    ended_at: Instant | None


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in. `form`: the value that each of their forms carries."""

    name: str
    role: Role
    form: str
    began_at: Instant

    @property
    def acts(self) -> bool:
        """Whether they may do more than read."""
        return self.role in ("editor", "admin")


def beside(store: Path) -> Path:
    """Where the operators of a hub are kept."""
    return store.with_suffix(".operators.db")


class People:
    """The file. Calls may come from any thread.

    Raises:
        StoreRefused: it cannot be opened, read or written.
    """

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path, self._clock, self._turn = path, clock, threading.Lock()
        with _refusals(path):
            path.touch(0o600)
            path.chmod(0o600)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def invite(self, name: str, role: Role) -> str:
        """A word by which a person sets password and code once, within a day; whoever is known already starts anew."""
        if not _NAME.fullmatch(name):
            raise BadInput(
                name, "no name for an operator", "small letters, digits, dots and hyphens, 32 at most"
            )
        word, at = secrets.token_urlsafe(24), self._clock()
        self._do(
            "INSERT INTO person (name, role, invitation, invited_until, made_at) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT (name) DO UPDATE SET role = ?2, invitation = ?3, invited_until = ?4, password = NULL, "
            "secret = NULL, ended_at = NULL",
            name, role, _hash(word), at + INVITED_FOR, at,
        )  # fmt: skip
        self._do("DELETE FROM session WHERE name = ?", name)
        return word

    def welcome(self, name: str, word: str) -> str | None:
        """The secret for the codes of somebody invited; asked again it is the same. None: no such invitation."""
        asked = "SELECT secret FROM person WHERE name = ? AND invitation = ? AND invited_until > ? AND ended_at IS NULL"
        row = self._one(asked, name, _hash(word), self._clock())
        if row is None:
            return None
        if row[0] is None:
            self._do("UPDATE person SET secret = ? WHERE name = ? AND secret IS NULL", new_secret(), name)
            return self.welcome(name, word)
        return str(row[0])

    def join(self, name: str, word: str, password: str, code: str) -> bool:
        """Set the password, proven by a first code. False: no such invitation, or not its code. Raises BadInput."""
        secret = self.welcome(name, word)
        step = step_of(secret, code, self._clock(), 0) if secret else None
        if step is None:
            return False
        self._do(
            "UPDATE person SET password = ?, step = ?, invitation = NULL, invited_until = NULL WHERE name = ?",
            hashed(password), step, name,
        )  # fmt: skip
        return True

    def sign_in(self, name: str, password: str, code: str) -> str | None:
        """The word of a new session; None: name, password or code is not right, and nobody learns which."""
        asked = "SELECT password, secret, step FROM person WHERE name = ? AND password IS NOT NULL AND ended_at IS NULL"
        row = self._one(asked, name)
        known = matches(password, row[0] if row else NOBODY)
        step = step_of(row[1], code, self._clock(), row[2]) if row else None
        if not known or step is None:
            return None
        # The step is taken in the same statement that checks it: of two at once, one gets in.
        if self._do("UPDATE person SET step = ?1 WHERE name = ?2 AND step < ?1", step, name) == 0:
            return None
        word, at = secrets.token_urlsafe(32), self._clock()
        self._do("DELETE FROM session WHERE began_at < ? OR used_at < ?", at - LONGEST, at - IDLE)
        self._do(
            "INSERT INTO session VALUES (?, ?, ?, ?, ?)", _hash(word), name, secrets.token_urlsafe(16), at, at
        )
        return word

    def session(self, word: str) -> Session | None:
        """Whose session it is; None: of nobody, or over."""
        at = self._clock()
        row = self._one(
            "SELECT s.name, p.role, s.form, s.began_at, s.used_at FROM session s JOIN person p USING (name) "
            "WHERE s.hash = ? AND p.ended_at IS NULL AND s.began_at > ? AND s.used_at > ?",
            _hash(word), at - LONGEST, at - IDLE,
        )  # fmt: skip
        if row is None:
            return None
        if at - row[4] > MINUTE:
            self._do("UPDATE session SET used_at = ? WHERE hash = ?", at, _hash(word))
        return Session(*row[:4])

    def sign_out(self, word: str, *, everywhere: bool = False) -> None:
        """End this session, or all of its person."""
        found = self._one("SELECT name FROM session WHERE hash = ?", _hash(word))
        if everywhere and found is not None:
            self._do("DELETE FROM session WHERE name = ?", found[0])
        self._do("DELETE FROM session WHERE hash = ?", _hash(word))

    def end(self, name: str) -> None:
        """End a person's access, at once. Raises BadInput where there is none."""
        done = self._do("UPDATE person SET ended_at = ?, invitation = NULL, password = NULL, secret = NULL "
                        "WHERE name = ? AND ended_at IS NULL", self._clock(), name)  # fmt: skip
        if done == 0:
            raise BadInput(
                name, "no operator of this name has access", "`lightship operators list` shows them"
            )
        self._do("DELETE FROM session WHERE name = ?", name)

    def all(self) -> tuple[Person, ...]:
        """Everybody there is or was, by name."""
        with self._turn, _refusals(self.path):
            rows = self._db.execute(
                "SELECT name, role, password IS NOT NULL, made_at, ended_at FROM person ORDER BY name"
            ).fetchall()
        return tuple(Person(row[0], row[1], bool(row[2]), row[3], row[4]) for row in rows)

    def _one(self, asked: str, *values: Any) -> Any:
        with self._turn, _refusals(self.path):
            return self._db.execute(asked, values).fetchone()

    def _do(self, statement: str, *values: Any) -> int:
        with self._turn, _refusals(self.path):
            return self._db.execute(statement, values).rowcount


def _hash(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreRefused(f"{path}: {error}") from error
