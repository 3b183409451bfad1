"""Results on the agent's disk until the hub has them. Bounded; a full disk costs old, unchanged results first."""

import secrets
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import msgspec

from lightship.edges.agents.own.clocks import Clocks
from lightship.edges.agents.own.spool_file import Room, connected, pragma, refusals, writing
from lightship.edges.agents.wire import LONGEST_DETAIL, Line
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant

MOST_BYTES = 200 * 1024 * 1024
"""About a day at ten results a second."""
IN_MEMORY = 5_000
"""Results that are held while the disk takes none."""
A_TENTH, STEP = 0.1, 250
"""Of the unchanged results that are let go of at a time, and results of one step of it."""
AT_MOST = 10
"""Rounds of making room."""
_encode = msgspec.msgpack.Encoder().encode
_line = msgspec.msgpack.Decoder(Line)


class Row(msgspec.Struct, frozen=True):
    """One result with the instants of both our clocks. `add_wall`: what to add to `wall` for the hub's time."""

    line: Line
    boot: str
    ticks: int
    wall: int
    add_wall: int | None


class Parcel(msgspec.Struct, frozen=True):
    """Results of one epoch, ready to be sent. `lowest`: the lowest seq of that epoch that is still to be sent."""

    epoch: str
    numbers: tuple[int, ...]
    lines: tuple[Line, ...]
    lowest: int


