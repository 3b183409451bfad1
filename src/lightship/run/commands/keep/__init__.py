"""`lightship keep`: what a customer holds for the day the provider cannot be asked. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_HOLD = "Hold in your own hands"

COMMANDS = {
    "account": Entry(
        "lightship.run.commands.keep.account:account",
        _HOLD,
        "Hold bills, contract, numbers and screenshots in a folder of your own.",
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def keep() -> None:
    """Hold what you need when the provider's pages are down.

    The mail has its own command: `lightship mail keep`.
    """
