"""`lightship wan advise`: settings for a router that Lightship cannot run on."""

from pathlib import Path

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option


@click.command()
@click.option("--for", "router", type=click.Choice(["mwan3", "pfsense"]), default="mwan3", show_default=True,
              help="Whose settings.")  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, 400), default=30, show_default=True, help="How far back to look."
)
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FOLDER", help="Where `wan watch` kept its history."
)
@json_option
@click.pass_context
def advise(context: click.Context, router: str, days: int, data: Path | None, as_json: bool) -> None:
    """Print settings for a router that Lightship cannot run on.

    From the history that `lightship wan watch` has kept on a machine behind it: which targets are good monitors, and
    which loss and delay are usual there. An hour for each line is the least. Exit code 1: too little is known.
    """
    from lightship.endure.wan.advice import mwan3, pfsense
    from lightship.run.output import print_json
    from lightship.run.wan.advising import advice

    found, missing = advice(data, days)
    for name, why in missing:
        click.echo(f"{name}: {why}", err=True)
    if not found:
        context.exit(ExitCode.CHECK_FAILED)
    if as_json:
        print_json(found)
    else:
        click.echo(mwan3(found) if router == "mwan3" else pfsense(found))
        for each in found:
            for target, why in each.left_out:
                click.echo(f"{each.uplink}: {target} is no good monitor: {why}", err=True)
