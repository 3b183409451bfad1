"""Sound there and back: G.711 packets at their pace, and what came of them.  RFC 3550, 3551.

The sound is a noise that nobody else makes, packet by packet, so that what comes back from an echo is known again.
"""

import asyncio
import hashlib
import secrets
import socket
import struct
import time

import msgspec

PACKET_SECONDS, SAMPLES, RATE = 0.020, 160, 8000
PAYLOADS = {"pcmu": 0, "pcma": 8}
_HEADER = struct.Struct("!BBHII")
_STAMP = struct.Struct("@qq")
_SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)
_MOST = 20_000


class Heard(msgspec.Struct, frozen=True):
    """One packet that came.

    Args:
        at: nanoseconds on the wall clock, by the kernel. sequence, stamp: as it says itself.
        ours: which of our packets it is, come back; None: something else.
    """

    at: int
    sequence: int
    stamp: int
    ours: int | None


class Media:
    """One stream out, and one in."""

    def __init__(self, sock: socket.socket, payload: int) -> None:
        self._sock, self._payload = sock, payload
        self._mark, self._ssrc = secrets.token_bytes(8), secrets.randbits(32)
        self._first, self._begun = secrets.randbits(15), secrets.randbits(31)
        self._ours: dict[bytes, int] = {}
        self._source: tuple[str, int] | None = None
        self.sent: list[int] = []
        self.heard: list[Heard] = []
        self.refused = False

    async def exchange(self, target: tuple[str, int], seconds: float, tail: float) -> None:
        """Send for so long, and listen for `tail` seconds more: the last packets are still on their way."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._sock.fileno(), self._read)
        try:
            begun = time.monotonic()
            for number in range(round(seconds / PACKET_SECONDS)):
                await asyncio.sleep(max(0.0, begun + number * PACKET_SECONDS - time.monotonic()))
                self._send(target, number)
            await asyncio.sleep(tail)
        finally:
            loop.remove_reader(self._sock.fileno())

    def _send(self, target: tuple[str, int], number: int) -> None:
        sound = self._sound(number)
        self._ours[sound] = number
        marker = 0x80 if number == 0 else 0
        head = _HEADER.pack(
            0x80, self._payload | marker, (self._first + number) & 0xFFFF,
            (self._begun + number * SAMPLES) & 0xFFFFFFFF, self._ssrc,
        )  # fmt: skip
        self.sent.append(time.time_ns())
        try:
            self._sock.sendto(head + sound, target)
        except BlockingIOError:
            return  # our own queue is full: it is as lost as on the line
        except OSError:
            self.refused = True

    def _sound(self, number: int) -> bytes:
        """Noise at -25 dBFS at most: loud enough for no silence suppression, unlike that of any other packet."""
        noise = hashlib.shake_128(self._mark + number.to_bytes(4, "big")).digest(SAMPLES)
        loud = 0xBF if self._payload == PAYLOADS["pcma"] else 0xFF
        quiet = 0x40 if self._payload == PAYLOADS["pcmu"] else 0
        even = 0x55 if self._payload == PAYLOADS["pcma"] else 0  # A-law sends every second bit turned
        return bytes(((each & loud) | quiet) ^ even for each in noise)

    def _read(self) -> None:
        """Everything that has come."""
        while len(self.heard) < _MOST:
            try:
                data, told, _, source = self._sock.recvmsg(2048, 128)
            except BlockingIOError:
                return
            except OSError:
                self.refused = True
                return
            self._take(data, source[:2], _arrival(told))

    def _take(self, data: bytes, source: tuple[str, int], at: int) -> None:
        if len(data) < _HEADER.size or data[0] >> 6 != 2 or data[1] & 0x7F != self._payload:
            return
        self._source = self._source or source
        if source != self._source:
            return  # the first who speaks is who we talk to
        _, _, sequence, stamp, _ = _HEADER.unpack_from(data)
        start = _HEADER.size + 4 * (data[0] & 0x0F)
        self.heard.append(Heard(at, sequence, stamp, self._ours.get(bytes(data[start : start + SAMPLES]))))


def _arrival(told: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in told:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()


def open_media(family: int, local: str, device: bytes = b"") -> socket.socket:
    """A socket on an even port (RFC 3550, 11) that stamps what comes. Raises OSError."""
    for _ in range(50):
        made = socket.socket(family, socket.SOCK_DGRAM)
        try:
            if device:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device + b"\0")
            made.bind((local, 0))
            if made.getsockname()[1] % 2 == 0:
                made.setblocking(False)
                made.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
                return made
        except BaseException:
            made.close()
            raise
        made.close()
    raise OSError("no even port is free")
