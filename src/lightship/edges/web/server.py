"""Listening: an ASGI application on an address of this machine, inside the running event loop."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from lightship.edges.web.quick import QuickProtocol
from lightship.vocabulary.errors import BadInput

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 3.0
KEEP_ALIVE_SECONDS = 30
MOST_AT_ONCE = 4096
"""Connections with a request of the ordinary way; what comes on top is told to come again later."""
BACKLOG = 2048

logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # strangers' mistakes are no news of ours


@asynccontextmanager
async def serving(
    app: Any, host: str = LOOPBACK, port: int = 0, certificate: tuple[Path, Path] | None = None
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address ("http://127.0.0.1:8080/"). Requests under way end first.

    An application that has answers lying ready (`quick.Ready`) gives them without being called.

    Args:
        port: 0: any free one.
        certificate: chain and key, files in PEM form; then it is HTTPS, TLS 1.2 or later.

    Raises:
        BadInput: the address cannot be listened on.
    """
    port = check(host, port)
    config = Config(
        app, http=QuickProtocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_keep_alive=KEEP_ALIVE_SECONDS, limit_concurrency=MOST_AT_ONCE, interface="asgi3",
    )  # fmt: skip
    config.load()
    state, ready = ServerState(), app if hasattr(app, "ready") else None
    loop = asyncio.get_running_loop()
    clock = asyncio.create_task(_tell_the_time(state))
    try:
        server = await loop.create_server(
            lambda: QuickProtocol(config, state, {}, ready),
            host,
            port,
            ssl=_secured(certificate),
            backlog=BACKLOG,
        )
    except OSError as error:
        clock.cancel()
        raise _taken(host, port, error) from error
    try:
        yield address(host, port, certificate is not None)
    finally:
        await _stop(server, state)
        clock.cancel()


def check(host: str, port: int) -> int:
    """The port to listen on, found free just now. The server itself would share a taken one without a word."""
    try:
        family, _, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        raise _taken(host, port, error) from error


def _taken(host: str, port: int, error: Exception) -> BadInput:
    reason = getattr(error, "strerror", None) or str(error)
    return BadInput(
        f"{host}:{port}", f"cannot be listened on ({reason})",
        "stop what listens there, or name another port; 0 takes any free one",
    )  # fmt: skip


def address(host: str, port: int, secure: bool = False) -> str:
    """The address for a browser.

    >>> address("::1", 8080)
    'http://[::1]:8080/'
    """
    shown = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104
    scheme = "https" if secure else "http"
    return f"{scheme}://[{shown}]:{port}/" if ":" in shown else f"{scheme}://{shown}:{port}/"


def _secured(certificate: tuple[Path, Path] | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(*certificate)
    return made


async def _tell_the_time(state: ServerState) -> None:
    """The header `date` of every answer, right to the second (RFC 9110 section 6.6.1)."""
    while True:
        state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
        await asyncio.sleep(1.0)


async def _stop(server: asyncio.Server, state: ServerState) -> None:
    """Nobody new; whoever is being answered gets the answer."""
    server.close()
    for each in list(state.connections):
        each.shutdown()
    if state.tasks:
        await asyncio.wait(list(state.tasks), timeout=STOP_SECONDS)
    for each in list(state.connections):
        each.transport.abort()
    await asyncio.sleep(0)  # an aborted connection lets go of its socket in the loop's next turn
    with suppress(TimeoutError):
        await asyncio.wait_for(server.wait_closed(), STOP_SECONDS)
