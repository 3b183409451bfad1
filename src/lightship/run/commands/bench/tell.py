"""`lightship bench tell`: the outbox and its channels."""

import click

from lightship.run.output import json_option


@click.command(epilog="Example: lightship bench tell --letters 5000 --deaths 200")
@click.option(
    "--people", type=click.IntRange(min=100), default=100_000, show_default=True, help="Subscribers."
)
@click.option(
    "--letters",
    type=click.IntRange(min=50),
    default=3_000,
    show_default=True,
    help="Through a local Postfix.",
)
@click.option(
    "--deaths", type=click.IntRange(min=0), default=20, show_default=True, help="kill -9, at random instants."
)
@json_option
@click.pass_context
def tell(context: click.Context, people: int, letters: int, deaths: int, as_json: bool) -> None:
    """Measure the outbox, and break it on purpose.

    Subscribers, addresses and updates are made up (simulated); store, workers, relay and gateway are real and on this
    machine. The relay is Debian's postfix, as root; without it that bar is said not to be measured. Exit code 1: a bar
    was broken.
    """
    from lightship.run.benches.showing import bar_of, figure_of, lines_of, show
    from lightship.run.benches.tell.bars import bars

    found = []
    for name, each in bars(people, letters, deaths):
        found.append((name, each))
        click.echo(f"{name}: {figure_of(each)} ({bar_of(each)}: {each.verdict})", err=True)
    context.exit(show(lines_of(found), as_json, "Telling people; made-up subscribers (simulated)"))
