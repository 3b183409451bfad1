"""The file beside the store that holds agents and what they have measured. Hub and command line write it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lightship.vocabulary.errors import StoreRefused

_TABLES = """
CREATE TABLE IF NOT EXISTS agent (
    name TEXT PRIMARY KEY, network TEXT NOT NULL, region TEXT NOT NULL, invited_at INTEGER NOT NULL,
    invitation BLOB, invitation_ends INTEGER, enrolled_at INTEGER, removed_at INTEGER, version TEXT NOT NULL DEFAULT '',
    serial INTEGER NOT NULL DEFAULT 0, orders BLOB, heard_at INTEGER, epoch TEXT, clock INTEGER,
    waiting INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '',
    late INTEGER NOT NULL DEFAULT 0, health REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS epoch (
    agent TEXT NOT NULL, epoch TEXT NOT NULL, lowest INTEGER NOT NULL, heard_at INTEGER NOT NULL,
    PRIMARY KEY (agent, epoch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (
    agent TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (agent, epoch, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS result_at ON result (at);
"""


def beside(store: Path) -> Path:
    """Where a hub's agents are kept."""
    return store.with_suffix(".agents.db")


def connect(path: Path, patience_ms: int = 5000) -> sqlite3.Connection:
    """Open it, made where it is not there yet. Raises StoreRefused.

    Args:
        patience_ms: how long to wait while somebody else writes.
    """
    with refusals(path):
        path.touch(0o600)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={patience_ms}"):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(_TABLES)
    return db


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn the database's errors into one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreRefused(f"{path}: agents cannot be kept ({error})") from error
