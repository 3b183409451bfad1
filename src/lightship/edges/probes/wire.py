"""A lean way to a server: one protocol object a connection, TLS between it and the transport, one deadline.

On uvloop this costs a fraction of what streams or a general client do, and the stages are still told apart: connected,
shaken hands, answered. TLS runs over memory, so that the handshake has a stage of its own.
"""

import asyncio
import ssl
import time
from functools import lru_cache
from typing import cast

from cryptography import x509

from lightship.edges.probes.probe import Text
from lightship.edges.probes.stages import Address, Course, connected_socket

_CHUNK = 1 << 14
"""Octets of one TLS record, at most (RFC 8446, 5.1): larger room would only be cleared for nothing."""


class Wire(asyncio.Protocol):
    """One connection. A subclass says what is sent once it is open, and when the answer is complete.

    Args:
        context: TLS before anything else; None: none.
        name: whose certificate it has to be.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, context: ssl.SSLContext | None = None, name: str = ""
    ) -> None:
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = loop.create_future()
        self.secured: asyncio.Future[None] | None = loop.create_future() if context is not None else None
        self.certificate: bytes | None = None
        self.tls_version = ""
        if context is not None:
            self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
            self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)

    def opened(self) -> None:
        """The connection is there and, where wanted, protected."""

    def heard(self, data: bytes) -> None:
        """Something came, in the clear."""

    def closed(self) -> None:
        """The other end said that nothing more will come."""
        self.fail(EOFError())

    def say(self, data: bytes) -> None:
        """Send, protected where wanted."""
        assert self.transport is not None, "said after it was opened"
        if self.secured is None:
            self.transport.write(data)
        else:
            self._tls.write(data)
            self._flush()

    def end(self) -> None:
        """All that was wanted has come."""
        if not self.ended.done():
            self.ended.set_result(None)

    def abort(self) -> None:
        """Nothing more is wanted; what is on its way is thrown away."""
        self.ended.cancel()
        if self.transport is not None:
            self.transport.abort()

    def texts(self) -> dict[str, Text]:
        """Where it led, and how it is protected."""
        peer = self.transport.get_extra_info("peername") if self.transport is not None else None
        found: dict[str, Text] = {"address": str(peer[0])} if peer else {}
        return found | {"tls": self.tls_version} if self.tls_version else found

    def fail(self, error: BaseException) -> None:
        """It did not work; whoever waits for the present stage is told."""
        for each in (self.secured, self.ended):
            if each is not None and not each.done():
                each.set_exception(error)
                each.exception()  # read: the other one may have been told alone

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self.transport = cast("asyncio.Transport", transport)
        if self.secured is None:
            self.opened()
        else:
            self._shake()

    def data_received(self, data: bytes) -> None:
        """As it came."""
        if self.secured is None:
            self.heard(data)
            return
        self._in.write(data)
        if not self.secured.done():
            self._shake()
        if self.secured.done() and self.secured.exception() is None:
            self._read()

    def eof_received(self) -> None:
        """The other end has closed its side."""
        if self.secured is not None:
            self._in.write_eof()
            if self.secured.done():
                self._read()
        self.closed()

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self.fail(error or EOFError())

    def _shake(self) -> None:
        assert self.secured is not None, "only with TLS"
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return
        except ssl.SSLError as error:
            self._flush()  # the alert, which tells the other end why
            self.fail(error)
            return
        self.certificate = self._tls.getpeercert(True)
        self.tls_version = self._tls.version() or ""
        self.secured.set_result(None)
        self.opened()
        self._flush()

    def _flush(self) -> None:
        assert self.transport is not None, "connected"
        data = self._out.read()
        if data:
            self.transport.write(data)

    def _read(self) -> None:
        try:
            while not self.ended.done():
                data = self._tls.read(_CHUNK)
                if not data:
                    self.closed()
                    return
                self.heard(data)
        except ssl.SSLWantReadError:
            return
        except ssl.SSLEOFError:
            self.closed()
        except ssl.SSLError as error:
            self.fail(error)


async def open_wire(course: Course, addresses: list[Address], wire: Wire) -> None:
    """Connect to the first address that takes it, and shake hands. Raises Failed."""
    with course.at("connect"):
        await _connect(course, addresses, wire)
    if wire.secured is not None:
        with course.at("tls"):
            await within(course, wire, wire.secured)


async def _connect(course: Course, addresses: list[Address], wire: Wire) -> None:
    for number, (_, address) in enumerate(addresses):
        try:
            async with asyncio.timeout(course.left() / (len(addresses) - number)):
                if course.check.device or (len(address) == 4 and address[3]):
                    sock = await connected_socket(course, addresses[number])
                    await wire.loop.create_connection(lambda: wire, sock=sock)
                else:
                    await wire.loop.create_connection(
                        lambda: wire, cast("str", address[0]), cast("int", address[1])
                    )
            return
        except OSError:
            if number + 1 == len(addresses):
                raise


async def within(course: Course, wire: Wire, waited: "asyncio.Future[None]") -> None:
    """Wait until the deadline. Raises TimeoutError, and whatever the wire failed with."""
    late = wire.loop.call_later(course.left(), wire.fail, TimeoutError())
    try:
        await waited
    finally:
        late.cancel()


@lru_cache(1024)
def ends_at(certificate: bytes) -> float:
    """When a certificate ends, in Unix time."""
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc.timestamp()


def expires(wire: Wire) -> float | None:
    """Seconds until the peer's certificate ends; None without one."""
    return ends_at(wire.certificate) - time.time() if wire.certificate else None
