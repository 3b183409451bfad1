"""`lightship replay`: an outage of the past, or one of your own, through the whole of Lightship."""

from pathlib import Path

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option, print_json

_EXAMPLES = """\
Examples:
  lightship replay bt-2016-07-20                  as fast as it goes, then the answer sheet
  lightship replay bt-2016-07-20 --serve          watch it in the browser, a minute a second
  lightship replay my-outage.yaml --until 2h      your own scenario, to two hours after its onset
  lightship replay quiet-week --json              the answer sheet, for machines

Everything is simulated and says so. No real channel and no mirror but a local folder is opened.
Exit code 1: a deadline was missed or a never rule was broken."""


@click.command(epilog=_EXAMPLES)
@click.argument("scenario", metavar="NAME-or-FILE")
@click.option(
    "--speed", metavar="X", help="Simulated seconds a second, or max. Default: max; 60 with --serve."
)
@click.option("--serve", is_flag=True, help="Serve the page while it runs, and after, until Ctrl-C.")
@click.option(
    "--listen", default="127.0.0.1:8016", show_default=True, metavar="HOST:PORT", help="With --serve."
)
@click.option("--seed", type=click.IntRange(min=0), help="Another draw of the simulated noise.")
@click.option("--until", metavar="SPAN", help="Stop so long after the onset, such as 90m or 2h.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Keep the store and the site here; going on where an earlier run stopped. Default: a temporary folder.",
)  # fmt: skip
@json_option
def replay(
    scenario: str, speed: str | None, serve: bool, listen: str, seed: int | None, until: str | None,
    data: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Replay an outage and print the answer sheet.

    The scenario's signals go through the same core, store and page as a live deployment. Afterwards a judge compares
    what was published with what was true: every question, how long it took, every false statement, every broken rule.
    """
    from lightship.run.answer_sheet import print_sheet
    from lightship.run.replaying import Wanted, replayed

    wanted = Wanted.of(scenario, speed, serve, listen, seed, until, data)
    found = replayed(wanted, quiet=as_json)
    if as_json:
        print_json(found.sheet)
    else:
        print_sheet(found.sheet, found.scenario)
    if found.stopped:
        return ExitCode.INTERRUPTED
    return ExitCode.CHECK_FAILED if found.sheet.broken else ExitCode.OK
