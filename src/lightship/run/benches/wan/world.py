"""The internet of the laboratory: two resolvers, a page with status 204, and an echo of UDP packets."""

import asyncio
import contextlib
from typing import cast

from lightship.edges.links.names import HEADER, RESPONSE
from lightship.run.benches.wan.lab import ECHO, PORTAL, RESOLVERS

ECHO_PORT = 7007


class Resolver(asyncio.DatagramProtocol):
    """Knows that there is no such name, which is an answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer."""
        number = HEADER.unpack_from(data)[0]
        self.transport.sendto(HEADER.pack(number, RESPONSE | 0x0083, 1, 0, 0, 0) + data[HEADER.size :], addr)


class Echo(Resolver):
    """Sends back what comes."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Unchanged."""
        self.transport.sendto(data, addr)


async def _page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):  # whoever asked was cut off
        await reader.readline()
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
    writer.close()


async def main() -> None:
    """Until killed."""
    loop = asyncio.get_running_loop()
    for each in RESOLVERS:
        await loop.create_datagram_endpoint(Resolver, (each, 53))
    await loop.create_datagram_endpoint(Echo, (ECHO, ECHO_PORT))
    async with await asyncio.start_server(_page, PORTAL, 80) as server:
        print("up", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
