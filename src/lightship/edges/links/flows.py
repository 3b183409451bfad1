"""Flows that are open while the line changes: those of the old line are ended, to start anew on the new one.

With masquerading the kernel moves a flow by itself once its device changes; with a fixed source address, or behind
marks, it would stay on the dead line to its end.
"""

import ipaddress
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterable

SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DESTROY = 4, 20, 21
REQUEST, DUMP, ACK = 1, 0x300, 4
DONE, ERROR = 3, 2
HEADER = struct.Struct("=IHHII")
ALIVE = 0b1111_1110_0010
"""Connections that somebody may still wait for: established, and those on their way up or down; no listeners."""


def forget(addresses: Iterable[str]) -> int | None:
    """Take away the tracked connections that leave with one of these addresses, and no others.

    Gives how many; None where the program `conntrack` is not installed.
    """
    tool = shutil.which("conntrack", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        return None
    gone = 0
    for each in addresses:
        family = ["-f", "ipv6"] if ":" in each else []
        words = [tool, "-D", *family, "--reply-dst", each]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - an address of ours
        gone += sum(1 for line in ran.stdout.splitlines() if "src=" in line)
    return gone


def hang_up(addresses: Iterable[str]) -> int:
    """End this machine's own TCP connections from these addresses (`ss -K`): programs connect again at once.

    Gives how many; 0 too where the kernel cannot (CONFIG_INET_DIAG_DESTROY).
    """
    ended = 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
        for each in {ipaddress.ip_address(address) for address in addresses}:
            family = socket.AF_INET if each.version == 4 else socket.AF_INET6
            for found in [
                found for found in _connections(kernel, family) if found[4:20].startswith(each.packed)
            ]:
                ended += _destroy(kernel, family, found)
    return ended


def _request(family: int, states: int, identity: bytes) -> bytes:
    """struct inet_diag_req_v2."""
    return struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, states) + identity


def _connections(kernel: socket.socket, family: int) -> Iterable[bytes]:
    """struct inet_diag_sockid of each connection: ports, source, destination, device, cookie."""
    body = _request(family, ALIVE, bytes(48))
    kernel.send(HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, REQUEST | DUMP, 1, 0) + body)
    while True:
        packet, start = kernel.recv(1 << 18), 0
        while start + HEADER.size <= len(packet):
            length, kind, *_ = HEADER.unpack_from(packet, start)
            if kind in (DONE, ERROR):
                return
            yield packet[start + HEADER.size + 4 : start + HEADER.size + 52]
            start += (length + 3) & ~3


def _destroy(kernel: socket.socket, family: int, identity: bytes) -> int:
    body = _request(family, ALIVE, identity)
    kernel.send(HEADER.pack(HEADER.size + len(body), SOCK_DESTROY, REQUEST | ACK, 2, 0) + body)
    packet = kernel.recv(1 << 16)
    _, kind, *_ = HEADER.unpack_from(packet)
    (code,) = struct.unpack_from("=i", packet, HEADER.size)
    return 1 if kind == ERROR and code == 0 else 0
