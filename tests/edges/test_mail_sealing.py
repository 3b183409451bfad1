"""Sealed records: what comes out is what went in, or an error that names the file."""

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.mailboxes.copy.sealing import (
    BEFORE,
    FRONT,
    MARK,
    PIECE,
    SALT,
    TAG,
    About,
    Sealing,
    Unsealed,
    sealed_records,
)
from lightship.edges.mailboxes.copy.segment_shelf import SegmentShelf
from lightship.vocabulary.time import Instant

KEY = bytes(range(32))
AT = Instant(1_780_000_000_000)


def record(body: bytes, steps: int = 10_000) -> bytes:
    """One record, the message written a piece at a time."""
    out = io.BytesIO()
    sealing = Sealing(KEY, zstandard.ZstdCompressor(level=3), out.write)
    for at in range(0, len(body), steps):
        sealing.write(body[at : at + steps])
    sealing.close()
    before = sealing.before(About(hashlib.sha256(body).digest(), AT, len(body)))
    return FRONT.pack(MARK, len(before) + out.tell()) + before + out.getvalue()


def opened(path: Path, content: bytes, key: bytes = KEY) -> io.BufferedReader:
    path.write_bytes(content)
    return io.BufferedReader(Unsealed(key, path, FRONT.size, len(content) - FRONT.size))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sealed") / "000001.lsz"


LARGE = random.Random(1).randbytes(3 * PIECE + 17)


@given(
    st.one_of(st.binary(max_size=3000), st.integers(0, len(LARGE)).map(lambda n: LARGE[:n])),
    st.integers(1, 70_000),
)
def test_what_comes_out_is_what_went_in(path: Path, body: bytes, steps: int) -> None:
    with opened(path, record(body, steps)) as found:
        assert found.read() == body
        assert found.seek(0, io.SEEK_END) == len(body)
        middle = found.seek(len(body) // 2)
        assert found.read() == body[middle:]
        assert found.seek(0) == 0
        assert found.read(100) == body[:100]
    ((about, start, length),) = sealed_records(KEY, path, 0)
    assert about == About(hashlib.sha256(body).digest(), AT, len(body))
    assert start + length == path.stat().st_size


@given(st.data())
def test_no_bit_can_be_flipped_unseen(path: Path, data: st.DataObject) -> None:
    sealed = bytearray(record(LARGE[: 2 * PIECE]))
    at = data.draw(
        st.one_of(st.integers(FRONT.size, FRONT.size + BEFORE + 40), st.integers(FRONT.size, len(sealed) - 1))
    )
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(OSError, match="damaged"), opened(path, bytes(sealed)) as found:
        found.read()


def _cut(sealed: bytes, first: int) -> bytes:
    return sealed[: first + PIECE + TAG]


def _swapped(sealed: bytes, first: int) -> bytes:
    step = PIECE + TAG
    return (
        sealed[:first]
        + sealed[first + step : first + 2 * step]
        + sealed[first : first + step]
        + sealed[first + 2 * step :]
    )


def _left_out(sealed: bytes, first: int) -> bytes:
    return sealed[:first] + sealed[first + PIECE + TAG :]


def _of_another(sealed: bytes, first: int) -> bytes:
    other = record(LARGE)
    return other[: FRONT.size + SALT] + sealed[FRONT.size + SALT :]


@pytest.mark.parametrize("change", [_cut, _swapped, _left_out, _of_another])
def test_pieces_cannot_be_cut_off_swapped_left_out_or_taken_from_another_record(
    path: Path, change: Callable[[bytes, int], bytes]
) -> None:
    with (
        pytest.raises(OSError, match="damaged"),
        opened(path, change(record(LARGE), FRONT.size + BEFORE)) as found,
    ):
        found.read()


def test_another_key_opens_nothing(path: Path) -> None:
    with pytest.raises(OSError, match="damaged"):
        opened(path, record(b"hello"), bytes(32))


def test_the_same_message_twice_has_nothing_in_common() -> None:
    one, other = record(b"hello" * 100), record(b"hello" * 100)
    assert one[: FRONT.size] == other[: FRONT.size]
    assert sum(a == b for a, b in zip(one[FRONT.size :], other[FRONT.size :], strict=True)) < len(one) / 10


def test_a_large_message_never_lies_on_disk_in_the_clear(tmp_path: Path) -> None:
    shelf = SegmentShelf(tmp_path, KEY)
    piece = b"the harbour at night " * 3000

    def pour(write: Callable[[memoryview], object]) -> None:
        for _ in range(40):
            write(memoryview(piece))

    spilled = shelf.spill(len(piece) * 40, pour)
    (lying,) = (path for path in tmp_path.rglob("*") if path.is_file())
    content = lying.read_bytes()
    assert b"harbour" not in content
    with pytest.raises(zstandard.ZstdError):
        zstandard.ZstdDecompressor().decompressobj().decompress(content)
    assert spilled.hash == hashlib.sha256(piece * 40).digest()
    assert spilled.size == len(piece) * 40
