"""The contacts on disk, each sealed under its person's key: without that key a row is noise."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lightship.edges.stores.sqlite import refusals
from lightship.edges.subscribers.keys import Key, Keys
from lightship.edges.subscribers.wants import Contact, State, Wants
from lightship.vocabulary.time import DAY, Instant

PENDING_KEPT = 2 * DAY
"""Who has not said yes by then is forgotten."""
REFUSALS = 3
"""Letters refused in a row until a contact is given up; one that says the address is gone is enough."""

_TABLES = """
CREATE TABLE IF NOT EXISTS contact (
    person TEXT NOT NULL, channel TEXT NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL, wants BLOB NOT NULL,
    state TEXT NOT NULL, made INTEGER NOT NULL, refused INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (person, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contact_pending ON contact (made) WHERE state = 'pending';
"""
_KEEP = """
INSERT INTO contact (person, channel, place, sealed, wants, state, made)
VALUES (?, ?, (SELECT count(*) FROM contact WHERE person = ?), ?, ?, 'pending', ?)
ON CONFLICT (person, channel) DO UPDATE
SET sealed = excluded.sealed, wants = excluded.wants, state = 'pending', made = excluded.made, refused = 0
"""
_wants = msgspec.json.Decoder(Wants)


class Book:
    """Contacts and their keys. Calls are taken one at a time, from any thread.

    Args:
        path: of the contacts; the keys lie beside it, or where `keys` says.

    Raises:
        StoreRefused: a file cannot be used.
    """

    def __init__(self, path: Path, keys: Path | None = None) -> None:
        self.path, self._turn = path, threading.RLock()
        self.keys = Keys(keys or path.with_name(path.name.replace("contacts", "keys")))
        with refusals(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_TABLES)
        path.chmod(0o600)

    def close(self) -> None:
        """Let go of both files."""
        self._db.close()
        self.keys.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Many changes, one commit of each file: for taking over contacts from elsewhere."""
        with self._turn, refusals(self.path), self.keys.at_once():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def whose(self, channel: str, address: str) -> str | None:
        """The person with that address; None: nobody."""
        with self._turn:
            return self.keys.found(channel, address)

    def key(self, person: str) -> Key | None:
        """Their key; None: erased, or never there."""
        with self._turn:
            return self.keys.keys([person]).get(person)

    def keys_of(self, people: Sequence[str]) -> dict[str, Key]:
        """The keys of some people; whoever was erased is missing."""
        with self._turn:
            return self.keys.keys(people)

    def keep(self, person: str | None, channel: str, address: str, wants: Wants, at: Instant) -> str:
        """A contact that nobody has confirmed yet, of somebody new or known; gives the person. Durable on return."""
        with self._turn:
            person = person or self.keys.person(at)
            key = self.keys.keys([person])[person]
            sealed = key.seal(channel, address)
            with refusals(self.path):
                self._db.execute(_KEEP, (person, channel, person, sealed, msgspec.json.encode(wants), at))
            self.keys.remember(person, channel, address)
        return person

    def set_state(self, person: str, channel: str, state: State) -> bool:
        """False: there is no such contact."""
        return self._change(
            "SET state = ?, refused = 0 WHERE person = ? AND channel = ?", state, person, channel
        )

    def set_wants(self, person: str, channel: str, wants: Wants) -> bool:
        """False: there is no such contact."""
        return self._change(
            "SET wants = ? WHERE person = ? AND channel = ?", msgspec.json.encode(wants), person, channel
        )

    def refused(self, person: str, channel: str, gone: bool) -> bool:
        """A letter was refused there; True: so the contact is given up from now on."""
        with self._turn, refusals(self.path):
            asked = (
                "UPDATE contact SET refused = refused + 1 WHERE person = ? AND channel = ? RETURNING refused"
            )
            row = self._db.execute(asked, (person, channel)).fetchone()
        if row is None or (row[0] < REFUSALS and not gone):
            return False
        return self.set_state(person, channel, "suppressed")

    def took(self, contacts: Iterable[tuple[str, str]]) -> None:
        """Letters were taken there: refusals in a row begin anew."""
        with self._turn, refusals(self.path):
            asked = "UPDATE contact SET refused = 0 WHERE person = ? AND channel = ? AND refused > 0"
            self._db.executemany(asked, contacts)

    def contacts(self, people: Sequence[str]) -> dict[tuple[str, str], Contact]:
        """All contacts of some people, by person and channel, the first one first; without those who were erased."""
        found: dict[tuple[str, str], Contact] = {}
        with self._turn, refusals(self.path):
            keys = self.keys.keys(people)
            for start in range(0, len(people), 500):
                some = people[start : start + 500]
                marks = ",".join("?" * len(some))
                asked = f"SELECT * FROM contact WHERE person IN ({marks}) ORDER BY person, place"
                for row in self._db.execute(asked, some):
                    contact = _opened(row, keys.get(row[0]))
                    if contact is not None:
                        found[contact.person, contact.channel] = contact
        return found

    def of(self, person: str) -> tuple[Contact, ...]:
        """One person's contacts, the first one first."""
        return tuple(self.contacts([person]).values())

    def confirmed(self) -> Iterator[tuple[str, str, Wants]]:
        """Everything that the core should know: person, channel, what is wanted."""
        with self._turn, refusals(self.path):
            asked = "SELECT person, channel, wants FROM contact WHERE state = 'confirmed' ORDER BY made, person, place"
            rows = self._db.execute(asked).fetchall()
        for person, channel, wants in rows:
            yield person, channel, _wants.decode(wants)

    def drop(self, person: str, channel: str) -> bool:
        """Forget one contact; with the last one the person is erased. False: there was none."""
        with self._turn, refusals(self.path):
            gone = self._db.execute("DELETE FROM contact WHERE person = ? AND channel = ?", (person, channel))
            self.keys.forget(person, channel)
            if not self._db.execute("SELECT 1 FROM contact WHERE person = ?", (person,)).fetchone():
                self.erase(person)
        return gone.rowcount > 0

    def erase(self, person: str) -> bool:
        """Destroy the key first: from then on no copy of the contacts can be read. False: there was nobody."""
        with self._turn, refusals(self.path):
            gone = self.keys.destroy(person)
            self._db.execute("DELETE FROM contact WHERE person = ?", (person,))
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def forget_pending(self, at: Instant) -> int:
        """Drop what was never confirmed; gives how many."""
        with self._turn, refusals(self.path):
            asked = "SELECT person, channel FROM contact WHERE state = 'pending' AND made <= ?"
            old = self._db.execute(asked, (at - PENDING_KEPT,)).fetchall()
            for person, channel in old:
                self.drop(person, channel)
        return len(old)

    def _change(self, what: str, *values: object) -> bool:
        with self._turn, refusals(self.path):
            return self._db.execute(f"UPDATE contact {what}", values).rowcount > 0


def _opened(row: tuple[str, str, int, bytes, bytes, State, int, int], key: Key | None) -> Contact | None:
    person, channel, _, sealed, wants, state, _, _ = row
    address = key.unseal(channel, sealed) if key is not None else None
    return None if address is None else Contact(person, channel, address, _wants.decode(wants), state)
