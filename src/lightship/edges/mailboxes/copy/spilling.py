"""Large messages: written to a file while they come, so that memory holds a piece of them at most."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from lightship.edges.mailboxes.copy.adopting import HEADER


class Through(Protocol):
    """Makes of a message what is to be in the file."""

    def write(self, piece: memoryview, /) -> int:
        """Take some of it; how many bytes."""

    def close(self) -> None:
        """That was all."""


class SpilledFile:
    """A message in a file of `tmp`; not on disk yet.

    Args:
        path: it is made.
        size: bytes.
        pour: gives the bytes to a writer, piece by piece.
        through: makes of the file's own writer another one that is to be closed; None: the bytes go there as they are.
    """

    def __init__(
        self, path: Path, size: int, pour: Callable[[Callable[[memoryview], object]], None],
        through: "Callable[[Callable[[bytes], object]], Through] | None" = None,
    ) -> None:  # fmt: skip
        self.path, self.size, self.start = path, size, b""
        self._hash = hashlib.sha256()
        try:
            with path.open("xb", buffering=0) as file:
                path.chmod(0o600)
                self.through = through(lambda data: _whole(file.write, data)) if through is not None else None
                write = self.through.write if self.through is not None else file.write
                pour(lambda piece: self._write(piece, write))
                if self.through is not None:
                    self.through.close()
        except BaseException:
            self.discard()
            raise

    @property
    def hash(self) -> bytes:
        """The SHA-256 of it."""
        return self._hash.digest()

    def discard(self) -> None:
        """Nobody wants it."""
        self.path.unlink(missing_ok=True)

    def _write(self, piece: memoryview, write: Callable[[memoryview], int | None]) -> None:
        self._hash.update(piece)
        if len(self.start) < HEADER:
            self.start += bytes(piece[: HEADER - len(self.start)])
        _whole(write, piece)


def _whole(write: Callable[[memoryview], int | None], piece: bytes | memoryview) -> None:
    """A file may take less than it is given."""
    left = memoryview(piece)
    while left:
        left = left[write(left) or 0 :]
