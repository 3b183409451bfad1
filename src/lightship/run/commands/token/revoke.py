"""`lightship token revoke`."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of


@click.command()
@click.argument("name")
@hub_option
def revoke(name: str, hub: Path) -> None:
    """Make a token good for nothing, at once.

    NAME is its name or its id. A running hub heeds it from the next request on.
    """
    from lightship.edges.stores.tokens import TokenFile, beside

    tokens = TokenFile(beside(store_of(hub)))
    tokens.revoke(name)
    tokens.close()
    click.echo(f"Token {name!r} is good for nothing from now on.", err=True)
