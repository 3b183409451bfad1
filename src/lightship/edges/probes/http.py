"""http:// and https:// - a request of its own, new connection each time, in phases."""

import asyncio
import socket
from collections.abc import Mapping
from typing import NoReturn

import httptools

from lightship import __version__
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, connect, resolve, seconds_left, secure, verified

BODY_READ = 64 * 1024
"""Bytes of a body that are looked at; the rest is not fetched."""


class _Answer:
    """Collects what httptools parses."""

    def __init__(self) -> None:
        self.status, self.body, self.complete = 0, bytearray(), False
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.complete = True


class HttpProbe:
    """Up when the status is within `expect.status` and the body holds `expect.contains`. Redirects are not followed."""

    default_port = 80
    options: Mapping[str, frozenset[str]] | None = None
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """One GET."""
        course, writer, expires = Course(check), None, None
        try:
            sock = await connect(course, await resolve(course))
            reader, writer = await _streams(course, sock)
            expires = seconds_left(writer)
            answer = await _ask(course, reader, writer)
            _judge(check, answer)
        except Failed as failed:
            return course.down(failed, expires)
        finally:
            if writer is not None:
                writer.transport.abort()
        return course.up(f"status {answer.status}", expires)


async def _streams(course: Course, sock: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if course.check.scheme == "https":
        return await secure(course, sock, verified())
    return await asyncio.open_connection(sock=sock)


async def _ask(course: Course, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Answer:
    with course.at("request"):
        async with asyncio.timeout(course.left()):
            writer.write(_request(course.check))
            await writer.drain()
    with course.at("answer"):
        async with asyncio.timeout(course.left()):
            return await _read(reader)


async def _read(reader: asyncio.StreamReader) -> _Answer:
    answer = _Answer()
    while not answer.complete and len(answer.body) < BODY_READ:
        data = await reader.read(1 << 15)
        if not data:
            if answer.status:
                break  # a body without a length ends with the connection (RFC 9112, 6.3)
            raise EOFError
        try:
            answer.parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise Failed("answer", "malformed", "this is no HTTP answer") from error
    return answer


def _request(check: Check) -> bytes:
    name = f"[{check.host}]" if ":" in check.host else check.host
    usual = 443 if check.scheme == "https" else 80
    host = name if check.port == usual else f"{name}:{check.port}"
    about = f"; {check.contact}" if check.contact else ""
    return (
        f"GET {check.path or '/'} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Lightship/{__version__} (probe{about})\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    ).encode()


def _judge(check: Check, answer: _Answer) -> None:
    low, high = check.expect.status
    if not low <= answer.status <= high:
        _wrong("wrong-status", f"status {answer.status}, expected {low}-{high}")
    if check.expect.contains and check.expect.contains.encode() not in answer.body:
        _wrong("wrong-answer", f"status {answer.status}, but the expected text is not in the answer")


def _wrong(failure: str, detail: str) -> NoReturn:
    raise Failed("answer", "wrong-status" if failure == "wrong-status" else "wrong-answer", detail)
