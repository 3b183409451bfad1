"""`lightship feeds`: how each feed of a hub is."""

from pathlib import Path

import click
import msgspec

from lightship.run.exit_codes import ExitCode
from lightship.run.hub_file import hub_option


@click.command()
@hub_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a feed.")
def feeds(hub: Path, as_json: bool) -> int:
    """Say of each feed when it was heard, and what is wrong with it.

    Work that was announced stands below. The hub may run or not. Exit code 1: a feed is silent; what it watches is
    unknown, not well.
    """
    from lightship.run.feeds_shown import FeedShown, WorkShown, inbox_of, shown, works
    from lightship.run.planning import read

    plan = read(hub)
    if not plan.feeds:
        click.echo(f"{hub}: no feeds; see docs/reference/feeds.md", err=True)
        return ExitCode.OK
    with inbox_of(plan) as inbox:
        found = shown(plan, inbox)
        lines: list[FeedShown | WorkShown] = [*found, *works(inbox)]
    for each in lines:
        click.echo(msgspec.json.encode(each).decode() if as_json else each.words())
    return ExitCode.CHECK_FAILED if any(each.silent for each in found) else ExitCode.OK
