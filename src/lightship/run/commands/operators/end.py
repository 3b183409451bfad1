"""`lightship operators end`."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of


@click.command()
@click.argument("name")
@hub_option
def end(name: str, hub: Path) -> None:
    """End NAME's access at once: password, code and sessions."""
    from lightship.edges.operators.people import People, beside

    people = People(beside(store_of(hub)))
    people.end(name)
    people.close()
    click.echo(f"{name} has no access any more.")
