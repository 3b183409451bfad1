"""A call, as packets: a hundred a second from one port, each sent back by the other end; what was missing, and when.

Usage: python -m lightship.run.benches.wan.flow SECONDS. Prints one JSON object at its end.
"""

import asyncio
import contextlib
import socket
import struct
import sys
import time
from itertools import pairwise

import msgspec

from lightship.run.benches.wan.lab import ECHO
from lightship.run.benches.wan.world import ECHO_PORT

EVERY = 0.01
PACKET = struct.Struct("!Id")


class Missed(msgspec.Struct, frozen=True):
    """What a flow came to. `gap`: longest seconds from one answer to the next; `gap_at`: when it began (monotonic)."""

    sent: int
    lost: int
    gap: float
    gap_at: float


async def flow(seconds: float) -> Missed:
    """Send for so long."""
    loop, heard = asyncio.get_running_loop(), dict[int, float]()
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind(("", 40_000))

    def read() -> None:
        with contextlib.suppress(OSError):
            while True:
                number, _ = PACKET.unpack(made.recv(64))
                heard.setdefault(number, time.monotonic())

    loop.add_reader(made, read)
    began = time.monotonic()
    for number in range(int(seconds / EVERY)):
        with contextlib.suppress(OSError):
            made.sendto(PACKET.pack(number, time.monotonic()), (ECHO, ECHO_PORT))
        await asyncio.sleep(max(0.0, began + (number + 1) * EVERY - time.monotonic()))
    await asyncio.sleep(0.5)
    sent = int(seconds / EVERY)
    times = sorted([began, *heard.values()])
    gap, at = max(((b - a, a) for a, b in pairwise(times)), default=(seconds, began))
    return Missed(sent, sent - len(heard), gap, at)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(flow(float(sys.argv[1])))) + b"\n")
