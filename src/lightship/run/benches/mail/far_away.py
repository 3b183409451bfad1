"""A distance: a proxy on loopback that holds every byte back by half a round trip, each way."""

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

_CHUNK = 256 * 1024


class FarAway:
    """Use it as a context; `port` is where the distant server answers.

    Args:
        to: the port of the server on loopback; seconds: of a round trip.
    """

    def __init__(self, to: int, seconds: float) -> None:
        self._to, self._half = to, seconds / 2
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        """Listening."""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gone."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(_ended(asyncio.all_tasks(self._loop)))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        # Python 3.11 prints a traceback where a connection's task ends by being cancelled, as all do at the end.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bytes arrive after half a round trip; how many are on the way is not bounded."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(on_the_way, writer))
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                on_the_way.put_nowait((self._loop.time() + self._half, data))
        on_the_way.put_nowait((self._loop.time() + self._half, b""))
        await delivery

    async def _deliver(
        self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        writer.close()


async def _ended(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
