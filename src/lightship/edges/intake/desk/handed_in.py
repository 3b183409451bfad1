"""Batches of reports: what a call centre or a partner hands in enters the book beside the form's, each row once.

A batch counts once by its id; a row by the partner's own id, or by what it says. A partner counts as a few networks
that its callers are shared out over, so that what one partner may move is bounded: with fewer than five it never makes
a public statement by itself.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.keys import Keys, hashed, keys
from lightship.edges.intake.desk.rows import OLDEST, Checked, RowError
from lightship.edges.intake.repeats import WINDOW
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Report, Symptom
from lightship.vocabulary.time import DAY, Instant

NETWORKS = 4
"""What a partner counts as, where the configuration says nothing."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS batch (number INTEGER PRIMARY KEY, partner TEXT NOT NULL, id TEXT NOT NULL, "
    "digest BLOB NOT NULL, at INTEGER NOT NULL, answer BLOB, UNIQUE (partner, id))",
    "CREATE TABLE IF NOT EXISTS row (hash BLOB PRIMARY KEY, batch INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS bundle (number INTEGER PRIMARY KEY AUTOINCREMENT, newest INTEGER NOT NULL, "
    "body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS lasting (name TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS asked (n INTEGER PRIMARY KEY, hash BLOB NOT NULL, service TEXT, at INTEGER)",
)

KEPT = 2 * DAY
"""How long a batch and its rows are known again; rows older than a day are refused anyhow."""


class Batch(msgspec.Struct, frozen=True):
    """One batch. `id` empty: the digest of its body stands for it."""

    partner: str
    id: str
    digest: bytes
    rows: Checked
    networks: int = NETWORKS


class Added(msgspec.Struct, frozen=True):
    """What became of a batch.

    Args:
        counted: rows that count. repeats: of callers who had named the service within six hours. known: rows that were
            handed in before. refused: rows with something wrong; errors: the first hundred of them, each told.
        again: the whole batch was handed in before; this is what was answered then.
    """

    batch: str
    counted: int
    repeats: int
    known: int
    refused: int
    errors: Sequence[RowError] = ()
    again: bool = False


class OtherBatch(Exception):
    """A batch of that id was handed in before, with another content. Nothing of this one was taken."""


def add(book: Book, batch: Batch, now: Instant) -> Added:
    """Keep what is new, in one commit. Durable on return. Raises OtherBatch, StoreRefused."""
    name = batch.id or batch.digest.hex()[:32]
    with book.writing() as db:
        for table in _TABLES:
            db.execute(table)
        asked = "SELECT digest, answer FROM batch WHERE partner = ? AND id = ?"
        before = db.execute(asked, (batch.partner, name)).fetchone()
        if before is not None:
            if before[0] != batch.digest:
                raise OtherBatch(name)
            return msgspec.structs.replace(msgspec.msgpack.decode(before[1], type=Added), again=True)
        book.sweep(now)
        db.execute("DELETE FROM bundle WHERE newest <= ?", (now - OLDEST,))
        db.execute("DELETE FROM row WHERE batch IN (SELECT number FROM batch WHERE at <= ?)", (now - KEPT,))
        db.execute("DELETE FROM batch WHERE at <= ?", (now - KEPT,))
        opened = "INSERT INTO batch (partner, id, digest, at) VALUES (?, ?, ?, ?)"
        number = db.execute(opened, (batch.partner, name, batch.digest, now)).lastrowid
        assert number is not None, "it was inserted just now"
        added = _Adding(db, batch, name, number, now).add()
        db.execute("UPDATE batch SET answer = ? WHERE number = ?", (msgspec.msgpack.encode(added), number))
    return added


