"""`lightship mail search`: messages of the copy that hold all of these words."""

from pathlib import Path

import click

from lightship.edges.clock import local_zone, now
from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json


@click.command(epilog="Example: lightship mail search subject:invoice from:ann 2026*")
@click.argument("query", nargs=-1, required=True, metavar="WORDS...")
@copy_option
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Show so many at most."
)
@json_option
def search(query: tuple[str, ...], copy: Path | None, limit: int, as_json: bool) -> int:
    """Find messages of the copy that hold all of these words.

    `from:`, `to:`, `subject:` and `body:` before a word look there alone; `inv*` finds any ending. Ends with 1 where
    nothing is found.
    """
    from lightship.edges.mailboxes.copy.reader import Reader
    from lightship.run.mail.chosen import searched
    from lightship.run.mail.terminal import listed, rows

    reader = Reader(copy_folder(copy))
    try:
        found = searched(reader, " ".join(query), limit)
        shown, left = rows(reader, found, now(), local_zone()), reader.to_index()
    finally:
        reader.close()
    if as_json:
        print_json({"query": " ".join(query), "messages": shown, "not_searchable_yet": left})
    else:
        for line in listed(shown):
            click.echo(line)
    if left:
        click.echo(
            f"{left:,} messages cannot be searched yet; `lightship mail keep` goes on with them.", err=True
        )
    if not found:
        click.echo("No message holds all of these words.", err=True)
    return ExitCode.OK if found else ExitCode.CHECK_FAILED
