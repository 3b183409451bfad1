"""`lightship subscribers export`: everything that is kept of one person."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option


@click.command(epilog="Example: lightship subscribers export ann@example.org --hub lightship.yaml > ann.json")
@click.argument("who")
@hub_option
def export(who: str, hub: Path) -> None:
    """Print all that is kept of one person, as one JSON document.

    Contacts with what was asked for, and every letter of the last 30 days. Exit code 3: nobody of that address or id.
    """
    from lightship.edges.stores.outbox import Outbox
    from lightship.run.output import print_json
    from lightship.run.people import People

    with People.of(hub) as people:
        person = people.named(who)
        queue = Outbox(people.store)
        try:
            letters = queue.of(person)
        finally:
            queue.close()
        print_json({"person": person, "contacts": people.book.of(person), "letters": letters})
