"""`lightship outbox`: how the delivery of letters stands."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option


@click.command(epilog="Example: lightship outbox --hub lightship.yaml")
@hub_option
@json_option
def outbox(hub: Path, as_json: bool) -> None:
    """Show how many letters wait, went, failed or are in doubt.

    By channel.

    The hub may run meanwhile. What each state means stands in docs/reference/channels.md.
    """
    from lightship.edges.stores.outbox import Outbox
    from lightship.edges.stores.reading import StoreReader
    from lightship.run.output import print_json

    store = store_of(hub)
    StoreReader(store).close()  # refuses what is no store before anything is opened for writing
    queue = Outbox(store)
    try:
        counts = queue.counts()
        due = {channel: queue.next_due(channel) for channel in counts}
    finally:
        queue.close()
    if as_json:
        print_json(
            {channel: {"letters": states, "next_due": due[channel]} for channel, states in counts.items()}
        )
        return
    if not counts:
        click.echo("No letter was ever planned here.")
    for channel, states in counts.items():
        said = ", ".join(f"{count:,} {state}" for state, count in states.items())
        click.echo(f"{channel}: {said}")
    if any("unknown" in states for states in counts.values()):
        click.echo(
            "unknown: they may have arrived, and are not repeated, because their receivers cannot tell repeats"
        )
