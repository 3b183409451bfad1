"""Messages compressed into segments."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import zstandard

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.adopting import message_id
from lightship.edges.mailboxes.copy.segments import FOLDER, LARGEST_SEGMENT, Frame, head, path_of
from lightship.edges.mailboxes.copy.shelf import Prepared, Shelved, Wanted
from lightship.edges.mailboxes.copy.spilling import SpilledFile
from lightship.vocabulary.time import Instant

LEVEL = 3
_PIECE = 256 * 1024


class SegmentShelf:
    """See `shelf.Shelf`. Compression is for the threads that `prepare` runs in; the one that reads does none.

    Args:
        copy: its folder; key: of its segments, where it is encrypted.
    """

    def __init__(self, copy: Path, key: bytes | None = None) -> None:
        self._copy, self._key = copy, key
        self._own = threading.local()
        # They compute: more would only take turns, and each holds a compressor's memory. What encrypts is large itself.
        self.writers = 3 if key is None else 2
        self.half_bytes = 4_000_000 if key is None else 2_000_000

    def spill(self, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> SpilledFile:
        """Into a file of its own, as it comes."""
        below = self._copy / FOLDER
        (below / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
        through = None
        if self._key is not None:
            # Loaded only where a copy is encrypted.
            from lightship.edges.mailboxes.copy import sealed_frames

            through = sealed_frames.through(self._key, self._compressor, size)
        return SpilledFile(maildir.temporary(below), size, pour, through)

    def prepare(self, batch: Sequence[tuple[bytes | SpilledFile, Instant]]) -> list[Prepared]:
        """Hashed and compressed."""
        return [self._packed(body, received) for body, received in batch]

    def _packed(self, body: bytes | SpilledFile, received: Instant) -> Prepared:
        if self._key is not None:
            from lightship.edges.mailboxes.copy.sealed_frames import sealed

            return sealed(self._key, self._compressor, body, received)
        if isinstance(body, SpilledFile):
            packed = body.path.with_suffix(".lsz")
            with body.path.open("rb") as raw, packed.open("wb") as out:
                _, length = self._compressor.copy_stream(raw, out, size=body.size)
            body.discard()
            front = head(body.hash, received, body.size, length)
            return Prepared(body.hash, body.size, message_id(body.start), Frame(front, b"", packed, length))
        data, hash = self._compressor.compress(body), hashlib.sha256(body).digest()
        front = head(hash, received, len(body), len(data))
        return Prepared(hash, len(body), message_id(body), Frame(front, b"", data, len(data)))

    def drop(self, prepared: Prepared) -> None:
        """Only a large one lies somewhere."""
        frame = _frame(prepared)
        if isinstance(frame.data, Path):
            frame.data.unlink()

    def shelve(self, group: Sequence[Wanted]) -> list[Shelved]:
        """Behind one another at the end of the last segment, and on disk."""
        segment = self._last()
        path = path_of(self._copy, segment)
        made = not path.exists()
        with path.open("ab") as out:
            path.chmod(0o600)
            found = [self._add(out, segment, each) for each in group]
            out.flush()
            os.fsync(out.fileno())
        if made:
            maildir.sync_directory(path.parent)
            maildir.sync_directory(self._copy)
        return found

    def recognise(self, message: int, hash: bytes, letters: str) -> None:
        """The catalogue says where it lies already."""

    def reflag(self, hash: bytes, before: str, letters: str) -> None:
        """Flags stand in the catalogue alone."""

    @property
    def _compressor(self) -> zstandard.ZstdCompressor:
        """One for each thread: they are not to be shared."""
        if not hasattr(self._own, "compressor"):
            self._own.compressor = zstandard.ZstdCompressor(level=LEVEL)
        found: zstandard.ZstdCompressor = self._own.compressor
        return found

    def _last(self) -> int:
        below = self._copy / FOLDER
        below.mkdir(mode=0o700, parents=True, exist_ok=True)
        last = max((int(path.stem) for path in below.glob("*.lsz")), default=1)
        path = path_of(self._copy, last)
        return last + 1 if path.exists() and path.stat().st_size >= LARGEST_SEGMENT else last

    def _add(self, out: BinaryIO, segment: int, wanted: Wanted) -> Shelved:
        if wanted.known is not None:
            self.drop(wanted.prepared)
            return Shelved()
        frame = _frame(wanted.prepared)
        out.write(frame.front)
        start = out.tell()
        out.write(frame.before)
        if isinstance(frame.data, bytes):
            out.write(frame.data)
        else:
            with frame.data.open("rb") as packed:
                while piece := packed.read(_PIECE):
                    out.write(piece)
            frame.data.unlink()
        return Shelved(segment, start, frame.length)


def _frame(prepared: Prepared) -> Frame:
    assert isinstance(prepared.content, Frame), "prepared by this shelf"
    return prepared.content
