"""What an agent may measure: what is public, and what its owner named as his own."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

from lightship.vocabulary.errors import BadInput

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowed:
    """The networks of one agent's owner. Raises BadInput where one is none."""

    def __init__(self, own: Sequence[str], where: str = "own") -> None:
        try:
            self._own = tuple(ipaddress.ip_network(each, strict=False) for each in own)
        except ValueError as error:
            raise BadInput(where, str(error), "networks such as 192.168.1.0/24") from None

    async def refusal(self, host: str, port: int) -> str:
        """Why a host is not measured; empty: it is. A name that leads nowhere is measured: that is an answer, too."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port or None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return ""
        said = (
            self.why_not(each.partition("%")[0])
            for each in dict.fromkeys(str(place[4][0]) for place in found)
        )
        return next(filter(None, said), "")

    def why_not(self, literal: str) -> str:
        """Why an address is not gone to, whoever named it; empty: it is."""
        if self._may(ipaddress.ip_address(literal)):
            return ""
        return f"{literal} is not public, and not among this agent's own networks"

    def _may(self, address: Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None) or address
        public = mapped.is_global and not mapped.is_multicast
        return public or any(mapped in each for each in self._own if each.version == mapped.version)
