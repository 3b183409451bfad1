"""`lightship agents invite`."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json


@click.command()
@click.argument("name")
@click.option(
    "--network", required=True,
    help="Its access network, such as \"AS64500 Example Mobile\". Agents of one network are one vote.",
)  # fmt: skip
@click.option("--region", default="", help="Where it stands, in words the public may read.")
@hub_option
@json_option
def invite(name: str, network: str, region: str, hub: Path, as_json: bool) -> None:
    """Invite an agent: print what it enrols with.

    The invitation is good once, for a day, and is not shown again. NAME becomes a vantage; with a map of your own it
    has to be a vantage of that map.
    """
    from lightship.edges.agents.hub.registry import INVITED, Registry
    from lightship.edges.agents.hub.tables import beside
    from lightship.edges.agents.signing import HubKey
    from lightship.edges.agents.signing import beside as key_beside
    from lightship.run.commands.token.add import checked
    from lightship.run.configuration import read_file
    from lightship.vocabulary.errors import BadInput
    from lightship.vocabulary.time import HOUR

    checked(name)
    for said in (network, region):
        if not said.isprintable() or len(said) > 80:
            raise BadInput("--network or --region", repr(said[:100]), "one line of 80 characters at most")
    if not network.strip():
        raise BadInput("--network", "nothing", 'the access network, such as "AS64500 Example Mobile"')
    file, document = read_file(hub)
    if name == file.vantage:
        raise BadInput(document.place(("vantage",)), f"{name} is this machine", "another vantage of the map")
    store = store_of(hub)
    registry = Registry(beside(store))
    made = registry.invite(name, network.strip(), region.strip(), HubKey(key_beside(store)).public)
    registry.close()
    if as_json:
        print_json({"name": name, "network": network, "region": region, "invitation": made})
        return
    click.echo(made)
    click.echo(f"Good once, for {INVITED // HOUR} hours. On the other machine:", err=True)
    click.echo("  lightship agent enrol https://HUB INVITATION", err=True)
