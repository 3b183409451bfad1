"""WebDAV requests over one connection: TLS verified, answers bounded, never redirected to another server."""

import base64
import http.client
import ssl
import time
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from lightship.vocabulary.errors import BadInput, Unreachable

SECONDS = 30.0
LARGEST = 64 * 1024 * 1024
"""Bytes of one answer."""
_MOVED = {301, 302, 307, 308}
_HERE = ("127.0.0.1", "localhost", "::1")


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where calendars and contacts are, and how to get in; never what lets us in.

    Args:
        command: prints the password; empty: the keyring has it.
        authority: a file of certificates to trust besides the system's; empty: none.
    """

    url: str
    user: str = ""
    command: str = ""
    authority: str = ""


class Reply(NamedTuple):
    """An answer. `url`: where it came from, after redirections."""

    status: int
    body: bytes
    url: str


class Dav:
    """Asks one server.

    Raises:
        BadInput: the address is none that may be asked.
    """

    def __init__(self, place: Place, secret: str) -> None:
        parts = urlsplit(place.url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise BadInput("--url", repr(place.url), "an address such as https://dav.example.org/")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise BadInput("--url", f"{place.url} is not protected", "https://")
        self._host, self._scheme = parts.hostname, parts.scheme
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._context = ssl.create_default_context()
        if place.authority:
            self._context.load_verify_locations(place.authority)
        self._headers = {"User-Agent": "lightship"}
        if place.user:
            both = base64.b64encode(f"{place.user}:{secret}".encode()).decode()
            self._headers["Authorization"] = f"Basic {both}"
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method: str, url: str, body: bytes = b"", depth: str = "0") -> Reply:
        """One request, redirected within the server at most five times.

        Raises:
            Unreachable: no answer, too long a one, or one that leads elsewhere.
        """
        for _ in range(5):
            status, data, location = self._once(method, url, body, depth)
            if status not in _MOVED or not location:
                return Reply(status, data, url)
            url = self._within(urljoin(url, location))
        raise Unreachable(f"{url}: redirected again and again")

    def _within(self, url: str) -> str:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if (parts.scheme, parts.hostname, port) != (self._scheme, self._host, self._port):
            raise Unreachable(f"{self._host}: redirects to {url}; state that address if it is right")
        return url

    def _once(self, method: str, url: str, body: bytes, depth: str) -> tuple[int, bytes, str]:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {**self._headers, "Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        for last in (False, True):
            try:
                connection = self._connected()
                connection.request(method, path, body or None, headers)
                answer = connection.getresponse()
                data = answer.read(LARGEST + 1)
                if len(data) > LARGEST:
                    raise Unreachable(f"{url}: an answer above {LARGEST:,} bytes")
                return answer.status, data, answer.headers.get("location", "")
            except (OSError, http.client.HTTPException) as error:
                self.close()  # an idle connection may have been closed by the server: once more, on a new one
                if last or isinstance(error, ssl.SSLCertVerificationError):
                    said = (isinstance(error, OSError) and error.strerror) or error
                    raise Unreachable(f"{self._host}:{self._port}: {said}") from error
                time.sleep(0.2)
        raise AssertionError("the last turn returns or raises")

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            if self._scheme == "https":
                self._connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=SECONDS, context=self._context
                )
            else:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)
        return self._connection
