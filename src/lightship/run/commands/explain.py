"""`lightship explain`: why, with everything that speaks for and against it, for operators."""

from pathlib import Path

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option, print_json

_EXAMPLES = """\
Examples:
  lightship explain bt-2016-07-20                      replay it and explain the main incident
  lightship explain bt-2016-07-20 --at +12m --html why.html
  lightship explain latest --data lightship-data       the newest incident of your own hub, running or not
  lightship explain 20260720-1 --data lightship.db --json
  lightship explain latest --data lightship-data --certify   is the answer the best there is? proof or gap

What is printed names components and sites: it is for operators, never for the public."""


@click.command(epilog=_EXAMPLES)
@click.argument("incident", metavar="INCIDENT")
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FOLDER-or-FILE",
    help="The store of a hub or of a replay, which may be running; without it, INCIDENT is a scenario.",
)  # fmt: skip
@click.option(
    "--at", metavar="WHEN",
    help="As it stood then: +12m after the onset, or 2016-07-20T07:05:00Z. Default: the record that stands last.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(min=0), help="Of a scenario: another draw of the simulated noise."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one page with plots.",
)
@click.option(
    "--rows", type=click.IntRange(min=0), default=12, show_default=True, help="Observations to print."
)
@click.option(
    "--suppose", multiple=True, metavar="TEXT",
    help='What would be believed if this came in as well, such as "example.com from outside-isp-a fails" (or answers).',
)  # fmt: skip
@click.option(
    "--certify", is_flag=True,
    help="Hold the answer against the best explanation there is (HiGHS): prints the proof, the gap, or why none.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="For --certify."
)
@json_option
def explain(
    incident: str,
    data: Path | None,
    at: str | None,
    seed: int | None,
    html: Path | None,
    rows: int,
    suppose: tuple[str, ...],
    certify: bool,
    seconds: float,
    as_json: bool,
) -> int:
    """Explain the cause of an incident, for operators.

    INCIDENT is the id of an incident in the store that --data names, or `latest`; or else a scenario that ships, or the
    path of one, which is replayed without being kept. The log is folded again up to the instant: the margin, the
    evidence for and against, the rivals, the next test and every observation with what it counts for are made anew, and
    the margin is compared with the record.
    """
    from lightship.run.explaining.asked import explained
    from lightship.run.explaining.explanation import plain
    from lightship.run.explaining.page import page
    from lightship.run.explaining.text import print_explanation

    found, network = explained(
        incident, data, at, seed, quiet=as_json, certify=seconds if certify else None, suppose=suppose
    )
    if html is not None:
        html.write_text(page(found, network), "utf-8")
    if as_json:
        print_json(plain(found))
    elif html is None:
        print_explanation(found, rows)
    else:
        click.echo(f"{html}: written; for operators, not for the public", err=True)
    return ExitCode.OK
