"""Who sends a request: the peer, or, where the peer is a proxy that the operator named, whom that proxy says."""

import ipaddress
from collections.abc import Iterable, Sequence

from lightship.vocabulary.errors import BadInput

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_HOPS = 20


class Senders:
    """Reads addresses off requests. Nobody's word is taken but that of the named proxies.

    Args:
        proxies: addresses or networks of our own proxies, such as "127.0.0.1" or "192.0.2.0/24".

    Raises:
        BadInput: one of them is no address.
    """

    def __init__(self, proxies: Sequence[str] = (), place: str = "proxies") -> None:
        self._proxies = networks(proxies, place)

    def sender(self, peer: str, forwarded: Iterable[str]) -> str:
        """The address nearest to us that is not one of our proxies.

        Args:
            peer: who opened the connection.
            forwarded: values of `X-Forwarded-For`, in order; they are read from the right, where our own proxy writes.
        """
        hops = [hop.strip() for each in forwarded for hop in each.split(",")]
        found = peer
        while self._is_ours(found) and hops[-MOST_HOPS:]:
            found = hops.pop()
        return found

    def _is_ours(self, address: str) -> bool:
        try:
            read = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(read in each for each in self._proxies)


def networks(texts: Sequence[str], place: str) -> tuple[Network, ...]:
    """Addresses and networks. Raises BadInput where one of them is neither."""
    return tuple(_network(each, place) for each in texts)


def _network(text: str, place: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise BadInput(
            place, f"{text!r} is no address or network", "write 127.0.0.1 or 192.0.2.0/24"
        ) from error
