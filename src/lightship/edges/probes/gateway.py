"""The first step of our own way to the world: the default gateways, as the kernel's tables say. Linux, proc(5)."""

import ipaddress
import socket
from functools import lru_cache
from pathlib import Path

from lightship.edges.probes.probe import Check

_UP_GATEWAY = 0x0003
"""RTF_UP and RTF_GATEWAY."""


def default_gateways(proc: Path = Path("/proc/net")) -> list[tuple[int, str]]:
    """Family and address of each; empty where there is none or the tables cannot be read."""
    return [*_v4(proc / "route"), *_v6(proc / "ipv6_route")]


def _v4(table: Path) -> list[tuple[int, str]]:
    found = []
    for words in _rows(table)[1:]:
        if len(words) > 7 and words[1] == words[7] == "00000000" and int(words[3], 16) & 3 == _UP_GATEWAY:
            found.append((int(socket.AF_INET), socket.inet_ntoa(bytes.fromhex(words[2])[::-1])))
    return found


def _v6(table: Path) -> list[tuple[int, str]]:
    """A link-local gateway is named with its device, without which it means nothing."""
    found = []
    for words in _rows(table):
        if (
            len(words) > 9
            and words[1] == "00"
            and int(words[0], 16) == 0
            and int(words[8], 16) & 3 == _UP_GATEWAY
        ):
            address = ipaddress.IPv6Address(bytes.fromhex(words[4]))
            found.append(
                (int(socket.AF_INET6), f"{address}%{words[9]}" if address.is_link_local else str(address))
            )
    return found


def _rows(table: Path) -> list[list[str]]:
    try:
        return [line.split() for line in table.read_text().splitlines()]
    except OSError:
        return []


def is_local(check: Check) -> bool:
    """True for targets on this machine, which a dead line does not touch."""
    return _is_here(check.host)


@lru_cache(4096)
def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
