"""The bytes of kept messages: where they lie, and how they are read."""

import io
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lightship.edges.mailboxes.copy.catalogue import segments_key
from lightship.edges.mailboxes.copy.maildir import find

_WHERE = """SELECT hash, segment, start, length FROM message WHERE id = ?"""
_DIRECTORIES = """SELECT DISTINCT account.directory, folder.directory FROM place
    JOIN folder ON folder.id = place.folder JOIN account ON account.id = folder.account WHERE place.message = ?"""


class Bodies:
    """Reads messages of one copy.

    Args:
        folder: of the copy.
        db: its catalogue.
    """

    def __init__(self, folder: Path, db: sqlite3.Connection) -> None:
        self._folder, self._db = folder, db

    def path(self, message: int) -> Path:
        """A file of a message in a Maildir; it may have several.

        Raises:
            KeyError: there is no such message.
            FileNotFoundError: the file is gone.
        """
        found = next(self.paths(message), None)
        if found is not None:
            return found
        row = self._row(message)
        raise FileNotFoundError(2, "the file of this message is gone", f"{self._folder}: {row[0].hex()[:12]}")

    def paths(self, message: int) -> Iterator[Path]:
        """Every file of a message, one for each folder that has it. Raises KeyError."""
        hash = self._row(message)[0]
        folders = self._db.execute(_DIRECTORIES, (message,)).fetchall()
        for account, directory in folders:
            found = find(self._folder / account / directory, hash)
            if found is not None:
                yield found

    def ask_ahead(self, messages: Iterable[int], most: int) -> None:
        """Have the kernel read the beginning of these messages from disk, all at once; nobody waits for that."""
        for message in messages:
            path = next(self.paths(message), None)
            with suppress(OSError):
                handle = os.open(path, os.O_RDONLY) if path else None
                if handle is not None:
                    os.posix_fadvise(handle, 0, most, os.POSIX_FADV_WILLNEED)
                    os.close(handle)

    def _row(self, message: int) -> tuple[bytes, int | None, int | None, int | None]:
        row: tuple[bytes, int | None, int | None, int | None] | None
        row = self._db.execute(_WHERE, (message,)).fetchone()
        if row is None:
            raise KeyError(message)
        return row

    def open(self, message: int) -> BinaryIO:
        """The bytes of a message. Raises as `path` does; OSError where a record is damaged."""
        _, segment, start, length = self._row(message)
        if segment is not None and start is not None and length is not None:
            # Loaded only where a copy is compressed.
            from lightship.edges.mailboxes.copy.segments import opened

            return opened(self._folder, segment, start, length, segments_key(self._db))
        return io.BufferedReader(io.FileIO(self.path(message)))
