"""`lightship bench`: the speed bars, each with a verdict."""

import importlib

import click
import msgspec

from lightship.run.benches import BENCHES
from lightship.run.benches.measured import Measured
from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option, print_json
from lightship.run.progress import Progress


class _Line(msgspec.Struct, frozen=True):
    name: str
    measured: Measured
    holds: bool


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)), metavar="[NAME]...")
@json_option
@click.pass_context
def bench(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Measure the speed bars on this machine; all of them, or the named ones.

    Each figure is a median and stands beside its bar. Exit code 1: a bar was broken.
    """
    wanted = names or tuple(BENCHES)
    lines = []
    with Progress("benches", total=len(wanted)) as progress:
        for name in wanted:
            measured = _bench(name)
            lines.append(_Line(name, measured, measured.holds))
            progress.advance()
    if as_json:
        print_json(lines)
    else:
        _print_table(lines)
    if not all(line.holds for line in lines):
        context.exit(ExitCode.CHECK_FAILED)


def _bench(name: str) -> Measured:
    module, _, function = BENCHES[name].partition(":")
    measured: Measured = getattr(importlib.import_module(module), function)()
    return measured


def _print_table(lines: list[_Line]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("bar", "what", "median", "bar", "verdict", "beside", title="Bars, measured here and now")
    for line in lines:
        m = line.measured
        beside = "\n".join(f"{name}: {_figure(value)}" for name, value in m.beside.items())
        verdict = "holds" if line.holds else "BROKEN"
        table.add_row(
            line.name, m.what, f"{m.figure:.3g} {m.unit}", f"<= {m.bar:g} {m.unit}", verdict, beside
        )
    Console().print(table)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"
