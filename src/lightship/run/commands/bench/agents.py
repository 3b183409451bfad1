"""`lightship bench agents`: what an agent keeps for its hub."""

from pathlib import Path

import click

from lightship.run.output import json_option


@click.command(epilog="Example: lightship bench agents --seconds 3600 --folder /var/tmp")
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=3600,
    show_default=True,
    help="How long the hub is away, simulated.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True),
    help="On whose disk; the system's temporary one.",
)
@json_option
@click.pass_context
def agents(context: click.Context, seconds: int, folder: Path | None, as_json: bool) -> None:
    """Cut an agent off, and count what arrives.

    The results and the agent's clock are made up (simulated); its spool, its way over HTTP, and the hub's interface and
    book are real and on this machine. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.agents.bars import bars
    from lightship.run.benches.showing import lines_of, show

    context.exit(
        show(lines_of(bars(seconds, folder)), as_json, "An agent cut off; made-up results (simulated)")
    )
