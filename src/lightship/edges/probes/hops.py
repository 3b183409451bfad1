"""Which routers packets pass: echo requests that live for 1, 2, 3 ... hops, and who says that they died.

RFC 792, 4443. The flow stays the same for all of them (same addresses, same checksum: "Paris traceroute", Augustin and
others, 2006), so that routers that spread load send all the same way. Errors come by the socket's error queue, stamped
by the kernel; a ping socket is enough, no rights are wanted.
"""

import secrets
import select
import socket
import struct
import time

import msgspec

_REQUEST = struct.Struct("!BBHHHH")
"""Type, code, checksum, identifier, sequence; then what keeps the checksum the same."""

_ERROR = struct.Struct("@IBBBBII")
_STAMP = struct.Struct("@qq")
_KINDS = {socket.AF_INET: (8, 0, 11), socket.AF_INET6: (128, 129, 3)}
"""Request, reply, time exceeded."""

_RECVERR = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
_TTL = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS),
}
_SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)
_FROM_ICMP = (2, 3)
_MSG_ERRQUEUE = 0x2000
BATCH, TRIES, MOST_HOPS = 6, 3, 30
"""How many hops are asked at once, how often one that is silent is asked again, and how far."""

LONGEST_WAIT = 1.0
_FILLING = b"lightship path probe".ljust(30, b".")


class NoRight(Exception):
    """This user may not open such a socket: the text says what would do."""


class Hop(msgspec.Struct, frozen=True):
    """One router; the last one may be the target. `address` None: it kept silent. `rtt` in seconds."""

    address: str | None
    rtt: float | None = None


class Trace(msgspec.Struct, frozen=True):
    """A path. `reached`: the target answered. `refused_by`: who said that it cannot be reached, at which hop."""

    hops: tuple[Hop, ...]
    reached: bool
    refused_by: tuple[str, int] | None = None

    @property
    def addresses(self) -> tuple[str | None, ...]:
        """Of the routers, in order."""
        return tuple(each.address for each in self.hops)


def trace(family: int, target: str, patience: float, most: int = MOST_HOPS, device: str = "") -> Trace:
    """Ask hop after hop; blocks for `patience` seconds at most. Raises NoRight, OSError."""
    sock = _open(family)
    try:
        if device:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
        sock.connect((target, 0))
        return _Tracer(sock, time.monotonic() + patience, most).run()
    finally:
        sock.close()


