"""What the lines did, kept in one small SQLite file: when each was last proven, switches, drills, minutes, bytes.

`lightship wan` writes it; `wan advise` and `lightship ready` read it. It may be deleted at any time.
"""

import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from lightship.vocabulary.errors import StoreRefused

NAME = "wan.db"
VERSION = 1
KEEP_DAYS = 400
_TABLES = """
CREATE TABLE IF NOT EXISTS proofs (uplink TEXT PRIMARY KEY, metered INT NOT NULL, at_ms INT NOT NULL, rtt REAL) STRICT;
CREATE TABLE IF NOT EXISTS switches (at_ms INT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    reason TEXT NOT NULL, seconds REAL NOT NULL, acted INT NOT NULL, bytes INT) STRICT;
CREATE TABLE IF NOT EXISTS drills (at_ms INT NOT NULL, before TEXT NOT NULL, after TEXT, gap REAL, lost INT NOT NULL,
    sent INT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS minutes (minute INT NOT NULL, uplink TEXT NOT NULL, target TEXT NOT NULL,
    answered INT NOT NULL, lost INT NOT NULL, rtt_sum REAL NOT NULL, rtt_max REAL NOT NULL,
    PRIMARY KEY (uplink, target, minute)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bytes (uplink TEXT NOT NULL, month TEXT NOT NULL, used INT NOT NULL, seen INT NOT NULL,
    PRIMARY KEY (uplink, month)) STRICT;
"""


class Proof(msgspec.Struct, frozen=True):
    """The newest answer that came over a line. `at_ms`: UTC, milliseconds since 1970; `rtt`: seconds."""

    uplink: str
    metered: bool
    at_ms: int
    rtt: float | None


class Switched(msgspec.Struct, frozen=True):
    """One switch.

    Args:
        seconds: from the first sign of trouble to the new route. acted: it was made; False: watched only.
        bytes: that the metered line carried until the traffic went back; None: not known yet, or not metered.
    """

    at_ms: int
    before: str
    after: str
    reason: str
    seconds: float
    acted: bool
    bytes: int | None = None


class Drill(msgspec.Struct, frozen=True):
    """One exercise. `after`: the line that took over; None where none did. `gap`: seconds without an answer."""

    at_ms: int
    before: str
    after: str | None
    gap: float | None
    lost: int
    sent: int


class Minute(msgspec.Struct, frozen=True):
    """One target over one line in one minute.

    Args:
        minute: since 1970. target: kind and name ("ping 192.0.2.1"). rtt_sum, rtt_max: of the answers, in seconds.
    """

    minute: int
    uplink: str
    target: str
    answered: int
    lost: int
    rtt_sum: float
    rtt_max: float


def state_folder() -> Path:
    """Where the history is: /var/lib/lightship/wan for root, else below $XDG_STATE_HOME."""
    if os.geteuid() == 0:
        return Path("/var/lib/lightship/wan")
    state = os.environ.get("XDG_STATE_HOME", "")
    return (Path(state) if state.startswith("/") else Path.home() / ".local/state") / "lightship" / "wan"


class History:
    """The file, open for writing. One method, one transaction.

    Raises:
        StoreRefused: the folder cannot be written, or the file is no history of this version.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=5.0
            )
            self._file.execute("PRAGMA journal_mode=WAL")
            (version,) = self._file.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise StoreRefused(
                    f"{self.path}: written by a newer version ({version}); use that, or another folder"
                )
            self._file.executescript(_TABLES)
            self._file.execute(f"PRAGMA user_version={VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise StoreRefused(
                f"{self.path}: cannot be used ({error}); move it away, or name another folder"
            ) from error

    def _write(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        try:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._file.executemany(sql, rows)
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreRefused(
                f"{self.path}: cannot be written ({error}); nothing in it was changed"
            ) from error

    def proven(self, proofs: Iterable[Proof]) -> None:
        """Lines that have answered."""
        self._write(
            "REPLACE INTO proofs VALUES (?,?,?,?)", [(p.uplink, p.metered, p.at_ms, p.rtt) for p in proofs]
        )

    def switched(self, each: Switched) -> None:
        """A switch was made, or would have been."""
        row = (each.at_ms, each.before, each.after, each.reason, each.seconds, each.acted, each.bytes)
        self._write("INSERT INTO switches VALUES (?,?,?,?,?,?,?)", [row])

    def drilled(self, each: Drill) -> None:
        """An exercise was held."""
        row = (each.at_ms, each.before, each.after, each.gap, each.lost, each.sent)
        self._write("INSERT INTO drills VALUES (?,?,?,?,?,?)", [row])

    def minutes(self, rows: Iterable[Minute]) -> None:
        """What was measured in a minute."""
        made = [(r.minute, r.uplink, r.target, r.answered, r.lost, r.rtt_sum, r.rtt_max) for r in rows]
        self._write("REPLACE INTO minutes VALUES (?,?,?,?,?,?,?)", made)

    def forget_old(self) -> None:
        """Minutes older than `KEEP_DAYS`."""
        self._write("DELETE FROM minutes WHERE minute < ?", [(int(time.time() // 60) - KEEP_DAYS * 1440,)])

    def used(self, uplink: str, month: str) -> tuple[int, int | None]:
        """Bytes of a billing month, and the device's counter when they were last written."""
        sql = "SELECT used, seen FROM bytes WHERE uplink=? AND month=?"
        row = self._file.execute(sql, (uplink, month)).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, None)

    def use(self, uplink: str, month: str, used: int, seen: int) -> None:
        """Write them."""
        self._write("REPLACE INTO bytes VALUES (?,?,?,?)", [(uplink, month, used, seen)])

    def close(self) -> None:
        """Nothing more will be written."""
        self._file.close()


def last_proofs(folder: Path | None = None) -> list[Proof]:
    """When each line was last proven, the newest first; empty where nothing was ever watched."""
    rows = _read(folder, "SELECT uplink, metered, at_ms, rtt FROM proofs ORDER BY at_ms DESC")
    return [Proof(str(r[0]), bool(r[1]), int(r[2]), r[3]) for r in rows]


def drills(folder: Path | None = None) -> list[Drill]:
    """Exercises, the newest first."""
    return [Drill(*row) for row in _read(folder, "SELECT * FROM drills ORDER BY at_ms DESC")]


def switches(folder: Path | None = None) -> list[Switched]:
    """Switches, the newest first."""
    rows = _read(folder, "SELECT * FROM switches ORDER BY at_ms DESC")
    return [Switched(r[0], r[1], r[2], r[3], r[4], bool(r[5]), r[6]) for r in rows]


def measured(folder: Path | None = None, since: int = 0) -> list[Minute]:
    """Minutes from `since` on, in order."""
    rows = _read(folder, "SELECT * FROM minutes WHERE minute >= ? ORDER BY minute", since)
    return [Minute(*row) for row in rows]


def _read(folder: Path | None, sql: str, *values: object) -> list[tuple[Any, ...]]:
    path = (folder or state_folder()) / NAME
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as file:
            return file.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise StoreRefused(
            f"{path}: cannot be read ({error}); move it away, or name another folder"
        ) from error
