"""Compressed messages one behind the other in large files: half the space, and one sync for a whole group.

A record is a head (MARK, SHA-256 of the message, instant of receipt in ms, its size, the size of what follows; all
big-endian) and one zstd frame. So a segment can be read without the catalogue, from its beginning.
"""

import hashlib
import io
import os
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import zstandard

from lightship.edges.mailboxes.copy.adopting import HEADER, message_id
from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import Instant

FOLDER = "segments"
LARGEST_SEGMENT = 256 * 1024 * 1024
HEAD = struct.Struct(">4s32sQQQ")
MARK, SEALED = b"LSM1", b"LSE1"
_HELD = 4 * 1024 * 1024


class Record(NamedTuple):
    """One message of a segment. `start`: where its frame begins; `length`: of the frame; `size`: of the message."""

    hash: bytes
    received: Instant
    size: int
    start: int
    length: int


class Frame(NamedTuple):
    """A message as a segment takes it.

    Args:
        front: stands before the place that the catalogue notes; before: behind that, before the data.
        data: or the file in which they are.
        length: of `before` and the data.
    """

    front: bytes
    before: bytes
    data: bytes | Path
    length: int


def path_of(copy: Path, segment: int) -> Path:
    """The file of a segment."""
    return copy / FOLDER / f"{segment:06d}.lsz"


def head(hash: bytes, received: Instant, size: int, length: int) -> bytes:
    """What stands before a frame."""
    return HEAD.pack(MARK, hash, max(0, received), size, length)


def opened(copy: Path, segment: int, start: int, length: int, key: bytes | None = None) -> BinaryIO:
    """The message of a record; a large one from a temporary file. Raises OSError where it is damaged or gone.

    Args:
        key: of an encrypted copy.
    """
    if key is not None:
        from lightship.edges.mailboxes.copy.sealing import Unsealed

        return io.BufferedReader(Unsealed(key, path_of(copy, segment), start, length))
    with path_of(copy, segment).open("rb") as file:
        file.seek(start)
        into: BinaryIO = io.BytesIO() if length <= _HELD else tempfile.TemporaryFile()  # noqa: SIM115 - given away
        try:
            zstandard.ZstdDecompressor().copy_stream(cast(BinaryIO, _Part(file, length)), into)
        except zstandard.ZstdError as error:
            into.close()
            raise OSError(5, f"a damaged record: {error}", str(path_of(copy, segment))) from error
    into.seek(0)
    return into


class _Part:
    """So many bytes of a file, and then its end."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = -1) -> bytes:
        """As a file."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def records(path: Path, start: int, key: bytes | None = None) -> Iterator[Record]:
    """The whole records of a segment from an offset on; it ends where one is cut off or is none."""
    if key is not None:
        from lightship.edges.mailboxes.copy.sealing import sealed_records

        for about, begins, length in sealed_records(key, path, start):
            yield Record(about.hash, about.received, about.size, begins, length)
        return
    end = path.stat().st_size
    with path.open("rb") as file:
        while start + HEAD.size <= end:
            file.seek(start)
            mark, hash, received, size, length = HEAD.unpack(file.read(HEAD.size))
            if mark != MARK or start + HEAD.size + length > end:
                return
            yield Record(hash, Instant(received), size, start + HEAD.size, length)
            start += HEAD.size + length


def adopt_segments(copy: Path, db: sqlite3.Connection, at: Instant, key: bytes | None = None) -> int:
    """Take in what the catalogue does not know of segments, and cut off what was cut off; how many messages.

    Raises:
        StoreRefused: they are encrypted, and what unlocks them is gone.
    """
    count = 0
    shutil.rmtree(copy / FOLDER / "tmp", ignore_errors=True)
    for path in sorted((copy / FOLDER).glob("*.lsz")):
        segment = int(path.stem)
        asked = "SELECT coalesce(max(start + length), 0) FROM message WHERE segment = ?"
        (known,) = db.execute(asked, (segment,)).fetchone()
        end = known
        _refuse_sealed(copy, path, key)
        with writing(db):
            for record in records(path, end, key):
                # A damaged one is passed over: what lies behind it may be whole.
                if _whole(copy, segment, record, key):
                    count += _adopted(copy, db, segment, record, at, key)
                end = record.start + record.length
        if path.stat().st_size > end:
            if not known:
                _save(copy, path, end)
            os.truncate(path, end)
    return count


def _refuse_sealed(copy: Path, path: Path, key: bytes | None) -> None:
    with path.open("rb") as file:
        if key is None and file.read(len(SEALED)) == SEALED:
            raise StoreRefused(
                f"{copy}: this mail is encrypted, and key.json is gone: bring it back from where you saved it"
            )


def _save(copy: Path, path: Path, start: int) -> None:
    """Where a catalogue was lost, too, what cannot be read may still be more than a last record that was cut off."""
    (copy / "damaged").mkdir(mode=0o700, exist_ok=True)
    with path.open("rb") as file, (copy / "damaged" / f"{path.name}.{start}").open("wb") as out:
        file.seek(start)
        shutil.copyfileobj(file, out)


def _whole(copy: Path, segment: int, record: Record, key: bytes | None) -> bool:
    found = hashlib.sha256()
    try:
        with opened(copy, segment, record.start, record.length, key) as body:
            while piece := body.read(_HELD):
                found.update(piece)
    except OSError:
        return False
    return found.digest() == record.hash


def _adopted(
    copy: Path, db: sqlite3.Connection, segment: int, record: Record, at: Instant, key: bytes | None
) -> int:
    with opened(copy, segment, record.start, record.length, key) as body:
        named = message_id(body.read(HEADER))
    row = (record.hash, record.size, named, record.received, at, segment, record.start, record.length)
    return db.execute(
        """INSERT OR IGNORE INTO message (hash, size, message_id, received, kept_at, segment, start, length)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        row,
    ).rowcount
