"""Protocols that speak in lines (SMTP, IMAP, POP3): say one, hear one, change over to TLS in between.

What a server says is data: a line that is too long, not a line or not expected fails the stage it came in.
"""

import asyncio
import socket
import ssl

from lightship.edges.probes.probe import Check, Stage
from lightship.edges.probes.stages import Course, Failed, connect, resolve, seconds_left, secure, verified
from lightship.vocabulary.signals import Failure

LONGEST_LINE = 16 * 1024
"""Octets. RFC 5321 allows 512, RFC 9051 advises 8192; whoever sends more is up to something else."""

MOST_LINES = 200
"""Of one answer."""

SHOWN = 120
"""Characters of an answer that go into the detail."""

STARTTLS = {"starttls": frozenset({"require", "if-offered", "never"})}
"""The option of every scheme that can change over to TLS."""


class Dialogue:
    """One connection on its way.

    Args:
        course: the measurement, which times each stage.
        expires: seconds until the end of the certificate that was shown; None: no TLS yet.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.expires: float | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def protected(self) -> bool:
        """Whether what is said is hidden from the line."""
        return self.expires is not None

    async def open(self, implicit_tls: bool, context: ssl.SSLContext | None = None) -> None:
        """Resolve, connect and, where the scheme says so, shake hands at once."""
        sock = await connect(self.course, await resolve(self.course))
        if implicit_tls:
            self._reader, self._writer = await secure(self.course, sock, context or verified())
            self.expires = seconds_left(self._writer)
        else:
            self._reader, self._writer = await _plain(sock)

    async def say(self, stage: Stage, text: str) -> None:
        """Send one line."""
        assert self._writer is not None, "open comes first"
        with self.course.at(stage):
            async with asyncio.timeout(self.course.left()):
                self._writer.write(text.encode() + b"\r\n")
                await self._writer.drain()

    async def hear(self, stage: Stage) -> str:
        """One line, without its end; bytes that are not UTF-8 are shown as such."""
        assert self._reader is not None, "open comes first"
        with self.course.at(stage):
            try:
                async with asyncio.timeout(self.course.left()):
                    line = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as error:
                raise Failed(stage, "malformed", f"a line of more than {LONGEST_LINE} octets") from error
        return line.rstrip(b"\r\n").decode(errors="backslashreplace")

    async def change_over(self, context: ssl.SSLContext | None = None) -> None:
        """STARTTLS was agreed: shake hands on the same connection. What was said in clear before is forgotten."""
        assert self._writer is not None, "open comes first"
        assert self._reader is not None, "open comes first"
        if self._reader._buffer:  # type: ignore[attr-defined]  # CVE-2011-0411: answers injected before the handshake
            raise Failed("tls", "malformed", "the server went on in clear after agreeing to TLS")
        with self.course.at("tls"):
            async with asyncio.timeout(self.course.left()):
                await self._writer.start_tls(context or verified(), server_hostname=self.course.check.host)
        self.expires = seconds_left(self._writer)

    def close(self) -> None:
        """At once, without a goodbye."""
        if self._writer is not None:
            self._writer.transport.abort()


def wrong(stage: Stage, failure: Failure, said: str) -> Failed:
    """What the server said, as a failure."""
    return Failed(stage, failure, shown(said))


def shown(said: str) -> str:
    """What a server said, fit for one line of a terminal or a page."""
    kept = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
    return kept if len(kept) <= SHOWN else f"{kept[: SHOWN - 1]}…"


def changes_over(check: Check, offered: bool, required: bool) -> bool:
    """Whether to ask for TLS. `required`: unless the address says otherwise.

    Raises Failed where TLS has to be and is not offered.
    """
    asked = check.options.get("starttls", "require" if required else "if-offered")
    if asked == "require" and not offered:
        raise Failed("tls", "not-protected", "STARTTLS is not offered")
    return offered and asked != "never"


def may_log_in(check: Check, protected: bool) -> None:
    """Raise Failed where a password would cross a network in clear."""
    if not protected and check.options.get("starttls") != "never":
        raise Failed("login", "not-protected", "no TLS: the password was not sent")


async def _plain(sock: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(sock=sock, limit=LONGEST_LINE)
