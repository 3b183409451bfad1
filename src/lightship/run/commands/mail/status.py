"""`lightship mail status`: what is kept, how old and how complete it is."""

from pathlib import Path

import click

from lightship.edges.clock import now
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json


@click.command(epilog="Example: lightship mail status")
@copy_option
@json_option
def status(copy: Path | None, as_json: bool) -> None:
    """Say what is kept, how old and how complete it is.

    It reads the copy alone, and asks no server.
    """
    from lightship.edges.mailboxes.copy.reader import Reader
    from lightship.run.mail.standing import lines, standings

    folder = copy_folder(copy)
    reader = Reader(folder)
    try:
        found = standings(reader, now())
    finally:
        reader.close()
    if as_json:
        print_json({"copy": str(folder), "accounts": found})
        return
    for line in lines(folder, found):
        click.echo(line)
