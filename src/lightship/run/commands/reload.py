"""`lightship reload`: have the running hub read its configuration anew."""

import os
import signal
from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of


@click.command(epilog="Example: lightship reload --hub /etc/lightship/lightship.yaml")
@hub_option
def reload(hub: Path) -> None:
    """Check the configuration, and have the running hub take it over.

    A file that is not sound is refused here and changes nothing. The hub also looks at its file every second by
    itself; checks that stay keep their phase and their history. Exit code 3: the file is not sound, or not served.
    """
    from lightship.run.planning import read
    from lightship.run.reloading import process_of

    plan = read(hub)
    process = process_of(store_of(hub))
    os.kill(process, signal.SIGHUP)
    click.echo(f"{hub}: sound; {len(plan.things)} checks. Process {process} takes it over within a second.")
