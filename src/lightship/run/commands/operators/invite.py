"""`lightship operators invite`."""

from pathlib import Path

import click

from lightship.edges.operators.people import ROLES, Role
from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json


@click.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(list(ROLES)), default="editor", show_default=True,
    help="; ".join(f"{name}: {means}" for name, means in ROLES.items()) + ".",
)  # fmt: skip
@hub_option
@json_option
def invite(name: str, role: Role, hub: Path, as_json: bool) -> None:
    """Let NAME in: prints a word that works once, within a day.

    Somebody who is known already starts anew: the old password, code and sessions end at once.
    """
    from lightship.edges.operators.people import INVITED_FOR, People, beside
    from lightship.vocabulary.time import HOUR

    people = People(beside(store_of(hub)))
    word = people.invite(name, role)
    people.close()
    if as_json:
        print_json({"name": name, "role": role, "word": word, "page": "/console/join"})
        return
    click.echo(word)
    click.echo(
        f"For {name!r}, as {role}: open /console/join on the hub's page and give name and word, within "
        f"{INVITED_FOR // HOUR} hours. It is not shown again.", err=True,
    )  # fmt: skip
