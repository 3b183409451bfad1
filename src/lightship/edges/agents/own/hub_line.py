"""How an agent reaches its hub: HTTPS that is verified, through the environment's proxies, over a second address where
the first does not answer."""

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import zstandard

from lightship import __version__
from lightship.edges.agents.own.folder import HubPlace
from lightship.vocabulary.errors import BadInput

LARGEST = 8 * 1024 * 1024
"""Octets of an answer."""
PREFER_AGAIN = 300.0
"""Seconds after which the first address is tried again."""
_HERE = ("127.0.0.1", "localhost", "::1")


class HubAway(Exception):
    """No address of the hub answers; in words."""


class HubRefuses(Exception):
    """The hub answers, and does not take it: HTTP status and its words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail = status, detail


class Reply(msgspec.Struct, frozen=True):
    """A body, and the address that it came from."""

    body: bytes
    hub: str


class HubLine:
    """Asks the hub. One thread at a time.

    Args:
        where: what to call the addresses in an error.

    Raises:
        BadInput: an address is none, or not protected, or its authority cannot be read.
    """

    def __init__(self, places: Sequence[HubPlace], token: str = "", where: str = "hubs") -> None:
        if not places:
            raise BadInput(where, "no address of a hub", "https://hub.example.org")
        for each in places:
            _check(each, where)
        self._places = list(places)
        self._token = token
        self._at, self._left = 0, 0.0
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method: str, path: str, value: object = None, seconds: float = 15.0) -> Reply:
        """One request, at the address that answered last, else at the others.

        Raises:
            HubAway: none answers. HubRefuses: one does, with a problem.
        """
        if self._at and time.monotonic() - self._left > PREFER_AGAIN:
            self._move(0)
        said: list[str] = []
        for _ in self._places:
            try:
                return self._once(method, path, value, seconds)
            except (OSError, http.client.HTTPException) as error:
                said.append(f"{self._places[self._at].url}: {_words(error)}")
                self._move((self._at + 1) % len(self._places))
        raise HubAway("; ".join(said))

    def _move(self, to: int) -> None:
        self.close()
        self._at, self._left = to, time.monotonic()

    def _once(self, method: str, path: str, value: object, seconds: float) -> Reply:
        place = self._places[self._at]
        body = None if value is None else zstandard.ZstdCompressor().compress(msgspec.json.encode(value))
        headers = {"User-Agent": f"lightship-agent/{__version__}", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Encoding": "zstd"}
        if self._connection is None:
            self._connection = _connection(place, seconds)
        self._connection.timeout = seconds
        if self._connection.sock is not None:
            self._connection.sock.settimeout(seconds)
        base = urlsplit(place.url).path.rstrip("/")
        try:
            self._connection.request(method, f"{base}{path}", body, headers)
            answer = self._connection.getresponse()
            found = answer.read(LARGEST + 1)
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if len(found) > LARGEST or answer.status in (301, 302, 303, 307, 308):
            self.close()
            raise OSError(f"an answer that is no hub's (status {answer.status})")
        if answer.status != 200:
            raise HubRefuses(answer.status, _detail(found))
        return Reply(found, place.url)


def _check(place: HubPlace, where: str) -> None:
    parts = urlsplit(place.url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise BadInput(where, repr(place.url), "an address such as https://hub.example.org")
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise BadInput(where, f"{place.url} is not protected", f"https://{parts.netloc}")
    if parts.username or parts.password:
        raise BadInput(where, "a password in an address would be shown", "take it out")
    _context(place)


def _connection(place: HubPlace, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(place.url)
    assert parts.hostname is not None, "checked"
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    proxy = (
        None if place.device or proxy_bypass(f"{parts.hostname}:{port}") else getproxies().get(parts.scheme)
    )
    host, at = (parts.hostname, port) if proxy is None else _proxy(proxy)
    made: http.client.HTTPConnection
    if secure:
        made = http.client.HTTPSConnection(host, at, timeout=seconds, context=_context(place))
    else:
        made = http.client.HTTPConnection(host, at, timeout=seconds)
    if proxy is not None:
        made.set_tunnel(parts.hostname, port, _proxy_headers(proxy))
    if place.device:
        made._create_connection = _over(place.device)  # type: ignore[attr-defined]  # http.client offers no other way
    return made


def _context(place: HubPlace) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if place.authority:
        try:
            context.load_verify_locations(place.authority)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(
                place.authority, f"no certificates to trust: {error}", "a file in PEM form"
            ) from None
    return context


def _proxy(address: str) -> tuple[str, int]:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if not parts.hostname:
        raise BadInput("https_proxy", "no address of a proxy", "http://proxy.example.org:3128")
    return parts.hostname, parts.port or 3128


def _proxy_headers(address: str) -> dict[str, str]:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if not parts.username:
        return {}
    both = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}


class _over:
    """Connections over one network device."""

    def __init__(self, device: str) -> None:
        self._device = device

    def __call__(
        self, address: tuple[str, int], timeout: float | None = None, source_address: object = None
    ) -> socket.socket:
        """The first address behind the name that answers. Raises OSError."""
        last: OSError = OSError("the name has no address")
        for family, kind, protocol, _, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(timeout)
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self._device.encode())
                made.connect(place)
            except OSError as error:
                made.close()
                last = error
            else:
                return made
        raise last


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__


class _Problem(msgspec.Struct):
    detail: str = ""


def _detail(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Problem).detail[:300] or "no reason given"
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "the answer is not a hub's"
