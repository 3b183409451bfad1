"""How SIP messages travel: over UDP, each said again until it is answered; over TCP or TLS, one after the other.

RFC 3261 (17, 18).
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol

from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.stages import (
    Course,
    Failed,
    bind_to,
    connect,
    resolve,
    seconds_left,
    secure,
    verified,
)
from lightship.edges.probes.voice.messages import LARGEST, Message, length, read

FIRST_WAIT, LONGEST_WAIT = 0.5, 4.0
"""T1 and T2 of RFC 3261, in seconds: until a request is said again, and how long that grows."""


class Transport(Protocol):
    """One way to a server.

    Args:
        name: as in Via. local: our own address and port, as in Contact.
        again: whether messages may be lost, and have to be said again.
        expires: seconds until the end of the server's certificate.
    """

    name: str
    local: tuple[str, int]
    family: int
    again: bool
    expires: float | None

    def send(self, data: bytes) -> None:
        """Send one message. Raises OSError."""

    async def hear(self) -> Message:
        """The next message. Raises OSError, EOFError; Failed where it is no SIP."""

    def close(self) -> None:
        """At once."""


async def open_transport(course: Course, over: str) -> Transport:
    """Resolve and, where there is a connection, make it. `over`: udp, tcp or tls."""
    if over == "udp":
        addresses = await resolve(course, socket.SOCK_DGRAM)
        family, target = addresses[0]
        with course.at("request"):
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            try:
                bind_to(sock, course.check.device)
                sock.connect(target)
            except BaseException:
                sock.close()
                raise
        return Datagrams(sock)
    sock = await connect(course, await resolve(course))
    if over == "tls":
        reader, writer = await secure(course, sock, verified())
    else:
        reader, writer = await asyncio.open_connection(sock=sock)
    return Stream(reader, writer, sock.family, over.upper())


class Datagrams:
    """Over UDP."""

    name, again = "UDP", True
    expires: float | None = None

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self.family = sock, int(sock.family)
        self.local: tuple[str, int] = sock.getsockname()[:2]

    def send(self, data: bytes) -> None:
        """One packet."""
        self._sock.send(data)

    async def hear(self) -> Message:
        """The next packet that is more than a sign of life."""
        loop = asyncio.get_running_loop()
        while True:
            data = await loop.sock_recv(self._sock, LARGEST)
            if data.strip(b"\r\n\0"):
                return _read(data)

    def close(self) -> None:
        """At once."""
        self._sock.close()


class Stream:
    """Over TCP or TLS."""

    again = False

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, family: int, name: str
    ) -> None:
        self._reader, self._writer, self.name, self.family = reader, writer, name, family
        self.local: tuple[str, int] = writer.get_extra_info("sockname")[:2]
        self.expires = seconds_left(writer)

    def send(self, data: bytes) -> None:
        """On its way; SIP messages are small."""
        self._writer.write(data)

    async def hear(self) -> Message:
        """The next message, cut out by its own length."""
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).lstrip(b"\r\n")
            return _read(head + await self._reader.readexactly(length(head)) if head else b"")
        except (asyncio.LimitOverrunError, ValueError) as error:
            raise Failed("answer", "malformed", f"this is no SIP: {error}") from error

    def close(self) -> None:
        """At once."""
        self._writer.transport.abort()


def _read(data: bytes) -> Message:
    try:
        return read(data)
    except ValueError as error:
        raise Failed("answer", "malformed", f"this is no SIP: {shown(str(error))}") from error


async def answered(
    transport: Transport, data: bytes, wanted: Callable[[Message], bool], other: Callable[[Message], bool]
) -> Message:
    """Say a request, again as long as nothing comes, and give the first message that is wanted.

    Args:
        other: gets everything else that comes meanwhile; true: the request has arrived and need not be said again.
    """
    wait, arrived = FIRST_WAIT, not transport.again
    transport.send(data)
    while True:
        try:
            async with asyncio.timeout(None if arrived else wait):
                message = await transport.hear()
        except TimeoutError:
            transport.send(data)
            wait = min(2 * wait, LONGEST_WAIT)
            continue
        if wanted(message):
            return message
        arrived = other(message) or arrived
