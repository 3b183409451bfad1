"""The packet engine: echo requests from one socket a family, on a thread of its own, timed by the kernel.

A reply is stamped when it arrives (SO_TIMESTAMPNS), so the time is right however busy this program is. The thread has
its own poll: uvloop stops watching a socket once its error queue has data (libuv: POLLERR means UV_EBADF).
"""

import asyncio
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

_HEADER = struct.Struct("!BBHHHQ")
"""Type, code, checksum, identifier, sequence; then our token."""

_KINDS = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}
"""Request and reply, by family (RFC 792, RFC 4443)."""

_SOL_RAW, _ICMP_FILTER, _ICMPV6_FILTER = 255, 1, 1
_SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)
_STAMP = struct.Struct("@qq")
_ROOM = 512
_TOKENS = 1 << 48


class NoSocket(Exception):
    """This user may open neither a raw nor a ping socket: the text says what would do."""


@dataclass
class _Waiting:
    loop: asyncio.AbstractEventLoop
    answered: "asyncio.Future[float]"
    sent_at: int
    sent: float


class Packets:
    """Sends echo requests for any number of probes. One is enough for a process; see `packets()`."""

    def __init__(self) -> None:
        self._sockets = {family: _open(family) for family in _KINDS}
        if not any(self._sockets.values()):
            raise NoSocket("allow ping to this user: sysctl net.ipv4.ping_group_range, or CAP_NET_RAW")
        self._waiting: dict[int, _Waiting] = {}
        self._token = time.time_ns() % _TOKENS
        self._poll = select.epoll()
        self._by_number = {each.fileno(): each for each in self._sockets.values() if each is not None}
        for number in self._by_number:
            self._poll.register(number, select.EPOLLIN)
        threading.Thread(target=self._work, name="packets", daemon=True).start()

    async def echo(self, family: int, address: str, patience: float) -> float:
        """Seconds there and back.

        Raises:
            TimeoutError: no reply in time. OSError: the system would not send it. NoSocket: not over this family.
        """
        sock = self._sockets[socket.AddressFamily(family)]
        if sock is None:
            raise NoSocket(f"no echo over {'IPv6' if family == socket.AF_INET6 else 'IPv4'} for this user")
        loop = asyncio.get_running_loop()
        self._token = token = (self._token + 1) % _TOKENS
        waiting = self._waiting[token] = _Waiting(loop, loop.create_future(), 0, 0.0)
        try:
            waiting.sent_at, waiting.sent = time.time_ns(), time.monotonic()
            sock.sendto(request(family, token), (address, 0))
            async with asyncio.timeout(patience):
                return await waiting.answered
        finally:
            del self._waiting[token]

    def _work(self) -> None:
        while True:
            for number, _ in self._poll.poll():
                self._read(self._by_number[number])

    def _read(self, sock: socket.socket) -> None:
        """Everything that has come."""
        while True:
            try:
                data, told, _, _ = sock.recvmsg(_ROOM, 128)
            except BlockingIOError:
                return
            except OSError:
                continue  # an error of another packet: whoever waits for it will time out
            token = reply_token(sock.family, data)
            if token is not None and token in self._waiting:
                self._came(self._waiting[token], told)

    def _came(self, waiting: _Waiting, told: list[tuple[int, int, bytes]]) -> None:
        elapsed = time.monotonic() - waiting.sent
        stamped = (_stamp(told) - waiting.sent_at) / 1e9
        # Where the clock was set in between, the kernel's stamp is of another clock than ours.
        taken = stamped if 0.0 < stamped <= elapsed else elapsed
        waiting.loop.call_soon_threadsafe(_settle, waiting.answered, taken)


def _settle(answered: "asyncio.Future[float]", seconds: float) -> None:
    if not answered.done():
        answered.set_result(seconds)


def request(family: int, token: int) -> bytes:
    """An echo request that carries the token. On IPv6, and on a ping socket, the kernel sees to the checksum."""
    kind = _KINDS[socket.AddressFamily(family)][0]
    bare = _HEADER.pack(kind, 0, 0, token & 0xFFFF, (token >> 16) & 0xFFFF, token)
    return _HEADER.pack(kind, 0, _checksum(bare), token & 0xFFFF, (token >> 16) & 0xFFFF, token)


def reply_token(family: int, packet: bytes) -> int | None:
    """The token of an echo reply; None for anything else. A raw IPv4 socket shows the IP header first."""
    start = (packet[0] & 0x0F) * 4 if family == socket.AF_INET and packet and packet[0] >> 4 == 4 else 0
    if len(packet) < start + _HEADER.size:
        return None
    kind, _, _, _, _, token = _HEADER.unpack_from(packet, start)
    return int(token) if kind == _KINDS[socket.AddressFamily(family)][1] else None


def _checksum(data: bytes) -> int:
    """The one's complement sum of 16-bit words (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    total += total >> 16
    return int(~total & 0xFFFF)


def _stamp(told: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in told:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return 0


def _open(family: int) -> socket.socket | None:
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            made = socket.socket(family, kind, protocol)
        except OSError:
            continue
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        if kind == socket.SOCK_RAW:
            _replies_only(made)
        return made
    return None


def _replies_only(made: socket.socket) -> None:
    """Let the kernel throw away what is no echo reply."""
    if made.family == socket.AF_INET:
        made.setsockopt(_SOL_RAW, _ICMP_FILTER, (0xFFFFFFFE).to_bytes(4, "little"))
        return
    blocked = bytearray(b"\xff" * 32)  # struct icmp6_filter: eight words, a bit set means blocked
    word, bit = divmod(_KINDS[socket.AF_INET6][1], 32)
    blocked[word * 4 : word * 4 + 4] = (0xFFFFFFFF & ~(1 << bit)).to_bytes(4, "little")
    made.setsockopt(socket.IPPROTO_ICMPV6, _ICMPV6_FILTER, bytes(blocked))


_only: Packets | None = None
_turn = threading.Lock()


def packets() -> Packets:
    """The engine of this process, started on first use. Raises NoSocket."""
    global _only
    with _turn:
        if _only is None:
            _only = Packets()
        return _only
