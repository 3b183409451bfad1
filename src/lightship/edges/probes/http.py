"""http:// and https:// - a request of its own, new connection each time, in phases."""

import asyncio
import time
from collections.abc import Mapping
from functools import lru_cache

import httptools

from lightship import __version__
from lightship.edges.probes.probe import Check, Result, Text
from lightship.edges.probes.stages import Course, Failed, resolve, verified
from lightship.edges.probes.wire import Wire, expires, open_wire, within

BODY_READ = 64 * 1024
"""Bytes of a body that are looked at; the rest is not fetched."""

OCTETS_READ = 512 * 1024
"""Octets in all, headers and words in between included: who sends more without a body is no web server."""

HEADERS_READ = 200
"""Headers that are kept, at most."""


class HttpProbe:
    """Up when the status is within `expect.status` and the body holds `expect.contains`. Redirects are not followed."""

    default_port = 80
    options: Mapping[str, frozenset[str]] | None = None
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """One GET."""
        course, wire = Course(check), Exchange(check)
        try:
            await open_wire(course, await resolve(course), wire)
            await _answered(course, wire)
            _judge(check, wire)
        except Failed as failed:
            return course.down(failed, expires(wire), wire.figures(), wire.texts())
        finally:
            wire.abort()
        return course.up(f"status {wire.status}", expires(wire), wire.figures(), wire.texts())


class Exchange(Wire):
    """One request and its answer, as httptools reads it."""

    def __init__(self, check: Check) -> None:
        context = verified() if check.scheme == "https" else None
        super().__init__(asyncio.get_running_loop(), context, check.host)
        self._request = _request(check.scheme, check.host, check.port, check.path, check.contact)
        self._parser = httptools.HttpResponseParser(self)
        self._wanted = any(each.kind == "header" for each in check.conditions)
        self.status, self.body, self._octets = 0, bytearray(), 0
        self.asking, self.asked_at, self.first_at = 0.0, 0.0, 0.0
        self.headers: list[tuple[bytes, bytes]] = []

    def opened(self) -> None:
        """Ask."""
        began = time.monotonic()
        self.say(self._request)
        self.asked_at = time.monotonic()
        self.asking = self.asked_at - began

    def heard(self, data: bytes) -> None:
        """Read on."""
        if not self.first_at:
            self.first_at = time.monotonic()
        self._octets += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.end()  # 101: what follows is another protocol's
        except httptools.HttpParserError:
            self.fail(Failed("answer", "malformed", "this is no HTTP answer"))
        if len(self.body) >= BODY_READ:
            self.end()
        elif self._octets > OCTETS_READ:
            self.fail(Failed("answer", "malformed", f"no end of the headers in {OCTETS_READ // 1024} KiB"))

    def closed(self) -> None:
        """A body without a length ends with the connection (RFC 9112, 6.3); an answer without a status never began."""
        if self._complete_by_end():
            self.end()
        else:
            self.fail(EOFError())

    def _complete_by_end(self) -> bool:
        names = {name.lower() for name, _ in self.headers}
        return bool(self.status) and b"content-length" not in names and b"transfer-encoding" not in names

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if len(self.headers) < HEADERS_READ:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The status is known."""
        self.status = self._parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        self.body += data

    def on_message_complete(self) -> None:
        """All has come; a word in between (1xx) is not it."""
        if self.status >= 200:
            self.end()

    def figures(self) -> dict[str, float]:
        """The status, once there is one."""
        return {"status": float(self.status)} if self.status else {}

    def texts(self) -> dict[str, Text]:
        """What came: the body; where a condition asks for one, each header by its lower-case name after `header `."""
        found = super().texts()
        if self.status:
            found["body"] = bytes(self.body)
            for name, value in self.headers if self._wanted else ():
                found[f"header {name.decode('latin-1').lower()}"] = value.decode("latin-1").strip()
        return found


async def _answered(course: Course, wire: Exchange) -> None:
    """Until the answer is complete: `answer` up to its first octet, `transfer` from there on."""
    course.phases.append(("request", wire.asking))  # it was asked as soon as the connection stood
    with course.at("answer"):
        await within(course, wire, wire.ended)
    whole = course.phases[-1][1]
    rest = min(whole, max(0.0, time.monotonic() - wire.first_at))
    course.took("answer", whole - rest)
    course.phases.append(("transfer", rest))


@lru_cache(4096)
def _request(scheme: str, host: str, port: int, path: str, contact: str) -> bytes:
    name = f"[{host}]" if ":" in host else host
    usual = 443 if scheme == "https" else 80
    told = name if port == usual else f"{name}:{port}"
    about = f"; {contact}" if contact else ""
    return (
        f"GET {path or '/'} HTTP/1.1\r\nHost: {told}\r\nUser-Agent: Lightship/{__version__} (probe{about})\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    ).encode()


def _judge(check: Check, wire: Exchange) -> None:
    low, high = check.expect.status
    if any(each.kind == "status" for each in check.conditions):
        low, high = 100, 599  # what is said of it counts instead
    if not low <= wire.status <= high:
        raise Failed("answer", "wrong-status", f"status {wire.status}, expected {low}-{high}")
    if check.expect.contains and check.expect.contains.encode() not in wire.body:
        raise Failed(
            "answer", "wrong-answer", f"status {wire.status}, but the expected text is not in the answer"
        )
