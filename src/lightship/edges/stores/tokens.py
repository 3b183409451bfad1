"""Tokens for the hub's HTTP interface, in a file of their own beside the store: shown once, kept as hashes.

A token is `lsh_ID_SECRET`: the id finds the row, the secret has 256 bits of chance, so that a plain SHA-256 of it
cannot be tried backwards and takes no time to check. Hub and command line write the same file.
"""

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lightship.edges.clock import Clock, now
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.time import MINUTE, Instant

MARK = "lsh"
_TABLES = """
CREATE TABLE IF NOT EXISTS token (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, may TEXT NOT NULL, made_at INTEGER NOT NULL,
    ends_at INTEGER, used_at INTEGER, revoked_at INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS token_name ON token (name) WHERE revoked_at IS NULL;
"""
_COLUMNS = "id, name, may, made_at, ends_at, used_at, revoked_at"
_NOBODY = hashlib.sha256(b"").digest()
"""Compared with where there is no such id, so that an answer takes as long as with one."""


class Token(msgspec.Struct, frozen=True):
    """What is known of a token: all but the token. `used_at` is right to a minute; absent: never."""

    id: str
    name: str
    may: tuple[str, ...]
    made_at: Instant
    ends_at: Instant | None
    used_at: Instant | None
    revoked_at: Instant | None


class Caller(msgspec.Struct, frozen=True):
    """Whose token it is. `id` is stable and no secret; `may`: what it allows."""

    id: str
    name: str
    may: frozenset[str]


def beside(store: Path) -> Path:
    """Where the tokens of a hub are kept."""
    return store.with_suffix(".tokens.db")


class TokenFile:
    """The file. Calls may come from any thread.

    Raises:
        StoreRefused: it cannot be opened, read or written.
    """

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path, self._clock = path, clock
        self._used: dict[str, Instant] = {}
        self._turn = threading.Lock()
        with _refusals(path):
            path.touch(0o600)
            path.chmod(0o600)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add(self, name: str, may: Iterable[str], ends_at: Instant | None = None) -> str:
        """A new token, in the only place where it is ever to be seen. Raises BadInput where the name is taken."""
        key, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        row = (key, name, _hash(secret), " ".join(sorted(may)), self._clock(), ends_at)
        with self._turn, _refusals(self.path):
            try:
                self._db.execute(
                    "INSERT INTO token (id, name, hash, may, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)", row
                )
            except sqlite3.IntegrityError:
                raise BadInput(
                    name, "a token of this name is in use", "revoke it first, or choose another name"
                ) from None
        return f"{MARK}_{key}_{secret}"

    def all(self) -> tuple[Token, ...]:
        """Every token that there is or was, the newest last."""
        with self._turn, _refusals(self.path):
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM token ORDER BY made_at, id").fetchall()
        return tuple(Token(row[0], row[1], tuple(row[2].split()), *row[3:]) for row in rows)

    def revoke(self, name: str) -> None:
        """From now on it is good for nothing. By name or id. Raises BadInput where no such token is in use."""
        with self._turn, _refusals(self.path):
            done = self._db.execute(
                "UPDATE token SET revoked_at = ? WHERE (name = ? OR id = ?) AND revoked_at IS NULL",
                (self._clock(), name, name),
            )
        if done.rowcount == 0:
            raise BadInput(name, "no token of this name is in use", "`lightship token list` shows them")

    def find(self, token: str) -> Caller | None:
        """Whose it is; None: it is none, or is not good any more."""
        mark, _, rest = token.partition("_")
        key, _, secret = rest.partition("_")
        at = self._clock()
        with self._turn, _refusals(self.path):
            asked = "SELECT hash, name, may, ends_at, revoked_at FROM token WHERE id = ?"
            row = self._db.execute(asked, (key,)).fetchone()
            alike = hmac.compare_digest(_hash(secret), row[0] if row else _NOBODY)
            if mark != MARK or not row or not alike:
                return None
            if row[4] is not None or (row[3] is not None and at >= row[3]):
                return None
            self._touch(key, at)
        return Caller(key, row[1], frozenset(row[2].split()))

    def _touch(self, key: str, at: Instant) -> None:
        """When it was used last, once a minute. Best effort: a file that is busy or full keeps nobody out."""
        if at - self._used.get(key, Instant(0)) < MINUTE:
            return
        self._used[key] = at
        try:
            self._db.execute("PRAGMA busy_timeout=0")
            self._db.execute("UPDATE token SET used_at = ? WHERE id = ?", (at, key))
        except sqlite3.Error:
            self._used.pop(key)
        finally:
            self._db.execute("PRAGMA busy_timeout=2000")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreRefused(f"{path}: tokens cannot be kept ({error})") from error
