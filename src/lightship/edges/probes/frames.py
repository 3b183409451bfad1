"""What a hub and the processes that measure for it say to each other: Python's own values, over a pair of sockets.

Both ends are this program and nobody else holds either socket, so what comes may be unpickled.
"""

import asyncio
import pickle
import struct
from typing import Any

_LENGTH = struct.Struct("!I")


def framed(value: object) -> bytes:
    """As sent."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


async def next_frame(reader: asyncio.StreamReader) -> Any:
    """The next value; None at the end."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301 - from our own process, see above
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
