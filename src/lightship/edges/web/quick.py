"""The short way for the published page: a request that was seen before is answered with bytes that lie ready.

Readers of one kind send the same octets again and again. So a request, whole as it came, is looked up; what it finds is
the answer but for the date. Anything else (a form, a request in pieces, several at once, a reader who does not take
what they asked for) goes the ordinary way through the HTTP parser and the application. Both ways give the same answer.
"""

from asyncio import TimerHandle
from typing import Any, Protocol

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

PATIENCE_SECONDS = 30.0
"""A request has so long to come whole; after it the connection is closed."""
_END = b"\r\n\r\n"


class Ready(Protocol):
    """Answers that lie ready."""

    def ready(self, request: bytes) -> tuple[bytes, bytes] | None:
        """Head without its last line and body for a request as it came; None: it goes the ordinary way."""


class QuickProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], ready: Ready | None
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._ready = ready
        self._coming = False
        self._patience: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody is there."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        if self._patience is not None:
            self._patience.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        found = self._ready.ready(data) if self._ready is not None and self._may_be_quick(data) else None
        if found is None:
            super().data_received(data)
            return
        self._keep_alive_anew()
        self.transport.write(b"".join((found[0], self._date(), found[1])))

    def _may_be_quick(self, data: bytes) -> bool:
        """A whole request, nothing before it under way, and a reader who takes what was sent."""
        cycle: RequestResponseCycle | None = self.cycle
        idle = not self._coming and (cycle is None or cycle.response_complete)
        return idle and not self.flow.write_paused and data.endswith(_END)

    def _date(self) -> bytes:
        told = self.server_state.default_headers
        return b"date: " + told[0][1] + _END if told else b"\r\n"

    def _keep_alive_anew(self) -> None:
        """The timer of an idle connection; moved at most once a second, which is what it costs the least."""
        now, handle = self.loop.time(), self.timeout_keep_alive_task
        if handle is None or handle.when() - now < self.timeout_keep_alive - 1.0:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        """A request begins to come."""
        self._coming = True
        if self._patience is None:
            self._wait()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """It is here."""
        self._coming = False
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        super().on_message_complete()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(PATIENCE_SECONDS, self._late)

    def _late(self) -> None:
        """A connection on which nothing came whole; one that is idle after an answer has a timer of its own."""
        self._patience = None
        cycle: RequestResponseCycle | None = self.cycle
        if self._coming or (cycle is None and self.timeout_keep_alive_task is None):
            self.transport.abort()
