"""The bytes of kept messages: where they lie, and how they are read."""

import io
import sqlite3
from pathlib import Path
from typing import BinaryIO

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
        """The file of a message in a Maildir.

        Raises:
            KeyError: there is no such message.
            FileNotFoundError: the file is gone.
        """
        row = self._db.execute(_WHERE, (message,)).fetchone()
        if row is None:
            raise KeyError(message)
        for account, directory in self._db.execute(_DIRECTORIES, (message,)):
            found = find(self._folder / account / directory, row[0])
            if found is not None:
                return found
        raise FileNotFoundError(2, "the file of this message is gone", f"{self._folder}: {row[0].hex()[:12]}")

    def open(self, message: int) -> BinaryIO:
        """The bytes of a message. Raises as `path` does."""
        return io.BufferedReader(io.FileIO(self.path(message)))
