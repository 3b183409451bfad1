"""The outbox as a queue: claimed under a lease, marked with what became of each letter. Any number of workers.

It lies in the store's own file, so that a letter and its update are one transaction. A worker that dies leaves its rows
leased; when the lease runs out they are tried again, or, where the receiver could not tell a repeat, shown as unknown.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lightship.edges.stores.outbox_rows import NEWER
from lightship.edges.stores.sqlite import refusals
from lightship.tell.outbox.retries import LONGEST_ASKED, State
from lightship.vocabulary.letters import AFFECTED, FIRST, OTHER
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

LEASE = 3 * MINUTE
"""A worker has to mark what it claimed within this time."""
JITTER = MINUTE
"""Two workers read the clock before they wait for one another: a lease may seem to begin so far in the future."""
FURTHEST = LONGEST_ASKED + HOUR
"""No letter is ever due later than this. One that seems to be was planned before the clock was set back."""
ASKED_FOR = 6 * HOUR
"""A gateway is asked so long what became of a doubt."""
KEPT = 30 * DAY
"""Settled rows are kept so long: for a subscriber who asks, and for whoever looks into an outage afterwards."""

_CLAIM = """
UPDATE outbox SET state = 'leased', lease = ?, holder = ?, tries = tries + 1
WHERE id IN (SELECT id FROM outbox INDEXED BY outbox_waiting
             WHERE state = 'new' AND channel = ? AND rank = ? AND due <= ? ORDER BY due, id LIMIT ?)
