"""`lightship serve`: what `watch` does, as a file says."""

from pathlib import Path

import click

from lightship.run.json_lines import JsonLines
from lightship.run.planning import read
from lightship.run.terminal import Lines
from lightship.run.watching import go


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--check", is_flag=True, help="Only read the file and say whether it is sound.")
@click.option("--ticks", type=click.IntRange(min=1), metavar="N", help="End after N judged minutes.")
@click.option("-v", "--verbose", is_flag=True, help="Print every measurement.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a line, an event each, instead of text."
)
def serve(file: Path, check: bool, ticks: int | None, verbose: bool, as_json: bool) -> None:
    """Watch and publish as a configuration file says.

    FILE is described in docs/reference/configuration.md. Paths in it are relative to its own folder.
    """
    plan = read(file)
    if check:
        click.echo(f"{file}: sound; {len(plan.things)} checks, {len(plan.controls)} control targets")
        return
    ears = JsonLines() if as_json else Lines(plan.settings.zone, verbose)
    go(plan, ears, ticks, lambda seats: read(file, seats), file)
