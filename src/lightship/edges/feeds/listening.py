"""Ports that devices send to: datagrams, and streams of lines or counted frames (RFC 6587), from named networks."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address

from lightship.edges.web.senders import Network

LONGEST = 64 * 1024
"""Octets of a message."""
MOST_STREAMS = 64
WAITING = 500
"""Messages that may wait; what comes then is dropped, and counted."""

Took = Callable[[bytes, str], bool]
"""Takes a message and the address that it came from; False: too many wait."""


class Allowed:
    """Who may speak."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self._networks = networks

    def __call__(self, address: str) -> bool:
        """Whether this address is in one of them; none named: loopback alone."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None) or found
        return any(mapped in each for each in self._networks) if self._networks else mapped.is_loopback


class Datagrams(asyncio.DatagramProtocol):
    """A UDP port."""

    def __init__(self, took: Took, allowed: Allowed) -> None:
        self._took, self._allowed = took, allowed

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One message."""
        if self._allowed(addr[0]):
            self._took(data[:LONGEST], addr[0])

    def error_received(self, exc: Exception) -> None:
        """An ICMP error about something sent; nothing is."""


class Streams:
    """A TCP port."""

    def __init__(self, took: Took, allowed: Allowed) -> None:
        self._took, self._allowed, self._open = took, allowed, 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends or sends something that is no message."""
        peer = writer.get_extra_info("peername")
        try:
            if peer and self._allowed(peer[0]) and self._open < MOST_STREAMS:
                self._open += 1
                try:
                    await self._read(reader, peer[0])
                finally:
                    self._open -= 1
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the sender's trouble: it connects again
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, sender: str) -> None:
        while first := await reader.read(1):
            if first.isdigit():  # octet counting: "83 <34>1 ..."
                length = int(first + await reader.readuntil(b" "))
                if length > LONGEST:
                    raise ValueError("a longer message than is taken")
                message = await reader.readexactly(length)
            else:
                message = first + await reader.readline()
            if message.strip():
                self._took(message.rstrip(b"\r\n"), sender)
