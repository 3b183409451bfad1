"""`lightship mirrors`: the copies of the page elsewhere. One file a command."""

import click

from lightship.run.lazy import Entry, LazyGroup

COMMANDS = {
    "status": Entry(
        "lightship.run.commands.mirrors.status:status", "Commands", "Show how each copy stands, and the key."
    ),
    "verify": Entry(
        "lightship.run.commands.mirrors.verify:verify",
        "Commands",
        "Look at every file of a copy, as a reader would.",
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def mirrors() -> None:
    """Look after the copies of the page elsewhere."""
