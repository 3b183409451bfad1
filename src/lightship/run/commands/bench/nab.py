"""`lightship bench nab`: the shipped count detector on ten real series of counts."""

import os
from pathlib import Path

import click

from lightship.run.output import json_option


@click.command(epilog="Example: lightship bench nab --data ~/NAB-realTweets")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with windows.json and the ten realTweets files."
)
@click.option(
    "--budget",
    type=click.FloatRange(1e-6),
    multiple=True,
    metavar="N",
    help="Budgets to try for the figure in hindsight.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="Processes; as many as there are cores by default.",
)
@json_option
def nab(data: Path | None, budget: tuple[float, ...], jobs: int, as_json: bool) -> None:
    """Score the shipped count detector on ten real series of counts.

    The files are the realTweets series of the Numenta Anomaly Benchmark; they do not ship with Lightship. The detector
    runs unchanged, at a budget of false alarms fixed beforehand; beside it stands the best budget in hindsight, as
    published figures are the best in hindsight. A sanity check: it is no bar, and passes whatever it finds.
    """
    if data is None or not data.is_dir():
        where = "no folder given" if data is None else f"{data}: no such folder"
        click.echo(
            f"lightship: NOT MEASURED: {where}. --data wants the realTweets files of numenta/NAB (MIT).",
            err=True,
        )
        return
    from lightship.run.benches.nab.showing import show
    from lightship.run.benches.nab.suite import BUDGETS, measure

    show(measure(data, budget or BUDGETS, jobs), as_json)
