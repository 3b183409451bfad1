"""`lightship reports`: customers' reports that came by other ways than the page. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_REPORTS = "Reports of customers"

COMMANDS = {
    "add": Entry(
        "lightship.run.commands.reports.add:add", _REPORTS, "Hand in the reports of a file, each once."
    ),
}

_EXAMPLES = """\
Examples:
  lightship reports add calls.ndjson
  lightship reports add calls.csv --as call-centre
  lightship reports add calls.ndjson --to https://hub.example.org --token file:token.txt

What a row may say: docs/reference/reports.md."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def reports() -> None:
    """Hand in customers' reports, many at once."""
