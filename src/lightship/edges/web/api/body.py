"""Bodies of requests: read to a bound, in a bounded time, and never more than the bound when unpacked."""

import asyncio
import zlib

import zstandard

from lightship.edges.web.api.exchange import Problem
from lightship.edges.web.forms import Receive

SECONDS = 30.0
"""For a whole body; who is slower is cut off."""


async def body(receive: Receive, coding: str, stated: str, most: int) -> bytes:
    """The whole body, unpacked. Raises Problem: 408, 413, 415, 400."""
    if stated.isdigit() and int(stated) > most:
        raise _too_much(most)
    try:
        async with asyncio.timeout(SECONDS):
            packed = await _whole(receive, most)
    except TimeoutError:
        raise Problem(408, f"The body did not come within {SECONDS:g} seconds.") from None
    return unpacked(packed, coding, most)


async def _whole(receive: Receive, most: int) -> bytes:
    found, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "The connection was closed.")
        found += message.get("body", b"")
        more = message.get("more_body", False)
        if len(found) > most:
            raise _too_much(most)
    return bytes(found)


def unpacked(packed: bytes, coding: str, most: int) -> bytes:
    """What a Content-Encoding stands for. Raises Problem: 415 for another one, 413 above the bound, 400 for rubbish."""
    try:
        match coding.strip().lower():
            case "" | "identity":
                return packed
            case "gzip":
                reader = zlib.decompressobj(wbits=31)
                found = reader.decompress(packed, most + 1)
                if not reader.eof and len(found) <= most:
                    raise Problem(400, "The gzip body ends too soon.")
            case "zstd":
                with zstandard.ZstdDecompressor().stream_reader(packed) as stream:
                    found = stream.read(most + 1)
            case _:
                raise Problem(415, f"Content-Encoding {coding[:40]!r} is not known; send gzip, zstd or none.")
    except (zlib.error, zstandard.ZstdError) as error:
        raise Problem(400, f"The body cannot be unpacked: {error}") from None
    if len(found) > most:
        raise _too_much(most)
    return found


def _too_much(most: int) -> Problem:
    return Problem(413, f"A body here has {most:,} bytes at most, unpacked.")
