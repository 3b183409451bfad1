"""Sealed records: what a segment holds in an encrypted copy, each message compressed, then encrypted by itself.

A record is MARK, the length of what follows, a salt, then pieces. The key of a record is drawn from the copy's by HKDF
(RFC 5869) with that salt; each piece is AES-256-GCM with a nonce of its number and whether it is the last, so that no
piece can be changed, left out, moved or cut off unseen (Hoang et al., "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015: STREAM). Piece 0 says what the message is; the others are its zstd frame.
"""

import io
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lightship.edges.mailboxes.copy.segments import SEALED
from lightship.vocabulary.time import Instant

MARK = SEALED
FRONT = struct.Struct(">4sQ")
SALT, TAG, PIECE = 32, 16, 64 * 1024
_ABOUT = struct.Struct(">32sQQ")
BEFORE = SALT + _ABOUT.size + TAG
"""Bytes of a record before the pieces of its frame."""


class About(NamedTuple):
    """What piece 0 says: SHA-256, when the provider received it, and its size in bytes."""

    hash: bytes
    received: Instant
    size: int


def derived(key: bytes, use: bytes, salt: bytes = b"") -> bytes:
    """A key of 32 bytes for one use alone."""
    return HKDF(SHA256(), 32, salt or None, use).derive(key)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(derived(key, b"lightship mail record", salt))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing:
    """Compresses and encrypts one message while it comes.

    Args:
        key: of the copy's segments.
        compressor: of this thread.
        write: takes the pieces.
        size: of the message, in bytes; -1: not sure yet. Known, it saves the compressor megabytes.
    """

    def __init__(
        self, key: bytes, compressor: zstandard.ZstdCompressor, write: Callable[[bytes], object],
        size: int = -1,
    ) -> None:  # fmt: skip
        self.salt = os.urandom(SALT)
        self._cipher, self._write = _cipher(key, self.salt), write
        self._compressor, self._size = compressor, size
        self._frame: zstandard.ZstdCompressionObj | None = None
        self._held, self._number = bytearray(), 0

    def write(self, piece: bytes | memoryview) -> int:
        """The next bytes of the message; all are taken."""
        if self._frame is None:
            self._frame = self._compressor.compressobj(size=self._size)
        self._held += self._frame.compress(piece)
        self._give()
        return len(piece)

    def write_whole(self, message: bytes) -> None:
        """All of it at once, for which the compressor holds no window of its own."""
        self._held += self._compressor.compress(message)

    def close(self) -> None:
        """That was all of it."""
        if self._frame is not None:
            self._held += self._frame.flush()
        self._give()
        self._piece(bytes(self._held), last=True)

    def before(self, about: About) -> bytes:
        """What stands before the pieces."""
        told = _ABOUT.pack(about.hash, max(0, about.received), about.size)
        return self.salt + self._cipher.encrypt(_nonce(0, False), told, None)

    def _give(self) -> None:
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    def _piece(self, data: bytes, last: bool) -> None:
        self._number += 1
        self._write(self._cipher.encrypt(_nonce(self._number, last), data, None))


def about(key: bytes, file: BinaryIO, path: Path) -> tuple[About, AESGCM]:
    """What the record is, of which the salt comes next in a file. Raises OSError where it was changed."""
    salt = file.read(SALT)
    cipher = _cipher(key, salt.ljust(SALT, b"\0"))
    hash, received, size = _ABOUT.unpack(
        _opened(cipher, 0, False, file.read(_ABOUT.size + TAG), path, _ABOUT.size)
    )
    return About(hash, Instant(received), size), cipher


def _opened(
    cipher: AESGCM, number: int, last: bool, data: bytes, path: Path, size: int | None = None
) -> bytes:
    try:
        found = cipher.decrypt(_nonce(number, last), data, None)
    except (InvalidTag, ValueError) as error:
        raise OSError(5, "a damaged record: it is not what was sealed", str(path)) from error
    assert size is None or len(found) == size, "what was sealed has that form"
    return found


def sealed_records(key: bytes, path: Path, start: int) -> Iterator[tuple[About, int, int]]:
    """What each whole record of a segment is, where its salt stands, and its length from there.

    One that was changed is told with a hash that no message has; it ends where one is cut off or is none.
    """
    end = path.stat().st_size
    with path.open("rb") as file:
        while start + FRONT.size <= end:
            file.seek(start)
            mark, length = FRONT.unpack(file.read(FRONT.size))
            start += FRONT.size
            if mark != MARK or length < BEFORE + TAG or start + length > end:
                return
            try:
                found = about(key, file, path)[0]
            except OSError:
                found = About(b"", Instant(0), 0)
            yield found, start, length
            start += length


class _Pieces:
    """The frame of a record, as a file that ends with it."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, length: int, path: Path) -> None:
        self._file, self._cipher, self._left, self._path = file, cipher, length, path
        self._number = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece, whatever is asked for."""
        if not self._left:
            return b""
        wanted = min(self._left, PIECE + TAG)
        self._left -= wanted
        self._number += 1
        return _opened(self._cipher, self._number, not self._left, self._file.read(wanted), self._path)


class Unsealed(io.RawIOBase):
    """One message of an encrypted copy, opened piece by piece: nothing of it is written in the clear.

    Args:
        key: of the copy's segments; path: of the segment.
        start: where its salt stands; length: from there to its end.

    Raises:
        OSError: it is damaged or gone; also while it is read.
    """

    def __init__(self, key: bytes, path: Path, start: int, length: int) -> None:
        self._key, self._path, self._start, self._length = key, path, start, length
        self._at = 0
        self._file = path.open("rb")
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    def _begin(self) -> None:
        self._file.seek(self._start)
        self._about, cipher = about(self._key, self._file, self._path)
        pieces = _Pieces(self._file, cipher, self._length - BEFORE, self._path)
        self._plain = zstandard.ZstdDecompressor().stream_reader(cast(BinaryIO, pieces))
        self._reached = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """To its beginning it is quick; elsewhere, what lies before has to be read."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As of any file."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._about.size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        """As of any file."""
        return self._at

    def readinto(self, buffer: object) -> int:
        """As of any file."""
        if self._at < self._reached:
            self._begin()
        into = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            while self._reached < self._at:
                skipped = len(self._plain.read(min(PIECE, self._at - self._reached)))
                if not skipped:
                    return 0
                self._reached += skipped
            data = self._plain.read(len(into))
        except zstandard.ZstdError as error:
            raise OSError(5, f"a damaged record: {error}", str(self._path)) from error
        into[: len(data)] = data
        self._reached += len(data)
        self._at = self._reached
        return len(data)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()
