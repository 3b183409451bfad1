"""One HTTP request to a place that was vetted: its name is resolved once, all its addresses judged, one dialled.

Nothing is asked of the name again, so an answer that changes in between (DNS rebinding) changes nothing; no redirect is
followed, so none can lead inside; proxies of the environment are not used.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import cache
from time import time
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import SECOND

CONNECT_SECONDS, WHOLE_SECONDS = 10.0, 20.0
READ = 16_384
"""Octets of an answer that are read, at most."""
LONGEST = 2_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MORE_INSIDE = tuple(
    ipaddress.ip_network(each) for each in ("100.64.0.0/10", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class Target(msgspec.Struct, frozen=True):
    """Where a POST goes: the name for the server, and its parts."""

    scheme: str
    host: str
    port: int
    path: str


class Reply(msgspec.Struct, frozen=True):
    """An answer. `wait`: milliseconds asked for by Retry-After; 0: none."""

    status: int
    body: bytes = b""
    wait: int = 0


class NotSent(Exception):
    """The request did not leave whole: it has had no effect there."""


class NoAnswer(Exception):
    """The request left, and what became of it is not known."""


class Inside(Exception):
    """The name leads into a network that strangers must not reach through us."""


@cache
def trust() -> ssl.SSLContext:
    """Certificates are verified against the system's authorities, which are read once."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def target(url: str, place: str, plain: bool = False) -> Target:
    """Read an address. Raises BadInput; the text is not repeated.

    Args:
        plain: http is allowed, too.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput(place, "this is no address", "write https://example.org/path") from None
    sound = (
        parts.scheme in (("https", "http") if plain else ("https",))
        and parts.hostname
        and parts.username is None
    )
    if not sound or len(url) > LONGEST or not url.isascii() or any(c <= " " or c in '"<>\\' for c in url):
        raise BadInput(
            place, "this is no address that can be used", "write https://example.org/path, without a user"
        )
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in (80, 443) and port < 1024:
        raise BadInput(place, f"port {port}", "80, 443, or one from 1024 on")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, str(parts.hostname), port, path)


def is_public(address: str) -> bool:
    """Whether an address is one of the internet at large, and no way into a network of ours.

    >>> [
    ...     is_public(each)
    ...     for each in (
    ...         "93.184.215.14",
    ...         "127.0.0.1",
    ...         "169.254.169.254",
    ...         "::ffff:10.0.0.1",
    ...         "64:ff9b::7f00:1",
    ...     )
    ... ]
    [True, False, False, False, False]
    """
    read = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped is not None:
            return is_public(str(read.ipv4_mapped))
        if read in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(read) & 0xFFFFFFFF)))
    known = [each for each in _MORE_INSIDE if each.version == read.version]
    return read.is_global and not (
        read.is_multicast or read.is_reserved or any(read in each for each in known)
    )


def vetted(where: Target, anywhere: bool = False) -> str:
    """The address to dial. Where one of a name's addresses leads inside, none is dialled.

    Raises:
        NotSent: the name does not resolve. Inside: it leads inside.
    """
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"the name does not resolve ({error})") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not anywhere and not all(is_public(each) for each in addresses):
        raise Inside(f"{where.host} leads into a private network")
    return addresses[0]


def post(
    where: Target, headers: Mapping[str, str], body: bytes, anywhere: bool = False,
    method: Literal["POST", "GET"] = "POST", most: int = READ,
) -> Reply:  # fmt: skip
    """Send once, within `WHOLE_SECONDS`, and read the answer's beginning.

    Args:
        anywhere: private addresses are allowed: the operator named the place. most: octets of an answer that are read.

    Raises:
        NotSent, NoAnswer, Inside.
    """
    address = vetted(where, anywhere)
    connection = _Pinned(where, address)
    clock = threading.Timer(WHOLE_SECONDS, connection.cut)
    clock.start()
    try:
        return _asked(connection, method, where.path, headers, body, most)
    finally:
        clock.cancel()
        connection.close()


def _asked(
    connection: "_Pinned", method: str, path: str, headers: Mapping[str, str], body: bytes, most: int
) -> Reply:  # fmt: skip
    try:
        connection.connect()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise NotSent(f"no connection ({error})") from None
    try:
        connection.request(method, path, body or None, dict(headers))
        answer = connection.getresponse()
        return Reply(answer.status, answer.read(most), _wait(answer.getheader("Retry-After", "")))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(f"no answer ({error.__class__.__name__})") from None


def _wait(text: str) -> int:
    """Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    if text.isdigit():
        return int(text[:9]) * SECOND
    with suppress(ValueError, TypeError, OverflowError):
        return max(0, round((parsedate_to_datetime(text).timestamp() - time()) * SECOND))
    return 0


class _Pinned(http.client.HTTPConnection):
    """A connection to one address under the name that certificate and Host header go by."""

    def __init__(self, where: Target, address: str) -> None:
        super().__init__(where.host, where.port, timeout=CONNECT_SECONDS)
        self._address, self._where = address, where
        self.default_port = 443 if where.scheme == "https" else 80

    def connect(self) -> None:
        """Dial the address that was vetted."""
        plain = socket.create_connection((self._address, self._where.port), CONNECT_SECONDS)
        self.sock = plain
        if self._where.scheme == "https":
            self.sock = trust().wrap_socket(plain, server_hostname=self._where.host)

    def cut(self) -> None:
        """The time is over, whatever drips in."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
