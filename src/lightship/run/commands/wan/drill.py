"""`lightship wan test`: the exercise."""

import asyncio
from typing import Any

import click

from lightship.run.commands.wan.options import asked, line_options
from lightship.run.exit_codes import ExitCode


@click.command()
@line_options
@click.option("--for", "seconds", type=click.IntRange(2, 60), default=5, show_default=True, metavar="SECONDS",
              help="How long the first line is cut.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for machines instead of text.")
@click.pass_context
def test(context: click.Context, /, seconds: int, as_json: bool, **found: Any) -> None:
    """Cut the first line for five seconds and report what it cost.

    What arrives by the first line is dropped by nftables, as if it were dead, while twenty packets a second are
    answered from outside. A `wan protect` that runs is put to the test; without one, this command protects meanwhile
    by itself. The kernel ends the cut by a timer, whatever becomes of this command. Needs root.

    Exit code 1: no other line took over.
    """
    from lightship.run.wan.drilling import drilling

    ok = asyncio.run(drilling(asked(found), seconds, as_json))
    context.exit(ExitCode.OK if ok else ExitCode.CHECK_FAILED)
