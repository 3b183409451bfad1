"""`lightship bench explain`: how well causes are found, on networks whose truth is known."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.output import json_option
from lightship.run.progress import Progress

if TYPE_CHECKING:
    from lightship.run.benches.explain.form import Form
    from lightship.run.benches.explain.judged import Judged

_LETTERS = ("A", "B", "C", "D", "E", "F")

_EXAMPLES = """\
Examples:
  lightship bench explain                              one case under each condition: minutes
  lightship bench explain --suite B --cases 20         two partial faults at once, 20 cases each
  lightship bench explain --full --seed 7 --output out the long form, with tables, plots and every case in out/"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Equal seeds, equal cases."
)
@click.option(
    "--suite",
    "suites",
    type=click.Choice(_LETTERS),
    multiple=True,
    help="Only this suite; give it again for more.  [default: all]",
)
@click.option(
    "--cases", type=click.IntRange(min=1), help="Cases under each condition.  [default: 1, with --full 40]"
)
@click.option(
    "--size",
    type=click.Choice(["large", "small"]),
    default="large",
    show_default=True,
    help="Of the network. Small is a twentieth of it, for a quick look: less evidence, other figures.",
)
@click.option(
    "--exact/--no-exact",
    default=True,
    show_default=True,
    help="Beside it, the exact optimum where it can be proven: about twice the time.",
)
@click.option("--full", is_flag=True, help="The long form: hours of one core.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write results, every case and the plots into this folder.",
)
@json_option
@click.pass_context
def explain(
    context: click.Context,
    seed: int,
    suites: tuple[str, ...],
    cases: int | None,
    size: str,
    exact: bool,
    full: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Judge the localiser on simulated faults whose truth is known.

    Suites: A one to three whole faults; B two partial ones at once; C hidden by redundancy, common causes; D storms of
    5 to 30; E a wrong map, mis-stated noise, silent vantages; F nothing but reports by area code. The map has 6,471
    components and 18,600 tests. Everything is simulated. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.explain import form
    from lightship.run.benches.explain.bars import bars
    from lightship.run.benches.explain.report import print_calibration, print_cells, write
    from lightship.run.benches.showing import lines_of, show

    count = cases or (form.FULL if full else form.SHORT)
    asked = form.Form(seed, suites or _LETTERS, count, form.SIZES[size], exact)  # type: ignore[arg-type]
    judged = _judged(asked)
    if output is not None:
        write(output, asked, judged)
    if not as_json:
        print_cells(judged)
        print_calibration(judged)
    context.exit(show(lines_of(bars(judged)), as_json, "Explain: bars (simulated)"))


def _judged(asked: "Form") -> "list[Judged]":
    from lightship.run.benches.explain.form import run

    found = []
    with Progress("cases", total=asked.total) as progress:
        for each in run(asked):
            found.append(each)
            progress.advance()
    return found