RETURNING id, incident, number, subscriber, channel, rank, tries, created
"""
_MARK = """
UPDATE outbox SET state = ?, due = coalesce(?, due), said = ?, settled = ?, tries = tries - ?, lease = NULL
WHERE id = ? AND holder = ?
"""
_OVERTAKEN = f"""
UPDATE outbox SET state = 'superseded', settled = ? WHERE id = ? AND state = 'new' AND lasting = 0 AND {NEWER}
"""
_OLDER = """
UPDATE outbox SET state = 'superseded', settled = ?
WHERE incident = ? AND subscriber = ? AND number < ? AND state = 'new'
"""


class Row(msgspec.Struct, frozen=True):
    """A letter that this worker holds. `tries`: this one counted. `created`: when its update was logged."""

    id: int
    incident: str
    number: int
    subscriber: str
    channel: str
    rank: int
    tries: int
    created: Instant


class Mark(msgspec.Struct, frozen=True):
    """What became of a row.

    Args:
        due: when to try again; only with state `new`.
        said: the receiver's or relay's own words, never an address.
        untried: it was put back without a try.
    """

    row: Row
    state: State
    due: Instant | None = None
    said: str = ""
    untried: bool = False


class Outbox:
    """One worker's view of the queue. Not to be shared between threads.

    Raises:
        StoreRefused: the file cannot be used; what was being written is not.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.holder = path, secrets.token_hex(8)
        with refusals(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                self._db.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def claim(self, channel: str, at: Instant, most: int) -> list[Row]:
        """Take letters that are due, the lowest rank first, under a lease."""
        found: list[Row] = []
        with self._writing():
            for rank in (FIRST, AFFECTED, OTHER):
                left = most - len(found)
                if left > 0:
                    asked = (at + LEASE, self.holder, channel, rank, at, left)
                    rows = sorted(self._db.execute(_CLAIM, asked).fetchall())
                    found += [Row(*row) for row in rows]
        return found

    def hand_over(self, rows: Sequence[Row]) -> None:
        """From here on these may arrive, and nobody could tell a repeat: durable before the first octet is sent."""
        with self._writing():
            asked = "UPDATE outbox SET state = 'sending' WHERE id = ? AND holder = ?"
            self._db.executemany(asked, [(each.id, self.holder) for each in rows])

    def mark(self, marks: Sequence[Mark], at: Instant) -> None:
        """Write down what became of rows, in one commit. A row whose lease somebody else took over is left alone."""
        with self._writing():
            self._db.executemany(_MARK, [_values(each, at, self.holder) for each in marks])
            again = [(at, each.row.id) for each in marks if each.state == "new"]
            self._db.executemany(_OVERTAKEN, again)
            sent = [each.row for each in marks if each.state == "sent" and each.row.number > 1]
            self._db.executemany(_OLDER, [(at, r.incident, r.subscriber, r.number) for r in sent])

    def doubts(self, channel: str, at: Instant, most: int) -> list[Row]:
        """Letters of the last hours that may have arrived, the oldest first; not those of the newest minute."""
        asked = (
            "SELECT id, incident, number, subscriber, channel, rank, tries, created FROM outbox "
            "WHERE channel = ? AND state = 'unknown' AND settled BETWEEN ? AND ? ORDER BY settled LIMIT ?"
        )
        with refusals(self.path):
            found = self._db.execute(asked, (channel, at - ASKED_FOR, at - MINUTE, most)).fetchall()
        return [Row(*row) for row in found]

    def cleared(self, row: Row, arrived: bool, said: str, at: Instant) -> None:
        """Somebody knows: it arrived; or it never did, and is tried again unless newer news took its place."""
        state = ("sent", at) if arrived else ("new", None)
        asked = (
            "UPDATE outbox SET state = ?, settled = ?, due = ?, said = ? WHERE id = ? AND state = 'unknown'"
        )
        with self._writing():
            self._db.execute(asked, (*state, at, said[:300], row.id))
            self._db.execute(_OVERTAKEN, (at, row.id))

    def put(self, about: str, subscriber: str, channel: str, at: Instant, due: Instant | None = None) -> None:
        """A letter that is no update: `about` says what it is. Durable on return."""
        asked = (
            "INSERT INTO outbox (incident, number, subscriber, channel, rank, lasting, created, state, due) "
            "VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM outbox WHERE incident = ? AND subscriber = ?),"
            " ?, ?, ?, 1, ?, 'new', ?)"
        )
        with self._writing():
            self._db.execute(asked, (about, about, subscriber, subscriber, channel, FIRST, at, due or at))

    def sweep(self, at: Instant) -> None:
        """Take back what dead workers held, mend what a clock that jumped has spoiled, forget what is long settled."""
        late = "(lease <= ? OR lease > ?)"
        with self._writing():
            self._db.execute(
                "UPDATE outbox SET state = 'unknown', settled = ?, said = 'the worker died while it was on its way' "
                f"WHERE state = 'sending' AND {late}", (at, at, at + LEASE + JITTER),
            )  # fmt: skip
            back = self._db.execute(
                f"UPDATE outbox SET state = 'new', holder = NULL WHERE state = 'leased' AND {late} RETURNING id",
                (at, at + LEASE + JITTER),
            ).fetchall()
            self._db.executemany(_OVERTAKEN, [(at, each[0]) for each in back])
            self._db.execute("UPDATE outbox SET due = ? WHERE state = 'new' AND due > ?", (at, at + FURTHEST))
            self._db.execute(
                "DELETE FROM outbox WHERE settled IS NOT NULL AND settled <= ? "
                "AND state NOT IN ('new', 'leased', 'sending')", (at - KEPT,),
            )  # fmt: skip

    def take_over(self, at: Instant) -> None:
        """Take back all that was held, at once: whoever asks knows that no other worker is alive."""
        with self._writing():
            self._db.execute("UPDATE outbox SET lease = ? WHERE state IN ('leased', 'sending')", (at,))
        self.sweep(at)

    def drop(self, subscriber: str, channel: str | None, at: Instant, why: str) -> None:
        """Nothing more goes to this subscriber, over that channel or over any."""
        only = "" if channel is None else "AND channel = ?"
        asked = (
            "UPDATE outbox SET state = 'suppressed', settled = ?, said = ? "
            f"WHERE subscriber = ? AND state = 'new' {only}"
        )
        with self._writing():
            self._db.execute(asked, (at, why, subscriber, *(() if channel is None else (channel,))))

    def counts(self) -> dict[str, dict[State, int]]:
        """Rows by channel and state."""
        found: dict[str, dict[State, int]] = {}
        with refusals(self.path):
            asked = (
                "SELECT channel, state, count(*) FROM outbox GROUP BY channel, state ORDER BY channel, state"
            )
            for channel, state, count in self._db.execute(asked):
                found.setdefault(channel, {})[state] = count
        return found

    def of(self, subscriber: str) -> list[dict[str, object]]:
        """What one subscriber was sent, or is to be: for whoever asks about themselves."""
        asked = (
            "SELECT incident, number, channel, state, tries, created, settled FROM outbox WHERE subscriber = ? "
            "ORDER BY created, id"
        )
        with refusals(self.path):
            found = self._db.execute(asked, (subscriber,))
            names = [each[0] for each in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]

    def next_due(self, channel: str) -> Instant | None:
        """When something is to be done next; None: nothing waits."""
        asked = "SELECT min(due) FROM outbox INDEXED BY outbox_waiting WHERE state = 'new' AND channel = ? AND rank = ?"
        with refusals(self.path):
            dues = [
                self._db.execute(asked, (channel, rank)).fetchone()[0] for rank in (FIRST, AFFECTED, OTHER)
            ]
        return min((Instant(each) for each in dues if each is not None), default=None)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with refusals(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _values(mark: Mark, at: Instant, holder: str) -> tuple[object, ...]:
    settled = None if mark.state == "new" else at
    return (mark.state, mark.due, mark.said[:300], settled, int(mark.untried), mark.row.id, holder)
