"""Large messages: written to a file while they come, so that memory holds a piece of them at most."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from lightship.edges.mailboxes.copy.adopting import HEADER


class SpilledFile:
    """A message in a file of `tmp`; not on disk yet.

    Args:
        path: it is made.
        size: bytes.
        pour: gives the bytes to a writer, piece by piece.
    """

    def __init__(self, path: Path, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> None:
        self.path, self.size, self.start = path, size, b""
        self._hash = hashlib.sha256()
        try:
            with path.open("xb", buffering=0) as file:
                path.chmod(0o600)
                pour(lambda piece: self._write(piece, file.write))
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
        while piece:
            piece = piece[write(piece) or 0 :]
