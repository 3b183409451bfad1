"""`lightship bench wan`: failover held to its bars."""

import click

from lightship.run.output import json_option
from lightship.run.progress import Progress


@click.command()
@click.option(
    "--full", is_flag=True, help="Twenty runs of each fault and ten noisy weeks; about half an hour."
)
@click.option("--simulated", is_flag=True, help="Only the simulated lines, which need no root.")
@json_option
@click.pass_context
def wan(context: click.Context, full: bool, simulated: bool, as_json: bool) -> None:
    """Measure failover on simulated lines and, as root, on real ones.

    Simulated figures say so, and stand beside what mwan3's and pfSense's rules do on the same lines. The real ones come
    from `lightship wan protect` in network namespaces. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.showing import lines_of, show
    from lightship.run.benches.wan.suite import bars

    found = []
    with Progress("bars") as progress:
        for each in bars(full=full, real=not simulated):
            found.append(each)
            progress.advance()
    context.exit(show(lines_of(found), as_json))
