"""Reading the copy in a browser: the reader, served on loopback until Ctrl-C."""

import asyncio
import contextlib
import signal
import webbrowser
from pathlib import Path

import click

from lightship.edges.clock import local_zone
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.app import MailReader
from lightship.edges.web.reader.guard import Guard, token
from lightship.edges.web.server import LOOPBACK, check, serving

LET_GO_SECONDS = 0.5


def read_in_browser(folder: Path, below: str, port: int, browser: bool) -> None:
    """Serve the reader until Ctrl-C.

    Args:
        below: what to open first, below the secret ("m/3f2a...", "?q=words").
        port: 0: any free one.
        browser: open it there; the address is printed anyway.
    """
    reader = Reader(folder)
    try:
        asyncio.run(_serve(reader, below, check(LOOPBACK, port), browser))
    finally:
        reader.close()


async def _serve(reader: Reader, below: str, port: int, browser: bool) -> None:
    secret = token()
    app = MailReader(reader, Guard(secret, port), secret, local_zone())
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(RuntimeError):  # outside the main thread
            loop.add_signal_handler(each, ended.set)
    async with serving(app, LOOPBACK, port) as address:
        opened = f"{address}{secret}/{below}"
        click.echo(f"Your mail, read-only: {opened}")
        click.echo(
            "Only this machine can open it, and only with this whole address. Ctrl-C ends it.", err=True
        )
        if browser:
            await asyncio.to_thread(webbrowser.open, opened)
        await ended.wait()
    # The server's own threads let go of idle connections a moment after it says it has stopped, and complain on
    # standard error if Python is gone by then.
    await asyncio.sleep(LET_GO_SECONDS)
