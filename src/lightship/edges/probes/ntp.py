"""ntp://host - does a time server answer, and with a time that it trusts itself?  RFC 5905."""

import secrets
import socket
import struct
import time
from collections.abc import Mapping

from lightship.edges.probes.agreeing import numbers
from lightship.edges.probes.datagram import exchange
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve

PACKET = struct.Struct("!BBbbII4s4Q")
"""Leap, version and mode; stratum; poll; precision; root delay; root dispersion; reference id; four stamps."""

EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP counts from, to 1970."""

ERA = 1 << 32
UNSYNCHRONISED = 16


class NtpProbe:
    """Up when a server answers that says it is synchronised.

    Our own clock may be wrong, so the offset is told and not judged. With `?offset=MILLISECONDS` a larger difference
    from our clock is down.
    """

    default_port = 123
    options: Mapping[str, frozenset[str]] | None = {"offset": frozenset()}
    takes_login = False

    def agree(self, check: Check) -> None:
        """A limit that is one."""
        numbers(check, {"offset": (0.0, 1e9)})

    async def measure(self, check: Check) -> Result:
        """One client packet."""
        course = Course(check)
        try:
            address = (await resolve(course, socket.SOCK_DGRAM))[0]
            token = secrets.randbits(
                64
            )  # our transmit stamp need not be a time: it only has to come back (RFC 8633)
            question = PACKET.pack(0x23, 0, 0, 0, 0, 0, b"", 0, 0, 0, token)
            sent = time.time()
            said, _ = await exchange(course, address, question, lambda data: _ours(data, token))
            detail = _judged(check, said, sent, time.time())
        except Failed as failed:
            return course.down(failed)
        return course.up(detail)


def _ours(data: bytes, token: int) -> bool:
    return len(data) >= PACKET.size and data[0] & 7 == 4 and PACKET.unpack_from(data)[8] == token


def _judged(check: Check, said: bytes, sent: float, came: float) -> str:
    flags, stratum, _, _, _, _, reference, _, _, received, transmitted = PACKET.unpack_from(said)
    if stratum == 0:
        raise Failed("answer", "busy", f"kiss of death: {reference.decode('ascii', 'replace')}")
    if stratum >= UNSYNCHRONISED or flags >> 6 == 3:
        raise Failed("answer", "wrong-answer", "the server says that its clock is not synchronised")
    offset = ((_seconds(received, sent) - sent) + (_seconds(transmitted, came) - came)) / 2
    told = f"stratum {stratum}, {offset * 1000:+.1f} ms from our clock"
    if (most := _most(check)) is not None and abs(offset) > most:
        raise Failed("answer", "wrong-answer", told)
    return told


def _seconds(stamp: int, near: float) -> float:
    """A stamp as seconds since 1970, in the era that lies nearest to our clock: 32 bits of seconds end in 2036."""
    seconds = stamp / ERA - EPOCH
    return seconds + ERA * round((near - seconds) / ERA)


def _most(check: Check) -> float | None:
    said = check.options.get("offset")
    return None if said is None else float(said) / 1000
