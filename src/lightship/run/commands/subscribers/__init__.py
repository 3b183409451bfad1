"""`lightship subscribers`: what is kept of people, for those who ask about themselves. One file a command."""

import click

from lightship.run.lazy import Entry, LazyGroup

COMMANDS = {
    "export": Entry(
        "lightship.run.commands.subscribers.export:export",
        "Commands",
        "Print all that is kept of one person.",
    ),
    "erase": Entry(
        "lightship.run.commands.subscribers.erase:erase", "Commands", "Destroy a person's key and contacts."
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def subscribers() -> None:
    """Export or erase what is kept of a subscriber.

    WHO is an address, as it was typed, or the opaque id that stands in the log.
    """
