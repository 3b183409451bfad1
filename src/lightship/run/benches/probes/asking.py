"""Readers and reporters of a page, from one event loop: connections that are kept, each answer timed."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import cast

import httptools

Request = Callable[[], bytes]


class Client(asyncio.Protocol):
    """One connection; asks again when told to.

    Args:
        request: gives the octets of the next request.
    """

    def __init__(self, request: Request) -> None:
        self._request, self._began = request, 0.0
        self.times, self.statuses = list[float](), Counter[int]()
        self._answered: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Kept for the next request."""
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self) -> None:
        """One request, until its answer is complete. Raises ConnectionError."""
        self._parser = httptools.HttpResponseParser(self)
        self._answered = asyncio.get_running_loop().create_future()
        self._began = time.perf_counter()
        self._transport.write(self._request())
        await self._answered

    def data_received(self, data: bytes) -> None:
        """As it came."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """The parser has read an answer."""
        self.times.append(time.perf_counter() - self._began)
        self.statuses[self._parser.get_status_code()] += 1
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """The other end has gone."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error or ConnectionError("closed"))


async def clients(many: int, port: int, request: Request) -> list[Client]:
    """So many connections to loopback."""
    made = [Client(request) for _ in range(many)]
    for each in made:
        await asyncio.get_running_loop().create_connection(lambda each=each: each, "127.0.0.1", port)  # type: ignore[misc]
    return made


async def paced(client: Client, first: float, every: float, until: float) -> None:
    """Ask on a grid; who is answered late goes on at once, and catches up with nobody."""
    due = first
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await client.ask()
        due = max(due + every, time.perf_counter())


async def at_full_speed(client: Client, until: float) -> None:
    """Ask as soon as the last one was answered."""
    while time.perf_counter() < until:
        await client.ask()
