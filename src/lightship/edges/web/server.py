"""Listening: an ASGI application on an address of this machine, inside the running event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server.embed import Server

from lightship.vocabulary.errors import BadInput

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 3.0
WAIT_SECONDS = 5.0


@asynccontextmanager
async def serving(
    app: Any, host: str = LOOPBACK, port: int = 0, certificate: tuple[Path, Path] | None = None
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address ("http://127.0.0.1:8080/"). Requests under way end first.

    Args:
        port: 0: any free one.
        certificate: chain and key, files in PEM form; then it is HTTPS, TLS 1.2 or later.

    Raises:
        BadInput: the address cannot be listened on.
    """
    port = check(host, port)
    own, key = certificate or (None, None)
    server = Server(
        app,
        host,
        port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        ssl_cert=own,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    task = asyncio.create_task(server.serve())
    try:
        await _until_open(host, port, task)
        yield address(host, port, certificate is not None)
    finally:
        await _stop(server, task)


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
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"{host}:{port}", f"cannot be listened on ({reason})",
            "stop what listens there, or name another port; 0 takes any free one",
        ) from error  # fmt: skip


def address(host: str, port: int, secure: bool = False) -> str:
    """The address for a browser.

    >>> address("::1", 8080)
    'http://[::1]:8080/'
    """
    shown = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104
    scheme = "https" if secure else "http"
    return f"{scheme}://[{shown}]:{port}/" if ":" in shown else f"{scheme}://{shown}:{port}/"


async def _until_open(host: str, port: int, task: asyncio.Task[None]) -> None:
    """Wait until it accepts connections."""
    ends = asyncio.get_running_loop().time() + WAIT_SECONDS
    where = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104
    while not task.done():
        try:
            _, writer = await asyncio.open_connection(where, port)
        except OSError:
            if asyncio.get_running_loop().time() > ends:
                break
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise BadInput(f"{host}:{port}", "does not accept connections", "name another port") from (
        task.exception() if task.done() and not task.cancelled() else None
    )


async def _stop(server: Server, task: asyncio.Task[None]) -> None:
    if not task.done():
        server.stop()  # type: ignore[no-untyped-call]  # granian does not annotate it
        await asyncio.wait([task], timeout=STOP_SECONDS)
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
