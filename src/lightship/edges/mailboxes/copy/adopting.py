"""Files that the catalogue does not know: written before a death, or beside a catalogue that was lost."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.vocabulary.time import Instant

HEADER = 64 * 1024
"""Bytes in which a header is looked for."""
_MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^\s<>]+)>?", re.IGNORECASE | re.MULTILINE)


def message_id(start: bytes) -> str:
    """The Message-ID that the first bytes of a message state, without brackets; empty: none.

    >>> message_id(b"Subject: x\\r\\nMessage-ID:\\r\\n <a@b>\\r\\n\\r\\nMessage-ID: <c@d>")
    'a@b'
    """
    ends = (at for mark in (b"\n\r\n", b"\n\n") if (at := start.find(mark, 0, HEADER)) >= 0)
    header = start[: min(ends, default=HEADER)]
    # To look for its line first is ten times as quick as to try the pattern at each.
    likely = header.lower().find(b"message-id:")
    found = _MESSAGE_ID.search(header, likely) if likely >= 0 else None
    return found[1].decode("utf-8", "replace") if found else ""


def adopt(db: sqlite3.Connection, folders: Iterable[Path], at: Instant) -> int:
    """Take into the catalogue what it does not know; how many messages that were.

    A file whose content is not what its name says is no message of ours: it was cut off, and is thrown away.
    """
    known = {row[0].hex()[: maildir.DIGITS] for row in db.execute("SELECT hash FROM message")}
    count = 0
    for folder in folders:
        with writing(db):
            for path in maildir.files(folder):
                digits = path.name[: maildir.DIGITS]
                if digits not in known and _adopted(db, path, digits, at):
                    known.add(digits)
                    count += 1
    return count


def _adopted(db: sqlite3.Connection, path: Path, digits: str, at: Instant) -> bool:
    with path.open("rb") as file:
        start = file.read(HEADER)
        file.seek(0)
        hash = hashlib.file_digest(file, "sha256").digest()
    if hash.hex()[: maildir.DIGITS] != digits:
        path.unlink()
        return False
    about = path.stat()
    row = (hash, about.st_size, message_id(start), about.st_mtime_ns // 1_000_000, at)
    db.execute(
        "INSERT OR IGNORE INTO message (hash, size, message_id, received, kept_at) VALUES (?, ?, ?, ?, ?)",
        row,
    )
    return True
