"""`lightship operators list`."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json


@click.command("list")
@hub_option
@json_option
def list_operators(hub: Path, as_json: bool) -> None:
    """List everybody there is or was."""
    from lightship.edges.operators.people import People, beside
    from lightship.vocabulary.time import iso

    people = People(beside(store_of(hub)))
    found = people.all()
    people.close()
    if as_json:
        print_json({"operators": found})
        return
    if not found:
        click.echo("Nobody yet: lightship operators invite NAME")
    for each in found:
        state = (
            f"ended {iso(each.ended_at)}"
            if each.ended_at
            else "joined"
            if each.joined
            else "invited, not joined"
        )
        click.echo(f"{each.name:<20} {each.role:<8} {state}")
