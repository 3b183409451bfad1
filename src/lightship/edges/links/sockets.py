"""Sockets that use one line only, whatever the routes say."""

import socket

from lightship.vocabulary.errors import Unreachable

IPV4, IPV6 = socket.AF_INET, socket.AF_INET6

SOL_RAW, ICMP_FILTER, ICMPV6_FILTER = 255, 1, 1
ECHO_REPLY, ECHO_REPLY_V6 = 0, 129


def family_of(address: str) -> int:
    """IPV4 or IPV6, from how the address is written."""
    return IPV6 if ":" in address else IPV4


def bound(device: str, family: int, kind: int, protocol: int = 0) -> socket.socket:
    """A socket whose packets leave by this device. Does not block.

    Raises:
        OSError: the system allows no such socket.
    """
    made = socket.socket(family, kind, protocol)
    try:
        made.setblocking(False)
        # Any user may bind a socket that is not bound yet, since Linux 5.7.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    except OSError:
        made.close()
        raise
    return made


def echo_socket(device: str, family: int) -> tuple[socket.socket, bool] | None:
    """A socket for echo requests, and whether it is raw (sees all replies, so that ours have to be told apart).

    Gives None where this user may open neither a raw nor a ping socket.
    """
    protocol = socket.IPPROTO_ICMPV6 if family == IPV6 else socket.IPPROTO_ICMP
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            made = bound(device, family, kind, protocol)
        except PermissionError:
            continue
        except OSError as error:
            raise Unreachable(
                f"{device}: {error.strerror}; `ip link` lists the devices of this machine"
            ) from error
        if kind == socket.SOCK_RAW:
            _replies_only(made, family)
        return made, kind == socket.SOCK_RAW
    return None


def _replies_only(made: socket.socket, family: int) -> None:
    """Let the kernel throw away what is no echo reply: a busy line carries more than our own."""
    if family == IPV4:
        made.setsockopt(SOL_RAW, ICMP_FILTER, (0xFFFFFFFF & ~(1 << ECHO_REPLY)).to_bytes(4, "little"))
        return
    blocked = bytearray(b"\xff" * 32)  # struct icmp6_filter: eight words, a bit set means blocked
    word, bit = divmod(ECHO_REPLY_V6, 32)
    blocked[word * 4 : word * 4 + 4] = (0xFFFFFFFF & ~(1 << bit)).to_bytes(4, "little")
    made.setsockopt(socket.IPPROTO_ICMPV6, ICMPV6_FILTER, bytes(blocked))
