"""`lightship reports add FILE`."""

from pathlib import Path

import click
import msgspec

from lightship.run.exit_codes import ExitCode
from lightship.run.hub_file import hub_option


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@hub_option
@click.option(
    "--as", "partner", default="local", show_default=True, metavar="NAME", help="Who hands them in."
)
@click.option("--to", "address", metavar="URL", help="A hub elsewhere, instead of --hub.")
@click.option(
    "--token", metavar="REFERENCE", help="The token for --to: env:NAME, file:PATH or command:WORDS."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add(file: Path, hub: Path, partner: str, address: str | None, token: str | None, as_json: bool) -> int:
    """Hand in the reports of a file, each once.

    FILE is NDJSON, or CSV where its name ends in .csv. It may be handed in again: nothing is counted twice. Rows with
    something wrong are told by line and column, the others count; then the exit code is 3.
    """
    from lightship.run.batch_file import Total, local, remote

    if (address is None) != (token is None):
        raise click.UsageError("--to and --token go together")
    take = remote(address, token) if address and token else local(hub, partner)
    total: Total = take(file)
    click.echo(msgspec.json.encode(total).decode() if as_json else total.words(file))
    return ExitCode.BAD_INPUT if total.refused else ExitCode.OK
