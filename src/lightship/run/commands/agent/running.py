"""`lightship agent run`."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.agents.place import data_option, folder_of

if TYPE_CHECKING:
    from lightship.run.agents.agent import AgentRun


@click.command()
@data_option
@click.option("-v", "--verbose", is_flag=True, help="Print every measurement.")
def run(data: Path | None, verbose: bool) -> None:
    """Measure for the hub until interrupted.

    While the hub is away, results are kept on disk and the orders of before go on.
    """
    import uvloop

    from lightship.edges.agents.own.folder import SPOOL, Folder
    from lightship.edges.stores.lock import Lock
    from lightship.run.agents.agent import AgentRun
    from lightship.run.agents.lines import Lines

    folder = Folder(folder_of(data))
    folder.identity()
    lock = Lock(folder.path / SPOOL, "another agent", "stop that one first, or name another folder")
    lines = Lines(verbose)
    try:
        uvloop.run(_until_told(AgentRun(folder, lines.says, lines.saw)))
    finally:
        lock.release()


async def _until_told(agent: "AgentRun") -> None:
    """SIGTERM ends it as Ctrl-C does."""
    task = asyncio.ensure_future(agent.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
