"""The catalogue: a SQLite database beside the mail. It can be made anew from the mail, except what servers told."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lightship.edges.mailboxes.copy.tables import APPLICATION, STEPS
from lightship.vocabulary.errors import StoreRefused

FILE = "catalogue.db"
KEY_FILE = "key.json"
"""Is there where a copy is encrypted."""
SEGMENTS_KEY = "segments key"
"""In `meta` of an encrypted copy: what seals its segments. It stands there encrypted, as all of the catalogue."""


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """The catalogue of a copy, made or brought up to date. The caller holds the copy's lock.

    Usable from several threads, one at a time. Statements run outside of transactions unless `BEGIN` is said.

    Raises:
        StoreRefused: not a catalogue, made by a newer Lightship, damaged, read-only, or the disk is full.
    """
    path = folder / FILE
    with refusals(path):
        db = _connect(folder, str(path), isolation_level=None)
        path.chmod(0o600)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        _bring_up_to_date(db, path)
        if (folder / KEY_FILE).exists():
            # Loaded only where a copy is encrypted.
            from lightship.edges.mailboxes.copy.sealed_catalogue import remember_segments_key

            remember_segments_key(folder, db)
    return db


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """The catalogue of a copy, read-only, while another process may write.

    Raises:
        StoreRefused: there is none, or it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        raise StoreRefused(f"{folder}: no mail is kept here yet; `lightship mail keep ADDRESS` begins")
    with refusals(path):
        db = _connect(folder, f"file:{quote(str(path))}?mode=ro", uri=True)
        if _version(db, path) < len(STEPS):
            raise StoreRefused(
                f"{path}: an older Lightship wrote this; `lightship mail keep` brings it up to date"
            )
    return db


def _connect(folder: Path, database: str, **options: Any) -> sqlite3.Connection:
    options |= {"timeout": 5, "check_same_thread": False}
    if not (folder / KEY_FILE).exists():
        db: sqlite3.Connection = sqlite3.connect(database, **options)
        return db
    from lightship.edges.mailboxes.copy.sealed_catalogue import connect

    return connect(folder, database, **options)


def segments_key(db: sqlite3.Connection) -> bytes | None:
    """What seals the segments of a copy; None: it is not encrypted."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (SEGMENTS_KEY,)).fetchone()
    return bytes.fromhex(row[0]) if row else None


def database_errors(kind: str = "DatabaseError") -> tuple[type[Exception], ...]:
    """The database's own errors of a kind: SQLite's, and SQLCipher's once it is in use."""
    own: tuple[type[Exception], ...] = (getattr(sqlite3, kind),)
    module = sys.modules.get("sqlcipher3.dbapi2")
    return (*own, getattr(module, kind)) if module else own


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it on disk at the end, or nothing. Within another one, a part of that."""
    if db.in_transaction:
        yield db
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        # Without effect where SQLite has rolled back by itself, as it may on a full disk.
        db.rollback()
        raise


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    version = _version(db, path)
    for number in range(version, len(STEPS)):
        db.executescript(
            f"BEGIN IMMEDIATE; {STEPS[number]} PRAGMA application_id={APPLICATION};"
            f"PRAGMA user_version={number + 1}; COMMIT;"
        )


def _version(db: sqlite3.Connection, path: Path) -> int:
    (version,), (application,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")
    )
    if version > len(STEPS):
        raise StoreRefused(
            f"{path}: a newer Lightship wrote this (tables {version}, this one knows {len(STEPS)})"
        )
    if version and application != APPLICATION:
        raise StoreRefused(f"{path}: this is a database, but not a catalogue of mail; name another folder")
    return int(version)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn the database's own errors into one clear line."""
    try:
        yield
    except database_errors() as error:
        raise StoreRefused(f"{path}: {_advice(str(error))}") from error


def _advice(cause: str) -> str:
    known = {
        "disk is full": "the disk is full; make room and start again, nothing that was kept is lost",
        "readonly": "it is read-only; make the file and its folder writable",
        "not a database": "this file is not a catalogue of mail; name another folder",
        "malformed": "it is damaged; move it away and run `lightship mail keep`, which makes it anew from the mail",
        "unable to open": "it cannot be opened; may this user write there, and is there room?",
        "locked": "another program holds it; stop that one and start again",
        "disk I/O error": "the disk failed to read or write it; is it full, or defective?",
    }
    return (
        f"{next((text for sign, text in known.items() if sign in cause), 'the database refused')} ({cause})"
    )
