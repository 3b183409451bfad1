"""One question, one answer over UDP, asked again where nothing comes: a lost packet is not a dead server."""

import asyncio
import socket
from collections.abc import Callable

from lightship.edges.probes.probe import Stage
from lightship.edges.probes.stages import Course, Failed

TRIES = 3
LARGEST = 65_535


async def exchange(
    course: Course, address: tuple[int, tuple[object, ...]], question: bytes, fits: Callable[[bytes], bool]
) -> tuple[bytes, int]:
    """The first answer that fits, and how often it was asked.

    Args:
        fits: whether bytes that came are the answer to the question; others are ignored (RFC 5452, 9.1).

    Raises:
        Failed: nothing that fits came in time, or the port is closed.
    """
    family, target = address
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        with course.at("request"):
            sock.connect(target)
        return await _ask(course, sock, question, fits, "answer")
    finally:
        sock.close()


async def _ask(
    course: Course, sock: socket.socket, question: bytes, fits: Callable[[bytes], bool], stage: Stage
) -> tuple[bytes, int]:
    loop = asyncio.get_running_loop()
    with course.at(stage):
        for number in range(1, TRIES + 1):
            await loop.sock_sendall(sock, question)
            try:
                async with asyncio.timeout(course.left() / (TRIES + 1 - number)):
                    while not fits(said := await loop.sock_recv(sock, LARGEST)):
                        pass
            except TimeoutError:
                continue
            return said, number
    raise Failed(stage, "timeout", f"no answer to {TRIES} packets within {course.check.timeout:g} s")
