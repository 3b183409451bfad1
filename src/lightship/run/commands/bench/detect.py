"""`lightship bench detect`: how soon, at how many false alarms, beside the peers, on simulated truth."""

import os
from pathlib import Path

import click

from lightship.run.output import json_option


@click.command(
    epilog="""\
Examples:
  lightship bench detect                          the short form, public seed
  lightship bench detect --full --seed 20261127   the full form, a seed that nobody has seen
  lightship bench detect --only promise           whether the promise is kept, alone
"""
)
@click.option("--full", is_flag=True, help="12 false alarms a year, four years of each noise; takes hours.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="What all chance is drawn from."
)
@click.option(
    "--budget",
    type=click.FloatRange(1.0),
    metavar="N",
    help="False alarms promised a year; short: 120, full: 12.",
)
@click.option(
    "--per-cell",
    type=click.IntRange(1),
    metavar="N",
    help="Outages per scope, size and time of day; short: 10, full: 60.",
)
@click.option(
    "--only",
    type=click.Choice(["delay", "promise", "bursts"]),
    multiple=True,
    help="Measure a part; may be given again.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="Processes; as many as there are cores by default.",
)
@click.option(
    "--output",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write detect.json, plots and a page into this folder.",
)
@click.option(
    "--focus-python", default="", help="A Python that has changepoint-online, to compare FOCuS with."
)
@json_option
@click.pass_context
def detect(
    context: click.Context, full: bool, seed: int, budget: float | None, per_cell: int | None, only: tuple[str, ...],
    jobs: int, out: Path | None, focus_python: str, as_json: bool,
) -> None:  # fmt: skip
    """Measure detection against peers, on simulated truth.

    Years of noisy reports are simulated under the shipped engine; outages with known truth are forked off them, and
    ratio rule, EARS C2, CUSUM and FOCuS hear the same counts against the same baseline, at as many false alarms as
    ours. Everything is simulated and the seed decides it. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.detect.form import chosen
    from lightship.run.benches.detect.showing import show, write
    from lightship.run.benches.detect.suite import PARTS, measure

    form = chosen(full, budget, per_cell)
    result = measure(form, seed, jobs, only or PARTS, focus_python)
    if out is not None:
        write(result, out)
    context.exit(show(result, as_json))
