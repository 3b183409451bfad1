"""`lightship bench speed`: the speed bars, each with a verdict."""

import click

from lightship.run.benches import BENCHES
from lightship.run.output import json_option
from lightship.run.progress import Progress


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)), metavar="[NAME]...")
@json_option
@click.pass_context
def speed(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Measure the speed bars on this machine; all of them, or the named ones.

    Each figure is a median and stands beside its bar. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.showing import lines_of, show
    from lightship.run.benches.speed import bars

    wanted = names or tuple(BENCHES)
    found = []
    with Progress("benches", total=len(wanted)) as progress:
        for each in bars(wanted):
            found.append(each)
            progress.advance()
    context.exit(show(lines_of(found), as_json))
