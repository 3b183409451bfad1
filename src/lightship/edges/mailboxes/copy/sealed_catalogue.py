"""The catalogue of an encrypted copy: the same tables in SQLCipher, every page encrypted and authenticated."""

import sqlite3
from pathlib import Path
from typing import Any, cast

from lightship.edges.mailboxes.copy.catalogue import SEGMENTS_KEY
from lightship.edges.mailboxes.copy.key_file import FILE, key_of
from lightship.edges.mailboxes.copy.sealing import derived
from lightship.vocabulary.errors import StoreRefused


def connect(folder: Path, database: str, **options: Any) -> sqlite3.Connection:
    """Open it. Usable as any other, but that its errors are SQLCipher's own: see `catalogue.database_errors`.

    Raises:
        StoreRefused: no passphrase, a wrong one, or the package is not there.
    """
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StoreRefused(
            f"{folder}: this copy is encrypted, and reading it takes a package more: pip install 'lightship[encrypt]'"
        ) from error
    key = key_of(folder)
    assert key is not None, f"there is a {FILE}"
    db = dbapi2.connect(database, **options)
    db.execute(f"PRAGMA key = \"x'{derived(key, b'lightship mail catalogue').hex()}'\"")
    # In kB. The package's own 8,000 are too much beside what a pass holds; who reads is quicker with more.
    db.execute(f"PRAGMA cache_size = -{2000 if 'uri' in options else 500}")
    # It would write to standard error what we say ourselves.
    db.execute("PRAGMA cipher_log_level = NONE")
    return cast(sqlite3.Connection, db)


def remember_segments_key(folder: Path, db: sqlite3.Connection) -> None:
    """A catalogue made anew has to be told."""
    key = key_of(folder)
    assert key is not None, f"there is a {FILE}"
    wanted = derived(key, b"lightship mail segments").hex()
    db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (SEGMENTS_KEY, wanted))
