"""One question, one answer over UDP, asked again where nothing comes: a lost packet is not a dead server.

On the packet engine's thread: the kernel says when the answer came, whatever else this program is doing.
"""

import asyncio
import socket
import time
from collections.abc import Callable

from lightship.edges.probes.echo import SO_TIMESTAMPNS
from lightship.edges.probes.packets import Packets, between, packets
from lightship.edges.probes.stages import Course, Failed, bind_to

TRIES = 3
LARGEST = 65_535


async def exchange(
    course: Course, address: tuple[int, tuple[object, ...]], question: bytes, fits: Callable[[bytes], bool]
) -> tuple[bytes, int]:
    """The first answer that fits, and how often it was asked. The stage `answer` takes what the last asking took.

    Args:
        fits: whether bytes that came are the answer to the question; others are ignored (RFC 5452, 9.1). Runs on
            another thread.

    Raises:
        Failed: nothing that fits came in time, or the port is closed.
    """
    with course.at("request"):
        sock = _connected(course, address)
    with course.at("answer"):
        asked = Question(sock, question, fits, course.left())
        packets().submit([asked])
        try:
            await asked.ended
        finally:
            asked.given_up = True
        if asked.error is not None:
            raise asked.error
    if asked.answer is None:
        raise Failed("answer", "timeout", f"no answer to {TRIES} packets within {course.check.timeout:g} s")
    course.took("answer", asked.seconds)
    return asked.answer, asked.tried


def _connected(course: Course, address: tuple[int, tuple[object, ...]]) -> socket.socket:
    """Connected, so that a closed port is heard of, and nobody but the server."""
    family, target = address
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        bind_to(sock, course.check.device)
        sock.connect(target)
    except BaseException:
        sock.close()
        raise
    return sock


class Question:
    """One question on its way. Times are of the engine's thread."""

    def __init__(
        self, sock: socket.socket, said: bytes, fits: Callable[[bytes], bool], patience: float
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self.loop.create_future()
        self._sock, self._said, self._fits, self._gap = sock, said, fits, patience / TRIES
        self.answer: bytes | None = None
        self.error: OSError | None = None
        self.tried, self.seconds, self.given_up, self._over = 0, 0.0, False, False
        self._sent = (0, 0.0)

    def begin(self, engine: Packets) -> None:
        """Ask, and again after each third of the patience."""
        engine.listen(self._sock, lambda: self._hear(engine))
        self._ask(engine)

    def _ask(self, engine: Packets) -> None:
        if self._over:
            return
        if self.tried == TRIES or self.given_up:
            self._end(engine)
            return
        self.tried += 1
        engine.at(time.monotonic() + self._gap, lambda: self._ask(engine))
        self._sent = time.time_ns(), time.monotonic()
        try:
            self._sock.send(self._said)
        except OSError as error:
            self.error = error
            self._end(engine)

    def _hear(self, engine: Packets) -> None:
        try:
            data, told, _, _ = self._sock.recvmsg(LARGEST, 64)
        except BlockingIOError:
            return
        except OSError as error:
            self.error = error
            self._end(engine)
            return
        if self._fits(data):
            self.answer, self.seconds = data, between(*self._sent, told)
            self._end(engine)

    def _end(self, engine: Packets) -> None:
        if not self._over:
            self._over = True
            engine.leave(self._sock)
            engine.over(self)

    def take_over(self) -> Callable[[], None]:
        """Whoever waits is told."""
        return self._tell

    def _tell(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
