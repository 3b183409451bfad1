"""How bars are shown: a table for people, lines for machines, and the exit code."""

from collections.abc import Iterable, Sequence

import msgspec

from lightship.run.benches.measured import Measured, Verdict
from lightship.run.exit_codes import ExitCode
from lightship.run.output import print_json


class BarLine(msgspec.Struct, frozen=True):
    """One bar with its name and its verdict, as `--json` prints it."""

    name: str
    measured: Measured
    verdict: Verdict


def lines_of(bars: Iterable[tuple[str, Measured]]) -> list[BarLine]:
    """Named bars as lines."""
    return [BarLine(name, each, each.verdict) for name, each in bars]


def show(lines: Sequence[BarLine], as_json: bool, title: str = "Bars, measured here and now") -> int:
    """Print them; the exit code: a broken bar is a failed check, one that was not measured is not."""
    if as_json:
        print_json(lines)
    else:
        print_table(lines, title)
    return ExitCode.CHECK_FAILED if any(each.verdict == "BROKEN" for each in lines) else ExitCode.OK


def print_table(lines: Sequence[BarLine], title: str) -> None:
    """The table for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table("bar", "what", "figure", "bar", "verdict", "beside", title=title)
    for line in lines:
        m = line.measured
        beside = "\n".join(f"{name}: {_said(value)}" for name, value in m.beside.items())
        table.add_row(line.name, m.what, figure_of(m), bar_of(m), line.verdict, beside)
    Console().print(table)


def figure_of(m: Measured) -> str:
    """The figure with its unit and its interval, or why there is none."""
    if m.figure is None:
        return m.why_not or "not measured"
    spread = f" [{m.interval[0]:.3g}, {m.interval[1]:.3g}]" if m.interval else ""
    return f"{m.figure:.3g} {m.unit}{spread}"


def bar_of(m: Measured) -> str:
    """What the figure is held to."""
    low = f">= {m.least:g}" if m.least is not None else ""
    high = f"<= {m.bar:g}" if m.bar is not None else ""
    both = " and ".join(part for part in (low, high) if part)
    return f"{both} {m.unit}" if both else "told only"


def _said(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"
