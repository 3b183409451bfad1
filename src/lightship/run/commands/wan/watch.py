"""`lightship wan watch`: what the lines do, and what would be done about it."""

import asyncio
from typing import Any

import click

from lightship.run.commands.wan.options import asked, line_options


@click.command()
@line_options
@click.option(
    "--for", "seconds", type=click.FloatRange(min=0.1), metavar="SECONDS", help="End after so long."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a line, an event each, instead of text."
)
def watch(seconds: float | None, as_json: bool, **found: Any) -> None:
    """Probe the lines of this machine and say what would be done.

    Needs no root and changes nothing. Without DEVICE: every device with a default route, the machine's own choice
    first.

    For each line: its state, the loss and round trip of the last minute, when it was last heard, what would be done
    with it and why. Runs beside any router: let it run for a week, then `lightship wan advise`.
    """
    from lightship.run.wan.watching import watching

    asyncio.run(watching(asked(found), seconds, as_json))
