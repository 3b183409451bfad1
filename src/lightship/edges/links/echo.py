"""Echo requests and replies (RFC 792, RFC 4443), without payload: 28 bytes on IPv4, 48 on IPv6."""

import struct

HEADER = struct.Struct("!BBHHH")
REQUEST, REPLY = 8, 0
REQUEST_V6, REPLY_V6 = 128, 129


def request(number: int, sequence: int, v6: bool) -> bytes:
    """One request. On IPv6 the kernel fills in the checksum.

    >>> request(1, 2, v6=False).hex()
    '0800f7fc00010002'
    """
    kind = REQUEST_V6 if v6 else REQUEST
    checksum = 0 if v6 else _checksum(kind << 8, number, sequence)
    return HEADER.pack(kind, 0, checksum, number, sequence)


def reply(packet: bytes, number: int | None, v6: bool, ip_header: bool) -> int | None:
    """The sequence number of a reply to us; None for anything else.

    Args:
        number: what our requests carry; None where the kernel sees to that. ip_header: the packet begins with one.
    """
    start = (packet[0] & 0x0F) * 4 if ip_header and packet else 0
    if len(packet) < start + HEADER.size:
        return None
    kind, code, _, found, sequence = HEADER.unpack_from(packet, start)
    if kind != (REPLY_V6 if v6 else REPLY) or code != 0 or (number is not None and found != number):
        return None
    return int(sequence)


def _checksum(*words: int) -> int:
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    total += total >> 16
    return ~total & 0xFFFF
