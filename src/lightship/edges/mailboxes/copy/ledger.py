"""What the catalogue knows of folders, and how a pass writes down what it found."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.edges.mailboxes.imap.client import State
from lightship.endure.keeping.known import Print, fingerprint
from lightship.vocabulary.time import Instant

_MANY = 500


class Renamed(NamedTuple):
    """A message whose flags changed: its hash, what they were, what they are."""

    hash: bytes
    before: str
    after: str


class Ledger:
    """The rows of one account.

    Args:
        db: the catalogue, for writing.
        account: its number.
    """

    def __init__(self, db: sqlite3.Connection, account: int) -> None:
        self.db, self.account = db, account

    def state(self, folder: int) -> State | None:
        """How a folder stood at the end of its latest complete pass; None: there was none."""
        asked = "SELECT messages, uidvalidity, uidnext, modseq FROM folder WHERE id = ?"
        messages, uidvalidity, uidnext, modseq = self.db.execute(asked, (folder,)).fetchone()
        return None if uidvalidity is None else State(messages or 0, uidvalidity, uidnext, modseq)

    def present(self, folder: int, uidvalidity: int) -> dict[int, str]:
        """The flags by UID of what we know to be there."""
        asked = "SELECT uid, flags FROM place WHERE folder = ? AND uidvalidity = ? AND gone_at IS NULL"
        return dict(self.db.execute(asked, (folder, uidvalidity)).fetchall())

    def how_many(self, folder: int, uidvalidity: int) -> int:
        """The number of those."""
        asked = "SELECT count(*) FROM place WHERE folder = ? AND uidvalidity = ? AND gone_at IS NULL"
        return int(self.db.execute(asked, (folder, uidvalidity)).fetchone()[0])

    def missing(self, folder: int, uidvalidity: int) -> dict[int, tuple[int, Instant]]:
        """What was not delivered: tries and the latest try, by UID."""
        asked = "SELECT uid, tries, tried_at FROM missing WHERE folder = ? AND uidvalidity = ?"
        return {uid: (tries, at) for uid, tries, at in self.db.execute(asked, (folder, uidvalidity))}

    def folders(self) -> dict[bytes, tuple[int, str]]:
        """Number and name of every folder that the provider had, as it writes them."""
        asked = "SELECT wire, id, name FROM folder WHERE account = ? AND gone_at IS NULL"
        return {wire: (number, name) for wire, number, name in self.db.execute(asked, (self.account,))}

    def prints(self, sizes: Collection[int]) -> list[tuple[int, Print | None]]:
        """What tells our messages of these sizes apart, wherever they came from."""
        found: list[tuple[int, Print | None]] = []
        every = sorted(sizes)
        for at in range(0, len(every), _MANY):
            part = every[at : at + _MANY]
            asked = f"""SELECT DISTINCT message.id, message_id, size, coalesce(place.received, message.received)
                FROM message LEFT JOIN place ON place.message = message.id
                WHERE damaged = '' AND size IN ({",".join("?" * len(part))})"""
            found += [(row[0], fingerprint(*row[1:])) for row in self.db.execute(asked, part)]
        return found

    def hashes(self, messages: Iterable[int]) -> dict[int, bytes]:
        """By number."""
        asked = "SELECT hash FROM message WHERE id = ?"
        return {each: self.db.execute(asked, (each,)).fetchone()[0] for each in messages}

    def placed(self, folder: int, uidvalidity: int, uid: int) -> bytes | None:
        """The hash of the message that stands there; None: we know of none."""
        asked = """SELECT hash FROM place JOIN message ON message.id = place.message
            WHERE folder = ? AND uidvalidity = ? AND uid = ?"""
        row = self.db.execute(asked, (folder, uidvalidity, uid)).fetchone()
        return None if row is None else bytes(row[0])

    def place(
        self, folder: int, uidvalidity: int, at: Instant, rows: Sequence[tuple[int, int, str, Instant]]
    ) -> None:
        """Messages that we have already, found in a folder: (uid, message, flags, received) each."""
        with writing(self.db) as db:
            db.executemany(
                """INSERT OR REPLACE INTO place (folder, uidvalidity, uid, message, flags, received, seen_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(
                       (SELECT min(seen_at) FROM place WHERE folder = ?1 AND message = ?4), ?7))""",
                [(folder, uidvalidity, *row, at) for row in rows],
            )

    def not_delivered(
        self, folder: int, uidvalidity: int, at: Instant, rows: Iterable[tuple[int, str]]
    ) -> None:
        """Messages that the server has and did not give: (uid, why) each."""
        with writing(self.db) as db:
            db.executemany(
                """INSERT INTO missing VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE
                   SET why = excluded.why, tries = tries + 1, tried_at = excluded.tried_at""",
                [(folder, uidvalidity, uid, why, at) for uid, why in rows],
            )

    def no_longer_missing(self, folder: int, uidvalidity: int, uids: Iterable[int]) -> None:
        """The server has these no more either."""
        with writing(self.db) as db:
            asked = "DELETE FROM missing WHERE folder = ? AND uidvalidity = ? AND uid = ?"
            db.executemany(asked, [(folder, uidvalidity, uid) for uid in uids])

    def numbered_otherwise(self, folder: int, uidvalidity: int) -> tuple[int, list[int]]:
        """Of what stood in a folder under another UIDVALIDITY: how many, and the messages not found in it any more."""
        if not self._numbered_before(folder, uidvalidity):
            return 0, []
        asked = "SELECT count(*) FROM place WHERE folder = ? AND uidvalidity != ? AND gone_at IS NULL"
        (count,) = self.db.execute(asked, (folder, uidvalidity)).fetchone()
        lost = """SELECT message FROM place AS old WHERE folder = ?1 AND uidvalidity != ?2 AND gone_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM place WHERE folder = ?1 AND uidvalidity = ?2 AND message = old.message)"""
        return count, [row[0] for row in self.db.execute(lost, (folder, uidvalidity))]

    def _numbered_before(self, folder: int, uidvalidity: int) -> bool:
        """Whether anything stands in a folder under another UIDVALIDITY; two looks into an index."""
        asked = """SELECT EXISTS (SELECT 1 FROM place WHERE folder = ?1 AND uidvalidity < ?2)
            OR EXISTS (SELECT 1 FROM place WHERE folder = ?1 AND uidvalidity > ?2)"""
        return bool(self.db.execute(asked, (folder, uidvalidity)).fetchone()[0])

    def nowhere_else(self, folder: int, uidvalidity: int, uids: Collection[int]) -> int:
        """How many of these UIDs hold messages that stand in no other place of the account: not moved, but lost."""
        asked = """SELECT NOT EXISTS (
                SELECT 1 FROM place AS other JOIN folder ON folder.id = other.folder
                WHERE other.message = place.message AND folder.account = ?4 AND other.gone_at IS NULL
                AND (other.folder != ?1 OR (other.uidvalidity = ?2 AND other.uid NOT IN (SELECT uid FROM temp.going))))
            FROM place WHERE folder = ?1 AND uidvalidity = ?2 AND uid = ?3"""
        self.db.execute("CREATE TEMP TABLE IF NOT EXISTS going (uid INTEGER PRIMARY KEY)")
        self.db.execute("DELETE FROM temp.going")
        self.db.executemany("INSERT INTO temp.going VALUES (?)", [(uid,) for uid in uids])
        found = (self.db.execute(asked, (folder, uidvalidity, uid, self.account)).fetchone() for uid in uids)
        return sum(row[0] for row in found if row)

    def settle(
        self, folder: int, state: State, at: Instant, gone: Iterable[int], flags: Mapping[int, str]
    ) -> list[Renamed]:
        """Write down what changed in a folder and how it stands now, in one transaction; whose flags changed."""
        where = (folder, state.uidvalidity)
        with writing(self.db) as db:
            renamed = _reflagged(db, where, flags)
            db.executemany(
                "UPDATE place SET gone_at = ? WHERE folder = ? AND uidvalidity = ? AND uid = ?",
                [(at, *where, uid) for uid in gone],
            )
            if self._numbered_before(*where):
                _leave_old_numbers(db, where, at)
            db.execute("DELETE FROM missing WHERE folder = ? AND uidvalidity != ?", where)
            db.execute(
                "UPDATE folder SET messages = ?, uidvalidity = ?, uidnext = ?, modseq = ? WHERE id = ?",
                (*state, folder),
            )
        return renamed

    def folder_gone(self, folder: int, at: Instant) -> None:
        """The provider has this folder no more."""
        with writing(self.db) as db:
            db.execute("UPDATE place SET gone_at = ? WHERE folder = ? AND gone_at IS NULL", (at, folder))
            db.execute("DELETE FROM missing WHERE folder = ?", (folder,))
            db.execute(
                "UPDATE folder SET gone_at = ?, messages = 0, uidvalidity = NULL WHERE id = ?", (at, folder)
            )

    def pass_began(self, at: Instant) -> None:
        """Now."""
        self._noted("UPDATE account SET began_at = ? WHERE id = ?", (at, self.account))

    def pass_ended(self, at: Instant, trouble: str) -> None:
        """Complete where there is no trouble."""
        asked = """UPDATE account SET trouble = ?1, passed_at = CASE ?1 WHEN '' THEN ?2 ELSE passed_at END
            WHERE id = ?3"""
        self._noted(asked, (trouble, at, self.account))

    def _noted(self, asked: str, values: tuple[object, ...]) -> None:
        """A note that a loss of power may take: a pass in which nothing changed waits for no disk."""
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute(asked, values)
        self.db.execute("PRAGMA synchronous=FULL")


def _leave_old_numbers(db: sqlite3.Connection, where: tuple[int, int], at: Instant) -> None:
    """What was found again under new numbers needs its old ones no more; the rest has gone."""
    db.execute(
        """DELETE FROM place WHERE folder = ?1 AND uidvalidity != ?2 AND message IN
           (SELECT message FROM place WHERE folder = ?1 AND uidvalidity = ?2)""",
        where,
    )
    db.execute(
        "UPDATE place SET gone_at = ? WHERE folder = ? AND uidvalidity != ? AND gone_at IS NULL",
        (at, *where),
    )


def _reflagged(db: sqlite3.Connection, where: tuple[int, int], flags: Mapping[int, str]) -> list[Renamed]:
    renamed = []
    for uid, after in flags.items():
        asked = """SELECT hash, flags FROM place JOIN message ON message.id = place.message
            WHERE folder = ? AND uidvalidity = ? AND uid = ?"""
        row = db.execute(asked, (*where, uid)).fetchone()
        if row is not None and row[1] != after:
            renamed.append(Renamed(row[0], row[1], after))
            db.execute(
                "UPDATE place SET flags = ? WHERE folder = ? AND uidvalidity = ? AND uid = ?",
                (after, *where, uid),
            )
    return renamed
