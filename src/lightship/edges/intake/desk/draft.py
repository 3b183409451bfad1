"""What one customer said, and where it came from; the address goes no further than the book, which keeps none."""

import ipaddress

import msgspec

from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Symptom

PREFIX = {4: 24, 6: 48}
"""Bits that one site or one small network shares, by family (RFC 6177 for IPv6)."""


class Draft(msgspec.Struct, frozen=True):
    """A report before it is one.

    Args:
        sender: address that it came from; empty: handed in by a partner for many people.
        voice: what tells people behind one address apart, such as their browser's name, or a partner's own opaque word.
    """

    service: ServiceId
    area: AreaId | None
    symptom: Symptom
    sender: str
    voice: str = ""
    brand: str = ""


def prefix_of(sender: str) -> str:
    """The network that an address belongs to; what is no address is its own network.

    >>> (
    ...     prefix_of("192.0.2.77"),
    ...     prefix_of("2001:db8:1:2::3"),
    ...     prefix_of("::ffff:192.0.2.77"),
    ...     prefix_of("call centre"),
    ... )
    ('192.0.2.0/24', '2001:db8:1::/48', '192.0.2.0/24', 'call centre')
    """
    try:
        address = ipaddress.ip_address(sender)
    except ValueError:
        return sender
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return str(ipaddress.ip_network((address, PREFIX[address.version]), strict=False))
