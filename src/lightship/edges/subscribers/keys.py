"""The keys: one a person. Destroying it erases what lies sealed under it, in every copy of the book there is.

A file of its own, so that backups of the book do not hold them. What addresses are found by lies here, too.
"""

import base64
import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lightship.edges.stores.sqlite import refusals
from lightship.vocabulary.time import Instant

_TABLES = """
CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, secret BLOB NOT NULL, made INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS address (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, channel TEXT NOT NULL, UNIQUE (person, channel)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
NONCE = 12
SECRET_NAME = "addresses"  # noqa: S105 - the name of a row


class Keys:
    """The file of keys. Calls must not overlap. Raises StoreRefused where it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with refusals(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)
            made = (SECRET_NAME, secrets.token_bytes(32))
            self._db.execute("INSERT OR IGNORE INTO own (name, value) VALUES (?, ?)", made)
            self._finding = bytes(
                self._db.execute("SELECT value FROM own WHERE name = ?", made[:1]).fetchone()[0]
            )
        path.chmod(0o600)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Many changes, one commit."""
        with refusals(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def person(self, at: Instant) -> str:
        """Somebody new: an opaque id, and a key that nobody else has."""
        made = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
        with refusals(self.path):
            self._db.execute("INSERT INTO person VALUES (?, ?, ?)", (made, secrets.token_bytes(32), at))
        return made

    def found(self, channel: str, address: str) -> str | None:
        """Whose address it is; None: nobody's that we know."""
        with refusals(self.path):
            asked = "SELECT person FROM address WHERE hash = ?"
            row = self._db.execute(asked, (self._hash(channel, address),)).fetchone()
        return row[0] if row else None

    def remember(self, person: str, channel: str, address: str) -> None:
        """This address is theirs, in the place of an earlier one of the channel."""
        with refusals(self.path):
            self.forget(person, channel)
            row = (self._hash(channel, address), person, channel)
            self._db.execute("INSERT OR REPLACE INTO address VALUES (?, ?, ?)", row)

    def forget(self, person: str, channel: str) -> None:
        """No address of that channel is theirs any more."""
        with refusals(self.path):
            self._db.execute("DELETE FROM address WHERE person = ? AND channel = ?", (person, channel))

    def destroy(self, person: str) -> bool:
        """Erase the key and what finds the person; False: there was none. Nothing of it is left in the file."""
        with refusals(self.path):
            self._db.execute("DELETE FROM address WHERE person = ?", (person,))
            gone = self._db.execute("DELETE FROM person WHERE id = ?", (person,)).rowcount > 0
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def keys(self, people: Sequence[str]) -> dict[str, "Key"]:
        """The keys of some people; whoever was erased is missing."""
        found: dict[str, Key] = {}
        with refusals(self.path):
            for start in range(0, len(people), 500):
                some = people[start : start + 500]
                asked = f"SELECT id, secret FROM person WHERE id IN ({','.join('?' * len(some))})"
                found |= {
                    person: Key(person, bytes(secret)) for person, secret in self._db.execute(asked, some)
                }
        return found

    def _hash(self, channel: str, address: str) -> bytes:
        return hashlib.blake2b(f"{channel} {address}".encode(), key=self._finding, digest_size=32).digest()


class Key:
    """One person's key: seals, opens, and makes the words of their links."""

    def __init__(self, person: str, secret: bytes) -> None:
        self._person, self._secret, self._cipher = person, secret, AESGCM(secret)

    def seal(self, channel: str, address: str) -> bytes:
        """AES-256-GCM, bound to person and channel: a row cannot be put in another's place."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, address.encode(), self._about(channel))

    def unseal(self, channel: str, sealed: bytes) -> str | None:
        """The address; None: it was not sealed for this."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._about(channel)).decode()
        except InvalidTag:
            return None

    def token(self, purpose: str, channel: str = "") -> str:
        """A word that only who got it from us knows: 120 bits, for one purpose. It ends with the key."""
        return base64.b32encode(self.derived(f"{purpose} {channel}", 15)).decode().lower()

    def derived(self, purpose: str, size: int) -> bytes:
        """Octets for one purpose."""
        return hashlib.blake2b(purpose.encode(), key=self._secret, digest_size=size).digest()

    def _about(self, channel: str) -> bytes:
        return f"{self._person} {channel}".encode()
