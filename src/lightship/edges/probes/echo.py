"""Echo requests and replies as octets, and the sockets that carry them. RFC 792, RFC 4443."""

import socket
import struct

_HEADER = struct.Struct("!HHHHQ")
"""Type and code, checksum, identifier, sequence; then our token."""

_REPLY = struct.Struct("!B7xQ")
"""Type, and the token."""

KINDS = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}
"""Request and reply, by family."""

TOKENS = 1 << 48
_SOL_RAW, _ICMP_FILTER, _ICMPV6_FILTER = 255, 1, 1
SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)


def request(family: int, token: int) -> bytes:
    """An echo request that carries the token. On IPv6, and on a ping socket, the kernel sees to the checksum."""
    kind = 0x0800 if family == socket.AF_INET else 0x8000
    low, middle = token & 0xFFFF, (token >> 16) & 0xFFFF
    # RFC 1071, over type and code, identifier, sequence, and the token's words.
    total = kind + 2 * (low + middle) + (token >> 32)
    total = (total & 0xFFFF) + (total >> 16)
    return _HEADER.pack(kind, ~(total + (total >> 16)) & 0xFFFF, low, middle, token)


def reply_token(family: int, packet: bytes | bytearray, length: int) -> int:
    """The token of an echo reply; -1 for anything else. A raw IPv4 socket shows the IP header first.

    Args:
        length: octets of it; what lies behind is of an earlier packet.
    """
    first = packet[0] if length else 0
    start = (first & 0x0F) * 4 if first >> 4 == 4 else 0
    if length < start + _HEADER.size:
        return -1
    kind, token = _REPLY.unpack_from(packet, start)
    return int(token) if kind == (0 if family == socket.AF_INET else 129) else -1


def open_socket(family: int) -> socket.socket | None:
    """For echo requests, replies stamped by the kernel; None where this user may open none."""
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            made = socket.socket(family, kind, protocol)
        except OSError:
            continue
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        # Room for the replies to a burst; the kernel gives less where it may not give so much.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
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
    word, bit = divmod(KINDS[socket.AF_INET6][1], 32)
    blocked[word * 4 : word * 4 + 4] = (0xFFFFFFFF & ~(1 << bit)).to_bytes(4, "little")
    made.setsockopt(socket.IPPROTO_ICMPV6, _ICMPV6_FILTER, bytes(blocked))