class _Adding:
    """Rows by their numbers, in parallel lists: a hundred thousand small tuples keep the collector busy.

    Hashes enter their indices in their own order: at random a batch takes three times as long.
    """

    def __init__(self, db: sqlite3.Connection, batch: Batch, name: str, number: int, now: Instant) -> None:
        self._db, self._batch, self._name, self._number, self._now = db, batch, name, number, now
        self._keys: Keys = keys(db, now)
        self._lasting = _lasting(db)
        self._rows = batch.rows.sound
        self._known = self._names()
        self._who = [
            hashed(self._keys.today, _voice(batch.partner, row.caller)) if row.caller else known
            for row, known in zip(self._rows, self._known, strict=True)
        ]

    def add(self) -> Added:
        unknown = self._without_known()
        fresh = self._without_repeats(unknown)
        if fresh:
            rows, who = self._rows, self._who
            lines = [(r.at, r.service, r.area, r.symptom, r.brand, who[n]) for n in fresh for r in (rows[n],)]
            body = msgspec.msgpack.encode((self._prefixes(), lines))
            kept = "INSERT INTO bundle (newest, body) VALUES (?, ?)"
            self._db.execute(kept, (rows[fresh[-1]].at, body))
        checked, every = self._batch.rows, len(self._rows)
        return Added(
            self._name, len(fresh), len(unknown) - len(fresh), every - len(unknown), checked.refused,
            tuple(checked.wrong),
        )  # fmt: skip

    def _names(self) -> list[bytes]:
        """What each row is known by: its id; else what it says, and as the how-manieth it says it; an undated one by
        its place in the batch."""
        partner, lasting = self._batch.partner, self._lasting
        alike: Counter[str] = Counter()
        found: list[bytes] = []
        for row in self._rows:
            if row.id:
                text = f"{partner} id {row.id}"
            elif row.dated:
                said = f"{row.at} {row.service} {row.area} {row.symptom} {row.brand} {row.caller}"
                alike[said] += 1
                text = f"{partner} {alike[said]} {said}"
            else:
                text = f"{partner} {self._name} {row.line}"
            found.append(hashed(lasting, text))
        return found

    def _without_known(self) -> list[int]:
        """Rows that were not handed in before, in the order of time; of equal ones in one batch the first."""
        once = {self._known[n]: n for n in range(len(self._rows) - 1, -1, -1)}
        hashes = sorted(once)
        before = self._db.total_changes
        self._db.executemany(
            "INSERT OR IGNORE INTO row VALUES (?, ?)", ((each, self._number) for each in hashes)
        )
        if self._db.total_changes - before < len(hashes):
            self._ask((known, None, None) for known in hashes)
            other = "SELECT hash FROM asked JOIN row USING (hash) WHERE batch != ?"
            for (known,) in self._db.execute(other, (self._number,)).fetchall():
                del once[known]
        rows = self._rows
        return sorted(sorted(once.values()), key=lambda n: rows[n].at)

    def _without_repeats(self, numbers: Sequence[int]) -> list[int]:
        """Without those of a caller who had named the service within six hours."""
        rows, who = self._rows, self._who
        voices, fresh = dict[ServiceId, dict[bytes, Instant]](), list[int]()
        for n in numbers:
            row = rows[n]
            if row.caller:
                said = voices.get(row.service)
                if said is None:
                    said = voices[row.service] = {}
                before = said.get(who[n])
                if before is not None and row.at - before < WINDOW:
                    continue
                said[who[n]] = row.at
            fresh.append(n)
        known = {service: self._heard_before(service, said) for service, said in voices.items()}
        if not any(known.values()):
            return fresh
        return [n for n in fresh if not rows[n].caller or who[n] not in known[rows[n].service]]

    def _heard_before(self, service: ServiceId, said: Mapping[bytes, Instant]) -> set[bytes]:
        """Whose last word on the service was less than six hours from this one; the others are heard from now on."""
        db, found = self._db, self._under_the_old_key(service, said)
        order = sorted(said.keys() - found if found else said)
        before = db.total_changes
        db.executemany(_HEARD, ((who, service, said[who], WINDOW) for who in order))
        if db.total_changes - before < len(order):  # a known voice keeps the time that it had
            self._ask((who, service, said[who]) for who in order)
            found |= {who for (who,) in db.execute(f"{_MATCHING} WHERE voice.at != asked.at").fetchall()}
        return found

    def _under_the_old_key(self, service: ServiceId, said: Mapping[bytes, Instant]) -> set[bytes]:
        """The same, of voices that were heard before midnight."""
        if self._keys.before is None:
            return set()
        old, partner = self._keys.before, self._batch.partner
        caller = {who: row.caller for who, row in zip(self._who, self._rows, strict=True) if row.caller}
        again = {hashed(old, _voice(partner, caller[who])): who for who in said}
        self._ask((each, service, said[new]) for each, new in again.items())
        rows = self._db.execute(f"{_MATCHING} WHERE abs(asked.at - voice.at) < ?", (WINDOW,)).fetchall()
        return {again[who] for (who,) in rows}

    def _ask(self, rows: Iterable[tuple[bytes, str | None, int | None]]) -> None:
        self._db.execute("DELETE FROM asked")
        self._db.executemany("INSERT INTO asked (hash, service, at) VALUES (?, ?, ?)", rows)

    def _prefixes(self) -> list[bytes]:
        """The networks that the partner counts as: opaque, and the same from batch to batch."""
        partner = self._batch.partner
        many = max(1, self._batch.networks)
        return [
            hashlib.blake2b(f"{partner} {n}".encode(), key=self._lasting, digest_size=8).digest()
            for n in range(many)
        ]


_HEARD = """
INSERT INTO voice (reporter, service, at) VALUES (?, ?, ?)
ON CONFLICT (reporter, service) DO UPDATE SET at = excluded.at WHERE abs(excluded.at - voice.at) >= ?
"""


_MATCHING = "SELECT hash FROM asked JOIN voice ON reporter = hash AND voice.service = asked.service"


def _voice(partner: str, caller: str) -> str:
    return f"partner {partner} {caller}"


def _lasting(db: sqlite3.Connection) -> bytes:
    """The key of what is no person: rows and partners."""
    db.execute("INSERT OR IGNORE INTO lasting VALUES ('rows', randomblob(32))")
    return bytes(db.execute("SELECT secret FROM lasting WHERE name = 'rows'").fetchone()[0])


Line = tuple[Instant, ServiceId, AreaId | None, Symptom, str, bytes]


def after(book: Book, number: int, since: Instant | None = None) -> list[tuple[int, list[Report]]]:
    """What was handed in under a higher number, and of the rest what is of `since` or later; a list a batch."""
    with book.reading() as db:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'bundle'").fetchone() is None:
            return []
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'bundle'").fetchone()
        if row is None or row[0] < number:  # the file was made anew
            number = 0
        asked = "SELECT number, body FROM bundle WHERE number > ? OR newest >= ? ORDER BY number"
        found = db.execute(asked, (number, since if since is not None else 1 << 62)).fetchall()
    first = Instant(0) if since is None else since
    return [(each, _reports(body, Instant(0) if each > number else first)) for each, body in found]


def _reports(body: bytes, first: Instant) -> list[Report]:
    networks, lines = msgspec.msgpack.decode(body, type=tuple[list[bytes], list[Line]])
    names, many = [each.hex() for each in networks], len(networks)
    return [
        Report(at, service, area, symptom, who.hex(), names[who[0] % many], brand)
        for at, service, area, symptom, brand, who in lines
        if at >= first
    ]


def digest(body: bytes) -> bytes:
    """What stands for the content of a batch."""
    return hashlib.sha256(body).digest()