class Spool:
    """Calls may come from any thread.

    Args:
        most: octets on disk.

    Raises:
        StoreRefused: the file cannot be opened at all. One that is damaged is put aside and said in `trouble`.
    """

    def __init__(self, path: Path, clocks: Clocks, most: int = MOST_BYTES) -> None:
        self.path, self._clocks, self._most = path, clocks, most
        self.epoch, self._seq = secrets.token_hex(8), 0
        self.trouble = ""
        self._waiting: list[tuple[int, Row]] = []
        self._last: dict[tuple[str, int], str] = {}
        self._turn = threading.RLock()
        self._db = self._open()
        self.dropped, self._room = self._fact("dropped"), Room(self._db, path)
        self._room.hold()

    def _open(self) -> sqlite3.Connection:
        try:
            return connected(self.path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreRefused(f"{self.path}: results cannot be kept ({error})") from error
        aside = self.path.with_name(f"{self.path.name}.damaged-{self._clocks.wall()}")
        self.path.rename(aside)
        for more in ("-wal", "-shm"):
            self.path.with_name(self.path.name + more).unlink(missing_ok=True)
        self.trouble = f"the file of results was damaged; it is kept as {aside.name}"
        return connected(self.path)

    def close(self) -> None:
        """Write what waits and let go of the file."""
        with self._turn:
            self.flush()
            self._db.close()

    def add(self, seen: Observation, add_ticks: int | None) -> bool:
        """Take one result; gives whether it is a change. On disk after the next `flush`."""
        with self._turn:
            changed = self._is_change(seen)
            self._seq += 1
            line = Line(
                self._seq, Instant(0), seen.target, seen.family, seen.outcome, changed, seen.stage, seen.failure,
                seen.seconds, seen.detail[:LONGEST_DETAIL],
            )  # fmt: skip
            ticks, wall = self._clocks.ticks(), self._clocks.wall()
            add_wall = None if add_ticks is None else add_ticks + ticks - wall
            self._waiting.append((self._seq, Row(line, self._clocks.boot, ticks, wall, add_wall)))
            return changed

    def _is_change(self, seen: Observation) -> bool:
        if seen.outcome not in ("up", "down"):
            return False
        key = (seen.target, seen.family)
        before, self._last[key] = self._last.get(key), seen.outcome
        return before != seen.outcome

    def flush(self) -> None:
        """Bring what waits to disk; where that takes nothing more, make room, and else hold on to it for now."""
        with self._turn:
            if not self._waiting:
                return
            try:
                self._write_within_bounds()
            except sqlite3.Error as error:
                self._after_refusal(error)
            else:
                if self.trouble.startswith("the disk"):
                    self.trouble = ""

    def _write_within_bounds(self) -> None:
        if self._size() > self._most:
            self._thin()
        self._write()

    def _write(self) -> None:
        with writing(self._db):
            self._db.executemany(
                "INSERT INTO row (epoch, seq, changed, boot, ticks, wall, add_wall, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (self.epoch, seq, row.line.changed, row.boot, row.ticks, row.wall, row.add_wall, _encode(row.line))
                    for seq, row in self._waiting
                ],
            )  # fmt: skip
        self._waiting.clear()

    def _after_refusal(self, error: sqlite3.Error) -> None:
        """The room that was held goes to what makes room, until all is written and that room is held again."""
        self.trouble = f"the disk takes no more results ({error}); old unchanged ones are let go of first"
        for _ in range(AT_MOST):
            self._room.release()
            with suppress(sqlite3.Error):
                self._room.give_back()
                self._thin()
                self._room.give_back()
                self._write()
            if not self._waiting and self._room.hold():
                break
        self._bound_memory()

    def _thin(self) -> None:
        """Let go of a tenth of the unchanged results, the oldest first; of changes, where they alone pass the bound."""
        unchanged, changes = (
            self._db.execute("SELECT count(*) FROM row WHERE changed = ?", (changed,)).fetchone()[0]
            for changed in (0, 1)
        )
        if unchanged:
            self._let_go(0, max(1, int(unchanged * A_TENTH)))
        elif self._size() > self._most:
            self._let_go(1, max(1, int(changes * A_TENTH)))

    def _let_go(self, changed: int, some: int) -> None:
        """In small steps, each of which needs little room itself."""
        for left in range(some, 0, -STEP):
            with writing(self._db):
                gone = self._db.execute(
                    "DELETE FROM row WHERE number IN "
                    "(SELECT number FROM row WHERE changed = ? ORDER BY number LIMIT ?)",
                    (changed, min(left, STEP)),
                ).rowcount
                self._note_dropped(self.dropped + gone)
            self.dropped += gone
            self._room.settle()

    def _note_dropped(self, dropped: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO fact (name, value) VALUES ('dropped', ?)", (dropped,))

    def _bound_memory(self) -> None:
        over = len(self._waiting) - IN_MEMORY
        if over <= 0:
            return
        unchanged = [seq for seq, row in self._waiting if not row.line.changed][:over]
        gone = set(unchanged) or {seq for seq, _ in self._waiting[:over]}
        self._waiting = [each for each in self._waiting if each[0] not in gone]
        self.dropped += len(gone)
        with suppress(sqlite3.Error):
            self._note_dropped(self.dropped)

    def parcel(self, most: int, add_ticks: int | None) -> Parcel | None:
        """What to send next: changes in their order, then the rest from the newest back; None: nothing waits."""
        with self._turn, refusals(self.path):
            first = self._first(1) or self._first(0)
            if first is None:
                return None
            epoch, changed = first
            order = "number" if changed else "number DESC"
            rows = self._db.execute(
                f"SELECT number, boot, ticks, wall, add_wall, body FROM row WHERE changed = ? AND epoch = ? "  # noqa: S608 - our own words
                f"ORDER BY {order} LIMIT ?", (changed, epoch, most),
            ).fetchall()  # fmt: skip
            lines = tuple(self._line(row, add_ticks) for row in rows)
            return Parcel(epoch, tuple(row[0] for row in rows), lines, self.lowest(epoch))

    def _first(self, changed: int) -> tuple[str, int] | None:
        order = "number" if changed else "number DESC"
        row = self._db.execute(
            f"SELECT epoch FROM row WHERE changed = ? ORDER BY {order} LIMIT 1",  # noqa: S608 - our own words
            (changed,),
        ).fetchone()
        return (row[0], changed) if row else None

    def _line(self, row: tuple[int, str, int, int, int | None, bytes], add_ticks: int | None) -> Line:
        """With its instant by the hub's clock: our ticks within this boot, else the wall clock as it stood then."""
        _, boot, ticks, wall, add_wall, body = row
        ours = boot == self._clocks.boot and add_ticks is not None
        at = ticks + (add_ticks or 0) if ours else wall + (add_wall or 0)
        return msgspec.structs.replace(_line.decode(body), at=Instant(at))

    def lowest(self, epoch: str) -> int:
        """The lowest seq of an epoch that is still to be sent; of this one, what comes next where none is."""
        with self._turn, refusals(self.path):
            row = self._db.execute("SELECT min(seq) FROM row WHERE epoch = ?", (epoch,)).fetchone()
            if epoch != self.epoch:
                return int(row[0] or 0)
            held = self._waiting[0][0] if self._waiting else self._seq + 1
            return held if row[0] is None else min(int(row[0]), held)

    def sent(self, parcel: Parcel) -> None:
        """The hub has them."""
        with self._turn, suppress(sqlite3.Error), writing(self._db):  # sent again, the hub knows them
            self._db.executemany("DELETE FROM row WHERE number = ?", [(each,) for each in parcel.numbers])

    def waiting(self) -> int:
        """Results that are still to be sent."""
        with self._turn, refusals(self.path):
            return int(self._db.execute("SELECT count(*) FROM row").fetchone()[0]) + len(self._waiting)

    def _size(self) -> int:
        used = pragma(self._db, "page_count") - pragma(self._db, "freelist_count")
        return used * pragma(self._db, "page_size")

    def _fact(self, name: str) -> int:
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0
