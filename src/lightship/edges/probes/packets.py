"""The packet engine: echo requests and UDP questions on a thread of its own, timed by the kernel.

A reply is stamped when it arrives (SO_TIMESTAMPNS), so the time is right however busy this program is. The thread has
its own poll: uvloop stops watching a socket once its error queue has data (libuv: POLLERR means UV_EBADF).
Work comes in batches and is answered in batches: what many checks share is one wake-up, not one each.
"""

import asyncio
import heapq
import os
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from lightship.edges.probes.echo import KINDS, SO_TIMESTAMPNS, TOKENS, open_socket, reply_token, request

_STAMP = struct.Struct("@qq")
_ROOM = 65_535
_TURN = 64
"""Packets sent before it is looked for replies again: the kernel's queues are short."""


class NoSocket(Exception):
    """This user may open neither a raw nor a ping socket: the text says what would do."""


class Work(Protocol):
    """Something for the engine to do; its methods run on the engine's thread."""

    loop: asyncio.AbstractEventLoop

    def begin(self, engine: "Packets") -> None:
        """Send the first packet, and ask for what comes later by `engine.at`."""

    def tell(self) -> None:
        """It is over: runs on `loop`'s thread."""


class Packets:
    """Sends and hears for any number of probes. One is enough for a process; see `packets()`."""

    def __init__(self) -> None:
        self._echo = {family: open_socket(family) for family in KINDS}
        self._coming: deque[Work] = deque()
        self._poked, self._bell = False, os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._readers: dict[int, Callable[[], None]] = {self._bell: self._hear_bell}
        self._poll, self._number = select.epoll(), 0
        self._over: list[Work] = []
        self._token = time.time_ns() % TOKENS
        self._waiting: dict[int, tuple[Volley, int, float]] = {}
        self._room = memoryview(bytearray(_ROOM))
        self._poll.register(self._bell, select.EPOLLIN)
        for sock in self._echo.values():
            if sock is not None:
                self.listen(sock, lambda sock=sock: self._read_echoes(sock))  # type: ignore[misc]
        self.thread = threading.Thread(target=self._work, name="packets", daemon=True)
        self.thread.start()

    def submit(self, works: Iterable[Work]) -> None:
        """Begin them soon. From any thread."""
        self._coming.extend(works)
        if not self._poked:
            self._poked = True
            os.eventfd_write(self._bell, 1)

    def can_echo(self, family: int) -> None:
        """Raises NoSocket."""
        if self._echo[socket.AddressFamily(family)] is None:
            many = all(each is None for each in self._echo.values())
            raise NoSocket(
                "allow ping to this user: sysctl net.ipv4.ping_group_range, or CAP_NET_RAW"
                if many
                else f"no echo over {'IPv6' if family == socket.AF_INET6 else 'IPv4'} for this user"
            )

    async def echo(self, family: int, address: str, patience: float) -> float:
        """Seconds there and back of one request.

        Raises:
            TimeoutError: no reply in time. OSError: the system would not send it. NoSocket: not over this family.
        """
        times, error = await volley(family, address, 1, 0.0, patience)
        if times:
            return times[0]
        raise error or TimeoutError

    # What follows runs on the engine's thread.

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Do something at an instant of the monotonic clock."""
        self._number += 1
        heapq.heappush(self._timers, (when, self._number, act))

    def listen(self, sock: socket.socket, heard: Callable[[], None]) -> None:
        """Call `heard` whenever something came to the socket."""
        self._readers[sock.fileno()] = heard
        self._poll.register(sock.fileno(), select.EPOLLIN)

    def leave(self, sock: socket.socket) -> None:
        """Close a socket that was listened to."""
        if self._readers.pop(sock.fileno(), None) is not None:
            self._poll.unregister(sock.fileno())
        sock.close()

    def over(self, work: Work) -> None:
        """Tell whoever waits, together with all others that are over in this turn."""
        self._over.append(work)

    def send_echo(self, who: "Volley") -> None:
        """One request. Raises OSError."""
        sock = self._echo[who.family]
        assert sock is not None, "asked before"
        self._token = token = (self._token + 1) % TOKENS
        packet = request(who.family, token)
        self._waiting[token] = who, time.time_ns(), time.monotonic()
        who.tokens.append(token)
        sock.sendto(packet, who.address)

    def forget(self, tokens: Iterable[int]) -> None:
        """Replies that come from here on are nobody's."""
        for token in tokens:
            self._waiting.pop(token, None)

    def _work(self) -> None:
        while True:
            wait = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else -1.0
            for number, _ in self._poll.poll(0 if self._coming else wait):
                reader = self._readers.get(number)
                if reader is not None:
                    reader()
            for _ in range(min(_TURN, len(self._coming))):
                self._coming.popleft().begin(self)
            present = time.monotonic()
            while self._timers and self._timers[0][0] <= present:
                heapq.heappop(self._timers)[2]()
            if self._over:
                self._tell()

    def _hear_bell(self) -> None:
        self._poked = False
        with suppress(BlockingIOError):
            os.eventfd_read(self._bell)

    def _tell(self) -> None:
        over, self._over = self._over, []
        by_loop: dict[asyncio.AbstractEventLoop, list[Work]] = {}
        for each in over:
            by_loop.setdefault(each.loop, []).append(each)
        for loop, works in by_loop.items():
            with suppress(RuntimeError):  # its loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_told, works)

    def _read_echoes(self, sock: socket.socket) -> None:
        """Everything that has come."""
        family, room = sock.family, self._room
        while True:
            try:
                length, told, _, _ = sock.recvmsg_into([room], 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an error of another packet: whoever waits for it will time out
            token = reply_token(family, room[:length])
            found = self._waiting.pop(token, None) if token is not None else None
            if found is not None:
                who, stamped, sent = found
                who.came(self, between(stamped, sent, told))


class Volley:
    """Some echo requests to one address, a gap apart.

    Args:
        told: runs on the loop's thread when all are answered or the patience is over.
    """

    __slots__ = (
        "address",
        "count",
        "error",
        "family",
        "gap",
        "left",
        "loop",
        "patience",
        "times",
        "tokens",
        "told",
    )

    def __init__(
        self, family: int, address: str, count: int, gap: float, patience: float,
        loop: asyncio.AbstractEventLoop, told: Callable[["Volley"], None],
    ) -> None:  # fmt: skip
        self.family, self.address = socket.AddressFamily(family), (address, 0)
        self.count, self.gap, self.patience, self.left = count, gap, patience, count
        self.loop, self.told = loop, told
        self.times, self.tokens = list[float](), list[int]()
        self.error: OSError | None = None

    def begin(self, engine: Packets) -> None:
        """The first request; the others a gap apart each."""
        engine.at(time.monotonic() + self.patience, lambda: self._end(engine))
        self._send(engine)

    def _send(self, engine: Packets) -> None:
        if self.left == 0:
            return
        self.left -= 1
        try:
            engine.send_echo(self)
        except OSError as error:
            self.error = error
        if self.left:
            engine.at(time.monotonic() + self.gap, lambda: self._send(engine))
        elif self.error is not None and not self.times:
            self._end(engine)

    def came(self, engine: Packets, seconds: float) -> None:
        """One was answered."""
        self.times.append(seconds)
        if len(self.times) == self.count:
            self._end(engine)

    def _end(self, engine: Packets) -> None:
        if self.patience >= 0.0:
            self.patience, self.left = -1.0, 0
            engine.forget(self.tokens)
            engine.over(self)

    def tell(self) -> None:
        """Whoever waits."""
        self.told(self)


async def volley(
    family: int, address: str, count: int, gap: float, patience: float
) -> tuple[list[float], OSError | None]:
    """The round trips that were answered, in seconds; and what the system said where it would not send.

    Raises:
        NoSocket: this user may not, over this family.
    """
    engine, loop = packets(), asyncio.get_running_loop()
    engine.can_echo(family)
    ended: asyncio.Future[None] = loop.create_future()

    def told(_: Volley) -> None:
        if not ended.done():
            ended.set_result(None)

    made = Volley(family, address, count, gap, patience, loop, told)
    engine.submit([made])
    await ended
    return made.times, made.error


def between(stamped: int, sent: float, told: list[tuple[int, int, bytes]]) -> float:
    """Seconds since a packet was sent, by the kernel's stamp on the answer.

    Args:
        stamped, sent: when it was sent, by the wall clock in nanoseconds and by the monotonic one in seconds.
    """
    elapsed = time.monotonic() - sent
    for level, kind, data in told:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            taken = float(seconds * 1_000_000_000 + nanoseconds - stamped) / 1e9
            # Where the clock was set in between, the kernel's stamp is of another clock than ours.
            return taken if 0.0 < taken <= elapsed else elapsed
    return elapsed


def _told(works: list[Work]) -> None:
    for each in works:
        each.tell()


_only: Packets | None = None
_turn = threading.Lock()


def packets() -> Packets:
    """The engine of this process, started on first use."""
    global _only
    with _turn:
        if _only is None:
            _only = Packets()
        return _only
