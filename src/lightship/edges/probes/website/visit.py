"""One visit, as a browser makes it: each redirect is looked at before it is followed; the password stays at home."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from lightship import __version__
from lightship.edges.probes.probe import Check, Stage
from lightship.edges.probes.reach import refusal
from lightship.edges.probes.stages import EXHAUSTED, Course, Failed, bind_to, tls_trouble, trouble, verified
from lightship.edges.probes.website.pages import Page, read

MOST_READ, MOST_REDIRECTS = 512 * 1024, 10
_FAMILIES = {0: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}
_KEEPS_ITS_BODY = (307, 308)
SHORT = 32 * 1024
"""Characters of a page that is read in a few milliseconds."""

KEPT = 5
"""Pages that were open before, and whose buttons can still be pressed: an error page has no way to log out."""

TURNS = 4
"""Of the event loop, until TLS connections that were given up are closed: the loop may end right after us."""
Fields = Sequence[tuple[str, str]]


class Visit:
    """Cookies, connections and the page that is open. A context."""

    def __init__(self, course: Course) -> None:
        self.course, self.sent_password = course, False
        self._sockets: list[socket.socket] = []
        self.before: list[Page] = []
        self.page: Page | None = None
        check = course.check
        self._secure = check.options.get("over") != "http"
        self._trusted = {self.home, *filter(None, [check.options.get("password-to", "").rstrip("/")])}
        connector = aiohttp.TCPConnector(
            family=_FAMILIES[check.family], resolver=_Names(check), ssl=verified(),
            socket_factory=self._socket, limit_per_host=2,
        )  # fmt: skip
        about = f"; {check.contact}" if check.contact else ""
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True), auto_decompress=True,
            headers={"User-Agent": f"Lightship/{__version__} (probe{about})", "Accept": "text/html,*/*;q=0.8"},
        )  # fmt: skip

    @property
    def home(self) -> str:
        """The origin of the check itself."""
        check = self.course.check
        scheme = "http" if check.options.get("over") == "http" else "https"
        host = f"[{check.host}]" if ":" in check.host else check.host
        return origin(f"{scheme}://{host}:{check.port}")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        for (
            sock
        ) in self._sockets:  # what was given up waits for the other side's goodbye, and the loop may end now
            if sock.fileno() != -1:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def _socket(self, info: tuple[int, int, int, str, Any]) -> socket.socket:
        why = refusal(info[4][0])
        if why:
            raise OSError(errno.EACCES, why)
        made = socket.socket(info[0], info[1], info[2])
        self._sockets.append(made)
        try:
            bind_to(made, self.course.check.device)
        except BaseException:
            made.close()
            raise
        return made

    async def go(
        self, stage: Stage, method: str, address: str, fields: Fields = (), secret: bool = False
    ) -> Page:
        """Open an address, and where it leads.

        Args:
            secret: a password is among the fields: it goes by POST to our own origin, or a named one, and nowhere else.
        """
        came_from = self.page.address if self.page is not None else ""
        for _ in range(MOST_REDIRECTS):
            self._may_go(stage, method, address, secret)
            status, target, text = await self._one(stage, method, address, fields, came_from)
            if target is None:
                self.before = [*self.before, self.page][-KEPT:] if self.page is not None else []
                self.page = await _looked_at(address, status, text)
                return self.page
            came_from, address = address, target
            if status not in _KEEPS_ITS_BODY:
                method, fields, secret = "GET", (), False
        raise Failed(
            stage, "wrong-answer", f"more than {MOST_REDIRECTS} redirects, the last to {shown(address)}"
        )

    def _may_go(self, stage: Stage, method: str, address: str, secret: bool) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            raise Failed(
                stage, "wrong-answer", f"this leads to {parts.scheme or 'nothing'}:, which is no page"
            )
        if self._secure and parts.scheme != "https":
            raise Failed(stage, "not-protected", f"this leads to {shown(address)}, without TLS")
        if not secret:
            return
        if method != "POST":
            raise Failed(
                stage, "not-protected", "the form would put the password into the address: it was not sent"
            )
        if origin(address) not in self._trusted:
            raise Failed(
                stage, "not-protected", f"the password would go to {origin(address)}: it was not sent"
            )
        self.sent_password = True

    async def _one(
        self, stage: Stage, method: str, address: str, fields: Fields, came_from: str
    ) -> tuple[int, str | None, str]:
        """One request: the status, where it leads to, and the text."""
        headers = (
            {"Origin": origin(came_from), "Referer": came_from} if method == "POST" and came_from else {}
        )
        try:
            async with asyncio.timeout(self.course.left()):
                async with self._session.request(
                    method, address, data=list(fields) if method == "POST" else None, headers=headers,
                    allow_redirects=False,
                ) as answer:  # fmt: skip
                    text = await _text(answer)
                    where = answer.headers.get("Location") if 300 <= answer.status < 400 else None
                    return answer.status, urljoin(address, where) if where else None, text
        except aiohttp.ClientConnectorDNSError as error:
            raise Failed(stage, "name-not-found", f"{error.host} (at name)") from error
        except aiohttp.ClientSSLError as error:
            raise _tls_failed(stage, error) from error
        except aiohttp.ClientConnectorError as error:
            raise _not_connected(stage, error.os_error) from error
        except aiohttp.ServerDisconnectedError as error:
            raise Failed(
                stage, "reset", "the connection was closed before the answer was complete"
            ) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise Failed(stage, "malformed", f"this is no HTTP answer: {type(error).__name__}") from error


def _not_connected(stage: Stage, error: OSError) -> Failed:
    if error.errno == errno.EACCES and error.strerror != os.strerror(errno.EACCES):
        return Failed(stage, "unreachable", str(error.strerror), ours=True)
    failure, said = trouble(error)
    return Failed(stage, failure, f"{said} (at connect)", ours=error.errno in EXHAUSTED)


async def _looked_at(address: str, status: int, text: str) -> Page:
    """A page, off the loop where it is long: others are measured meanwhile."""
    if len(text) < SHORT:
        return read(address, status, text)
    return await asyncio.to_thread(read, address, status, text)


async def _text(answer: aiohttp.ClientResponse) -> str:
    """As much of the body as is looked at."""
    body = bytearray()
    async for part in answer.content.iter_chunked(1 << 15):
        body += part
        if len(body) >= MOST_READ:
            break
    try:
        return body.decode(answer.get_encoding(), "replace")
    except (LookupError, RuntimeError):
        return body.decode("utf-8", "replace")


def _tls_failed(stage: Stage, error: aiohttp.ClientSSLError) -> Failed:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
    if isinstance(inner, ssl.SSLError):
        failure, said = tls_trouble(inner)
        return Failed(stage, failure, f"{said} (at tls)")
    return Failed(stage, "tls-failed", "the handshake failed (at tls)")


def origin(address: str) -> str:
    """Scheme, host and port (RFC 6454).

    >>> origin("https://Example.org/login?x=1"), origin("http://[::1]:8080/")
    ('https://example.org', 'http://[::1]:8080')
    """
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def shown(address: str) -> str:
    """An address without its query, in which session keys may stand."""
    parts = urlsplit(address)
    return f"{origin(address)}{parts.path}"


class _Names(AbstractResolver):
    """As the machine looks names up; the check's own leads to its one address where that was asked for."""

    def __init__(self, check: Check) -> None:
        self._check, self._usual = check, aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a name."""
        named = self._check.peer if self._check.peer and host == self._check.host else host
        return await self._usual.resolve(named, port, family)

    async def close(self) -> None:
        """Nothing to close."""
