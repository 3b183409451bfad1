"""The one question that resolvers are asked (RFC 1035), and whether an answer is one."""

import struct

HEADER = struct.Struct("!HHHHHH")
RECURSION, RESPONSE, RCODE = 0x0100, 0x8000, 0x000F
NOERROR, NXDOMAIN = 0, 3


def query(number: int, name: str) -> bytes:
    """Ask for the IPv4 addresses of a name.

    >>> query(7, "example.com").hex()
    '000701000001000000000000076578616d706c6503636f6d0000010001'
    """
    labels = b"".join(bytes([len(each)]) + each for each in name.rstrip(".").encode("idna").split(b"."))
    return HEADER.pack(number, RECURSION, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def answered(packet: bytes, number: int) -> bool | None:
    """Whether a resolver resolved: True for an answer, also "no such name"; False for a refusal or a failure.

    None: not an answer to this question.
    """
    if len(packet) < HEADER.size:
        return None
    found, flags, *_ = HEADER.unpack_from(packet)
    if found != number or not flags & RESPONSE:
        return None
    return flags & RCODE in (NOERROR, NXDOMAIN)


def address(packet: bytes, number: int) -> str | None:
    """The first IPv4 address of an answer; None where there is none, or the packet is malformed."""
    import dns.exception
    import dns.message
    import dns.rdatatype

    if not answered(packet, number):
        return None
    try:
        found = dns.message.from_wire(packet, ignore_trailing=True)
    except dns.exception.DNSException:
        return None
    items = [item for each in found.answer if each.rdtype == dns.rdatatype.A for item in each]
    return str(items[0]) if items else None
