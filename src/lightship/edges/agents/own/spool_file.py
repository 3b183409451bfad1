"""The file that an agent's results wait in, and the room on its disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from lightship.vocabulary.errors import StoreRefused

BALLAST = 512 * 1024
"""Octets that are kept free on our own account: even deleting needs a little room."""
LOG_PAGES = 64
"""Pages of the write-ahead log before it goes back into the file: it grows no further than it must."""
STEP_PAGES = 16
"""Pages that go back to the disk in one step."""

_TABLES = """
CREATE TABLE IF NOT EXISTS row (
    number INTEGER PRIMARY KEY AUTOINCREMENT, epoch TEXT NOT NULL, seq INTEGER NOT NULL, changed INTEGER NOT NULL,
    boot TEXT NOT NULL, ticks INTEGER NOT NULL, wall INTEGER NOT NULL, add_wall INTEGER, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS row_order ON row (changed, number);
CREATE INDEX IF NOT EXISTS row_seq ON row (epoch, seq);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


def connected(path: Path) -> sqlite3.Connection:
    """Open it, made where it is not there. Raises sqlite3.Error as it comes."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    pragmas = ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000")
    try:
        for pragma in (*pragmas, f"wal_autocheckpoint={LOG_PAGES}"):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(_TABLES)
    except sqlite3.Error:
        db.close()
        raise
    path.chmod(0o600)
    return db


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction; a full disk may refuse its commit too."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """The database's errors as one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreRefused(f"{path}: results cannot be read ({error})") from error


def pragma(db: sqlite3.Connection, name: str) -> int:
    """A figure of the file."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


class Room:
    """Room on the disk that is held by a file of nothing, to be let go of when something has to be made room for."""

    def __init__(self, db: sqlite3.Connection, spool: Path) -> None:
        self._db, self._ballast = db, spool.with_name(spool.name + ".ballast")

    def hold(self) -> bool:
        """Whether it is held now."""
        try:
            if not self._ballast.exists() or self._ballast.stat().st_size < BALLAST:
                self._ballast.write_bytes(bytes(BALLAST))
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """It is free for whoever is quick."""
        with suppress(OSError):
            self._ballast.unlink(missing_ok=True)

    def give_back(self) -> None:
        """What is free within the files goes back to the disk, in steps that fit into the little room there is."""
        self.settle()
        for _ in range(0, pragma(self._db, "freelist_count"), STEP_PAGES):
            # `execute` would stop after one page.
            self._db.executescript(f"PRAGMA incremental_vacuum({STEP_PAGES})")
            self.settle()

    def settle(self) -> None:
        """The write-ahead log goes back into the file, and its room to the disk."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def peek(path: Path) -> tuple[int, int]:
    """Results that wait and that were let go of, of a spool that an agent may have open; zeros where there is none."""
    if not path.exists():
        return 0, 0
    with refusals(path), closing(sqlite3.connect(f"file:{path.resolve()}?mode=ro", uri=True)) as db:
        waiting = int(db.execute("SELECT count(*) FROM row").fetchone()[0])
        row = db.execute("SELECT value FROM fact WHERE name = 'dropped'").fetchone()
        return waiting, int(row[0]) if row else 0
