"""Bytes to and from a server: lines, and literals that are taken into memory or poured somewhere."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from lightship.edges.mailboxes.imap.trouble import Dropped, Nonsense

if TYPE_CHECKING:
    import ssl

CHUNK = 256 * 1024
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes. A line is flags, addresses or a list of numbers; beyond this it is an attack or an accident."""


class Stream:
    """One connection.

    Args:
        connected: a socket with a timeout: a server that is silent for longer counts as gone.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._held, self._at = b"", 0
        self.received = 0
        self.secure = False
        """Whether TLS protects it."""

    def patience(self, seconds: float) -> None:
        """How long the server may be silent."""
        self._socket.settimeout(seconds)

    def protect(self, context: "ssl.SSLContext", host: str) -> None:
        """Begin TLS.

        Raises:
            Nonsense: the server said something before; it would be believed as if TLS had protected it
                (CVE-2011-0411).
            Dropped: TLS could not be agreed upon, or the certificate is not the host's.
        """
        if self._at < len(self._held):
            raise Nonsense("the server said more before TLS than it may")
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            raise Dropped(f"TLS: {_reason(error)}") from error
        self.secure = True

    def send(self, data: bytes) -> None:
        """All of it. Raises Dropped."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Dropped(_reason(error)) from error

    def line(self) -> bytes:
        """The next line, without its end. Raises Dropped or Nonsense."""
        searched = self._at
        while (end := self._held.find(b"\r\n", searched)) < 0:
            if len(self._held) - self._at > LONGEST_LINE:
                raise Nonsense(f"a line of more than {LONGEST_LINE:,} bytes")
            searched = max(0, len(self._held) - self._at - 1)
            self._held, self._at = self._held[self._at :] + self._more(), 0
        line = self._held[self._at : end]
        self._at = end + 2
        return line

    def take(self, count: int) -> bytes:
        """Exactly so many bytes. Raises Dropped."""
        end = self._at + count
        if end <= len(self._held):
            data = self._held[self._at : end]
            self._at = end
            return data
        into = bytearray(count)
        view = memoryview(into)
        have = self._empty_into(view)
        while have < count:
            have += self._receive_into(view[have:])
        return bytes(into)

    def pour(self, count: int, write: Callable[[memoryview], object]) -> None:
        """Exactly so many bytes, piece by piece. Raises Dropped, and whatever `write` raises."""
        view = memoryview(bytearray(min(count, CHUNK)))
        while count:
            part = view[: min(count, CHUNK)]
            have = self._empty_into(part) or self._receive_into(part)
            write(part[:have])
            count -= have

    def close(self) -> None:
        """At once, without a word."""
        self._socket.close()

    def _empty_into(self, view: memoryview) -> int:
        data = self._held[self._at : self._at + len(view)]
        self._at += len(data)
        view[: len(data)] = data
        return len(data)

    def _receive_into(self, view: memoryview) -> int:
        try:
            count = self._socket.recv_into(view)
        except OSError as error:
            raise Dropped(_reason(error)) from error
        return self._counted(count)

    def _more(self) -> bytes:
        try:
            data = self._socket.recv(CHUNK)
        except OSError as error:
            raise Dropped(_reason(error)) from error
        self._counted(len(data))
        return data

    def _counted(self, count: int) -> int:
        if not count:
            raise Dropped("the server closed the connection")
        self.received += count
        return count


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "the server does not answer"
    # Loaded only where something failed.
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return "none is spoken there; a port that begins in the clear (143) wants STARTTLS"
    return error.strerror or str(error)
