"""`lightship agents remove`."""

from contextlib import suppress
from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of


@click.command()
@click.argument("name")
@hub_option
def remove(name: str, hub: Path) -> None:
    """Let an agent go: it counts no more.

    Its token is good for nothing from the next request on; what it measured before stays in the log.
    """
    from lightship.edges.agents.hub.enrolment import PREFIX
    from lightship.edges.agents.hub.registry import Registry
    from lightship.edges.agents.hub.tables import beside
    from lightship.edges.stores.tokens import TokenFile
    from lightship.edges.stores.tokens import beside as tokens_beside
    from lightship.vocabulary.errors import BadInput

    store = store_of(hub)
    registry, tokens = Registry(beside(store)), TokenFile(tokens_beside(store))
    registry.remove(name)
    with suppress(BadInput):  # invited, and never came
        tokens.revoke(PREFIX + name)
    registry.close()
    tokens.close()
    click.echo(f"Agent {name!r} counts no more.", err=True)
