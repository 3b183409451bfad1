"""Files that others write: one that is replaced, a folder of them, one that grows by lines."""

import os
from collections.abc import Iterator
from pathlib import Path

from lightship.edges.feeds.fetching import MOST, Unheard

LONGEST_LINE = 64 * 1024
MOST_FILES = 500
AT_ONCE = 8 * 1024 * 1024
"""Octets that are read of a growing file in one look."""


class Documents:
    """A file, or the files of a folder; gives each when it is new or has changed."""

    def __init__(self, path: Path, suffixes: tuple[str, ...] = ()) -> None:
        self._path, self._suffixes = path, suffixes
        self._seen: dict[Path, tuple[int, int, int]] = {}

    def look(self) -> Iterator[tuple[Path, bytes]]:
        """What is new since the last look. Raises Unheard."""
        for path in self._files():
            try:
                about = path.stat()
                mark = (about.st_mtime_ns, about.st_size, about.st_ino)
                if self._seen.get(path) == mark:
                    continue
                if about.st_size > MOST:
                    raise Unheard(f"{path.name}: longer than {MOST // 1024 // 1024} MiB")
                content = path.read_bytes()
            except OSError as error:
                raise Unheard(f"{path}: {error.strerror}") from None
            self._seen[path] = mark
            yield path, content

    def _files(self) -> list[Path]:
        if not self._path.is_dir():
            return [self._path]
        try:
            found = sorted(
                each for each in self._path.iterdir() if each.is_file() and not each.name.startswith(".")
            )
        except OSError as error:
            raise Unheard(f"{self._path}: {error.strerror}") from None
        return found[:MOST_FILES]


class Lines:
    """A file that grows: its new lines; from the start where it is shorter than before, or another file.

    Args:
        old: at the first look, lines that stand there already count, too: they say themselves when they are of.
    """

    def __init__(self, path: Path, old: bool = True) -> None:
        self._path, self._at, self._rest, self._old = path, -1, b"", old
        self._node: tuple[int, int] | None = None

    def look(self) -> list[bytes]:
        """Lines that have been written since the last look. Raises Unheard."""
        try:
            with self._path.open("rb") as file:
                about = os.fstat(file.fileno())
                node = (about.st_dev, about.st_ino)
                if self._node != node or about.st_size < self._at:
                    first = self._node is None
                    newest = max(0, about.st_size - AT_ONCE) if self._old else about.st_size
                    self._at, self._rest = newest if first else 0, b""
                    self._node = node
                file.seek(self._at)
                piece = file.read(AT_ONCE)
        except OSError as error:
            raise Unheard(f"{self._path}: {error.strerror}") from None
        self._at += len(piece)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._rest = self._rest[-LONGEST_LINE:]
        return [line for line in lines if line.strip() and len(line) <= LONGEST_LINE]
