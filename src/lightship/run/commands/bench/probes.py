"""`lightship bench probes`: probing beside the programs that people probe with."""

import click

from lightship.run.output import json_option

PARTS = ("cpu", "mail", "accuracy", "schedule", "innocence", "reports")


@click.command(epilog="Example: lightship bench probes --only cpu --many 10000")
@click.option("--many", type=click.IntRange(min=300), default=5_000, show_default=True, help="Probes a run.")
@click.option(
    "--runs", type=click.IntRange(min=1), default=3, show_default=True, help="Of each side, in turn."
)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="This part alone; repeatable.")
@json_option
@click.pass_context
def probes(context: click.Context, many: int, runs: int, only: tuple[str, ...], as_json: bool) -> None:
    """Measure probing beside blackbox_exporter, fping and check_email_delivery.

    Real servers on this machine are probed. A program that is not here is said not to be, with what to install. CPU is
    compared; keep the machine quiet. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.probes.suite import bars
    from lightship.run.benches.showing import bar_of, figure_of, lines_of, show

    found = []
    for name, each in bars(many, runs, only):
        found.append((name, each))
        click.echo(f"{name}: {figure_of(each)} ({bar_of(each)}: {each.verdict})", err=True)
    context.exit(show(lines_of(found), as_json, "Probing, measured here and now"))
