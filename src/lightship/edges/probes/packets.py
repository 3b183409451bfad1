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
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from lightship.edges.probes.echo import KINDS, SO_TIMESTAMPNS, TOKENS, open_socket, reply_token, request

_STAMP = struct.Struct("@qq")
_ROOM = 65_535
_TURN = 64
"""Packets sent before it is looked for replies again: the kernel's queues are short."""

_CLOCK_SET = 1_000_000
"""Nanoseconds by which the wall clock may go off the monotonic one before it counts as set."""


class NoSocket(Exception):
    """This user may open neither a raw nor a ping socket: the text says what would do."""


class Work(Protocol):
    """Something for the engine to do; its methods run on the engine's thread."""

    loop: asyncio.AbstractEventLoop

    def begin(self, engine: "Packets") -> None:
        """Send the first packet, and ask for what comes later by `engine.at`."""

    def take_over(self) -> Callable[[], None]:
        """It is over, wholly or in part: what is to be done about it on `loop`'s thread."""


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
        self._sending: deque[Burst] = deque()
        self._last, self._bursts = time.time_ns() % (TOKENS >> BITS), dict[int, Burst]()
        self._room = bytearray(_ROOM)
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

    def may_echo(self, family: int) -> bool:
        """Whether this user may, over this family."""
        return self._echo[socket.AddressFamily(family)] is not None

    def can_echo(self, family: int) -> None:
        """Raises NoSocket."""
        if not self.may_echo(family):
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

    def enter(self, burst: "Burst") -> tuple[int, socket.socket]:
        """The number of a burst, by which its replies are known, and the socket that it goes out by."""
        sock = self._echo[burst.family]
        assert sock is not None, "asked before"
        self._last = (self._last + 1) % (TOKENS >> BITS)
        self._bursts[self._last] = burst
        return self._last, sock

    def forget(self, number: int) -> None:
        """Replies to this burst are nobody's from here on."""
        self._bursts.pop(number, None)

    def send(self, burst: "Burst") -> None:
        """Send a round of it, in turns with everything else."""
        self._sending.append(burst)

    def _work(self) -> None:
        while True:
            wait = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else -1.0
            for number, _ in self._poll.poll(0 if self._coming or self._sending else wait):
                reader = self._readers.get(number)
                if reader is not None:
                    reader()
            for _ in range(min(_TURN, len(self._coming))):
                self._coming.popleft().begin(self)
            if self._sending and self._sending[0].round_is_sent(_TURN):
                self._sending.popleft()
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
        by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
        for each in over:
            by_loop.setdefault(each.loop, []).append(each.take_over())
        for loop, tells in by_loop.items():
            with suppress(RuntimeError):  # its loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_told, tells)

    def _read_echoes(self, sock: socket.socket) -> None:
        """Everything that has come."""
        family, room, bursts, read = sock.family, self._room, self._bursts, sock.recvmsg_into
        rooms, mask = [room], (1 << BITS) - 1
        offset = time.time_ns() - time.monotonic_ns()
        while True:
            try:
                length, told, _, _ = read(rooms, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an error of another packet: whoever waits for it will time out
            token = reply_token(family, room, length)
            burst = bursts.get(token >> BITS)
            if burst is not None:
                burst.came(token & mask, told, offset)


BITS = 20
"""Of a token: which request of its burst it belongs to. The others: which burst."""


class Burst:
    """Some echo requests to each of some addresses: one round to all of them, then the next.

    Args:
        gap: seconds between two rounds. patience: seconds from the beginning to the end.
        told: gets the place of an address, the seconds of its replies and the system's last error, on the loop's
            thread, when all of its requests were answered or the patience is over.
    """

    def __init__(
        self, family: int, addresses: Sequence[str], count: int, gap: float, patience: float,
        loop: asyncio.AbstractEventLoop, told: Callable[[int, list[float], OSError | None], None],
    ) -> None:  # fmt: skip
        assert len(addresses) * count < 1 << BITS, "a token has no more room"
        self.family, self.loop, self.told = socket.AddressFamily(family), loop, told
        self._to = [(each, 0) for each in addresses]
        self._count, self._gap, self._patience = count, gap, patience
        self._sent = array("q", bytes(8 * len(addresses) * count))
        self._took = array("d", [-1.0]) * (len(addresses) * count)
        self._left = bytearray([count]) * len(addresses)
        self._errors: dict[int, OSError] = {}
        self._round, self._next, self._offset = 0, 0, 0
        self._over: list[int] = []

    def begin(self, engine: Packets) -> None:
        """The first round."""
        self._engine = engine
        self._number, self._socket = engine.enter(self)
        self._offset = time.time_ns() - time.monotonic_ns()
        engine.at(time.monotonic() + self._patience, self._end)
        engine.send(self)

    def round_is_sent(self, most: int) -> bool:
        """Send some more of the present round; true when that was the last."""
        many, family, send = len(self._to), self.family, self._socket.sendto
        base, now, sent = self._number << BITS, time.time_ns, self._sent
        start = self._round * many
        for place in range(self._next, min(many, self._next + most)):
            packet = request(family, base | start + place)
            sent[start + place] = now()
            try:
                send(packet, self._to[place])
            except OSError as error:
                self._failed(place, error)
        self._next += most
        if self._next < many:
            return False
        self._round, self._next = self._round + 1, 0
        if self._round < self._count:
            self._engine.at(time.monotonic() + self._gap, lambda: self._engine.send(self))
        return True

    def _failed(self, place: int, error: OSError) -> None:
        """Not sent: where that is so for all requests to an address, nothing is left to wait for."""
        self._errors[place] = error
        if self._round == self._count - 1 and self._left[place] == self._count:
            self._finish(place)

    def came(self, number: int, told: list[tuple[int, int, bytes]], offset: int) -> None:
        """A reply. `offset`: of the wall clock from the monotonic one, now."""
        if number >= len(self._took) or self._took[number] >= 0.0:
            return  # forged, or come twice
        at = stamp(told)
        taken = (at - self._sent[number]) / 1e9
        if not at or taken < 0.0 or abs(offset - self._offset) > _CLOCK_SET:
            # Where the clock was set in between, the kernel's stamp is of another clock than ours.
            taken = max(0.0, (time.monotonic_ns() + self._offset - self._sent[number]) / 1e9)
        self._took[number] = taken
        place = number % len(self._to)
        self._left[place] -= 1
        if not self._left[place]:
            self._finish(place)

    def _finish(self, place: int) -> None:
        if not self._over:
            self._engine.over(self)
        self._over.append(place)
        self._left[place] = 255

    def _end(self) -> None:
        self._engine.forget(self._number)
        self._round = self._count
        for place, left in enumerate(self._left):
            if left != 255:
                self._finish(place)

    def take_over(self) -> Callable[[], None]:
        """What is over since the last call, as something to be told on the loop's thread."""
        over, self._over = self._over, []
        return lambda: self._tell(over)

    def _tell(self, over: list[int]) -> None:
        many = len(self._to)
        for place in over:
            took = self._took[place::many] if self._count > 1 else (self._took[place],)
            times = [each for each in took if each >= 0.0]
            self.told(place, times, self._errors.get(place))


async def volley(
    family: int, address: str, count: int, gap: float, patience: float
) -> tuple[list[float], OSError | None]:
    """The round trips that were answered, in seconds; and what the system said where it would not send.

    Raises:
        NoSocket: this user may not, over this family.
    """
    engine, loop = packets(), asyncio.get_running_loop()
    engine.can_echo(family)
    ended: asyncio.Future[tuple[list[float], OSError | None]] = loop.create_future()

    def told(_: int, times: list[float], error: OSError | None) -> None:
        if not ended.done():
            ended.set_result((times, error))

    engine.submit([Burst(family, [address], count, gap, patience, loop, told)])
    return await ended


def stamp(told: list[tuple[int, int, bytes]]) -> int:
    """When a packet came, by the kernel, in nanoseconds of Unix time; 0 where it does not say."""
    if len(told) == 1 and told[0][1] == SO_TIMESTAMPNS:  # as it is nearly always
        seconds, nanoseconds = _STAMP.unpack(told[0][2])
        return int(seconds * 1_000_000_000 + nanoseconds)
    for level, kind, data in told:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return 0


def between(stamped: int, sent: float, told: list[tuple[int, int, bytes]]) -> float:
    """Seconds since a packet was sent, by the kernel's stamp on the answer.

    Args:
        stamped, sent: when it was sent, by the wall clock in nanoseconds and by the monotonic one in seconds.
    """
    elapsed = time.monotonic() - sent
    taken = (stamp(told) - stamped) / 1e9
    # Where the clock was set in between, the kernel's stamp is of another clock than ours.
    return taken if 0.0 < taken <= elapsed else elapsed


def _told(tells: list[Callable[[], None]]) -> None:
    for tell in tells:
        tell()


_only: Packets | None = None
_turn = threading.Lock()


def packets() -> Packets:
    """The engine of this process, started on first use."""
    global _only
    with _turn:
        if _only is None:
            _only = Packets()
        return _only
