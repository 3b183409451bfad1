"""`lightship subscribers erase`: forget one person."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option


@click.command(epilog="Example: lightship subscribers erase ann@example.org --hub lightship.yaml --yes")
@click.argument("who")
@hub_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(who: str, hub: Path, yes: bool) -> None:
    """Destroy a person's key, and with it every copy of their contacts, backups included.

    What waits for them is not sent. A hub that runs learns of it within a minute. Exit code 3: nobody of that address
    or id.
    """
    from lightship.edges.clock import now
    from lightship.edges.stores.outbox import Outbox
    from lightship.run.people import People

    with People.of(hub) as people:
        person = people.named(who)
        if not yes:
            click.confirm(f"Erase {person} with {len(people.book.of(person))} contacts?", abort=True)
        people.book.erase(person)
        queue = Outbox(people.store)
        try:
            queue.drop(person, None, now(), "the subscriber was erased")
        finally:
            queue.close()
        click.echo(f"{person}: erased; the key is destroyed, nothing of the contacts can be read any more")