class _Tracer:
    def __init__(self, sock: socket.socket, ends: float, most: int) -> None:
        self._sock, self._ends, self._most = sock, ends, most
        self._family = socket.AddressFamily(sock.family)
        self._ident = secrets.randbits(16)  # a ping socket has one of its own
        self._sent: dict[int, int] = {}
        self._found: dict[int, Hop] = {}
        self._last: int | None = None
        self._refused: tuple[str, int] | None = None
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def run(self) -> Trace:
        silent = 0
        for first in range(1, self._most + 1, BATCH):
            wanted = range(first, min(first + BATCH, self._most + 1))
            for number in range(TRIES):
                missing = [ttl for ttl in wanted if ttl not in self._found and ttl < (self._last or 999)]
                if not missing or (number and time.monotonic() > self._ends):
                    break
                self._ask(missing, number)
            silent = 0 if any(ttl in self._found for ttl in wanted) else silent + 1
            if self._last is not None or silent == 2 or time.monotonic() > self._ends:
                break
        return self._told()

    def _told(self) -> Trace:
        end = self._last or max(self._found, default=0)
        hops = tuple(self._found.get(ttl, Hop(None)) for ttl in range(1, end + 1))
        return Trace(hops, self._last is not None and self._refused is None, self._refused)

    def _ask(self, ttls: list[int], number: int) -> None:
        for ttl in ttls:
            self._send(ttl, ttl + 64 * number)
        until = min(self._ends, time.monotonic() + LONGEST_WAIT / (TRIES - number))
        while any(ttl not in self._found for ttl in ttls if ttl <= (self._last or 999)):
            left = until - time.monotonic()
            if left <= 0:
                return
            if self._poll.poll(left * 1000):
                self._read()

    def _send(self, ttl: int, sequence: int) -> None:
        self._sock.setsockopt(*_TTL[self._family], ttl)
        kind = _KINDS[self._family][0]
        bare = _REQUEST.pack(kind, 0, 0, self._ident, sequence, 0xFFFF - sequence) + _FILLING
        packet = _REQUEST.pack(kind, 0, _checksum(bare), self._ident, sequence, 0xFFFF - sequence) + _FILLING
        self._sent[sequence] = time.time_ns()
        for last in (False, True):
            try:
                self._sock.send(packet)
            except OSError:  # the error of an earlier packet, told once, or none of these can be sent
                if last:
                    raise
            else:
                return

    def _read(self) -> None:
        """Everything that has come, errors first."""
        for flags in (_MSG_ERRQUEUE, 0):
            while True:
                try:
                    data, told, _, source = self._sock.recvmsg(512, 512, flags | socket.MSG_DONTWAIT)
                except BlockingIOError:
                    break
                except OSError:
                    continue  # what the error queue tells more of
                if flags:
                    self._error(data, told)
                else:
                    self._reply(data, told, str(source[0]))

    def _reply(self, data: bytes, told: list[tuple[int, int, bytes]], source: str) -> None:
        start = (data[0] & 0x0F) * 4 if self._raw_v4() and data else 0
        sequence = self._ours(data[start:], _KINDS[self._family][1])
        if sequence is not None:
            self._is_last(sequence, source, told)

    def _error(self, data: bytes, told: list[tuple[int, int, bytes]]) -> None:
        for level, kind, said in told:
            if (level, kind) != _RECVERR[self._family] or len(said) < _ERROR.size:
                continue
            _, origin, icmp, _, _, _, _ = _ERROR.unpack_from(said)
            sequence, offender = self._ours(data, _KINDS[self._family][0]), _offender(said[_ERROR.size :])
            if origin not in _FROM_ICMP or sequence is None or offender is None:
                continue
            if icmp == _KINDS[self._family][2]:
                self._found.setdefault(sequence % 64, Hop(offender, self._seconds(sequence, told)))
            else:
                self._refused = self._refused or (offender, sequence % 64)
                self._is_last(sequence, offender, told)

    def _is_last(self, sequence: int, source: str, told: list[tuple[int, int, bytes]]) -> None:
        ttl = sequence % 64
        self._last = min(ttl, self._last or ttl)
        self._found.setdefault(ttl, Hop(source, self._seconds(sequence, told)))

    def _ours(self, data: bytes, kind: int) -> int | None:
        """Our sequence number, where this is a packet of ours or an answer to one."""
        if len(data) < 8:
            return None
        said, _, _, ident, sequence = struct.unpack_from("!BBHHH", data)
        mine = self._sock.type == socket.SOCK_DGRAM or ident == self._ident
        return sequence if said == kind and mine and sequence in self._sent else None

    def _raw_v4(self) -> bool:
        return self._family == socket.AF_INET and self._sock.type == socket.SOCK_RAW

    def _seconds(self, sequence: int, told: list[tuple[int, int, bytes]]) -> float:
        now = time.time_ns()
        for level, kind, data in told:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _STAMP.size:
                seconds, nanoseconds = _STAMP.unpack_from(data)
                now = int(seconds) * 1_000_000_000 + int(nanoseconds)
        return max(0.0, (now - self._sent[sequence]) / 1e9)


def _offender(said: bytes) -> str | None:
    """Who sent the error: a socket address behind the kernel's struct."""
    if len(said) < 8:
        return None
    family = int.from_bytes(said[:2], "little" if struct.pack("@H", 1)[0] else "big")
    if family == socket.AF_INET:
        return socket.inet_ntop(family, said[4:8])
    return socket.inet_ntop(family, said[8:24]) if family == socket.AF_INET6 and len(said) >= 24 else None


def _checksum(data: bytes) -> int:
    """The one's complement sum of 16-bit words (RFC 1071)."""
    total = int(sum(struct.unpack(f"!{len(data) // 2}H", data)))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def _open(family: int) -> socket.socket:
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            made = socket.socket(family, kind, protocol)
        except OSError:
            continue
        made.setsockopt(*_RECVERR[socket.AddressFamily(family)], 1)
        made.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        return made
    raise NoRight("allow ping to this user: sysctl net.ipv4.ping_group_range, or CAP_NET_RAW")
