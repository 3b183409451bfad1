"""How the result is shown: two tables for people, one document for machines, and files."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from lightship.run.benches.detect import plots, rivals
from lightship.run.benches.detect.cells import ORACLE, OURS, Row
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.result import Result
from lightship.run.benches.showing import show as show_bars
from lightship.run.exit_codes import ExitCode
from lightship.run.output import print_json


def show(result: Result, as_json: bool) -> int:
    """Print it; the exit code: a broken bar is a failed check."""
    if as_json:
        print_json(msgspec.to_builtins(_light(result), enc_hook=float))
        broken = any(line.verdict == "BROKEN" for line in result.bars)
        return ExitCode.CHECK_FAILED if broken else ExitCode.OK
    if result.cells:
        _print_cells(result.cells)
    for note in result.notes:
        print(note)
    form = result.form
    title = f"Detection, simulated: {form.name} form, seed {result.seed}, {form.budget:g} false alarms a year"
    return show_bars(result.bars, as_json=False, title=title)


def _light(result: Result) -> Result:
    """Without the peers' raw scores of each outage, which are most of it."""
    light: list[Outcome] = [msgspec.structs.replace(each, climbed=b"") for each in result.outcomes]
    return msgspec.structs.replace(result, outcomes=light)


def _print_cells(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    title = (
        "Minutes to the alarm, median / 90th of a hundred (missed); an outage missed for 2 h counts as 120"
    )
    table = Table(
        "scope",
        "lines out",
        "when",
        "n",
        OURS,
        "said in public",
        *rivals.NAMES,
        ORACLE,
        "ours / best [95 %]",
        title=title,
    )
    for row in rows:
        ratio = f"{row.ratio:.2f} [{row.ratio_interval[0]:.2f}, {row.ratio_interval[1]:.2f}]"
        table.add_row(
            row.scope, row.size, row.when, str(row.outages), _delay(row, OURS), f"{row.public:.0f}",
            *(_delay(row, name) for name in rivals.NAMES), _delay(row, ORACLE),
            ratio if row.scored else "below the floor",
        )  # fmt: skip
    Console().print(table)


def _delay(row: Row, name: str) -> str:
    return f"{row.median[name]:.0f} / {row.p90[name]:.0f} ({row.missed[name]:.0%})"


def write(result: Result, folder: Path) -> None:
    """The JSON document, the plots and the page into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    document = msgspec.json.encode(_light(result), enc_hook=float)
    (folder / "detect.json").write_bytes(msgspec.json.format(document, indent=1))
    drawn = plots.plots(result)
    for name, svg in drawn.items():
        (folder / f"{name}.svg").write_text(svg)
    (folder / "detect.html").write_text(plots.page(result.bars, drawn, result))
