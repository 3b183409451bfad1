"""The answer sheet, as a machine reads it and as it stands on a terminal."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from lightship.run.judge.judge import Judgement
from lightship.run.judge.never import Broken
from lightship.run.judge.sheet import FalseStatement, Line
from lightship.run.operators_view import print_diagnosis
from lightship.run.replay import Replay
from lightship.run.sheet_table import not_built, question_table
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.time import iso
from lightship.vocabulary.zones import local

if TYPE_CHECKING:
    from rich.console import Console


class Sheet(msgspec.Struct, frozen=True):
    """One replay, judged. Times in minutes from onset; `wall_s` in seconds."""

    scenario: str
    title: str
    seed: int
    simulated: bool
    deployment: str
    t0: str
    known: tuple[dict[str, str], ...]
    assumed: tuple[dict[str, str], ...]
    questions: tuple[Line, ...]
    false_statements: tuple[FalseStatement, ...]
    broken: tuple[Broken, ...]
    diagnosis: Diagnosis | None
    ticks: int
    wall_s: dict[str, float]
    dropped: dict[str, int]


def sheet(scenario: Scenario, seed: int, judged: Judgement, run: Replay) -> Sheet:
    """Put together what `--json` prints."""
    walls = {"fold": run.spent.fold, "render": run.spent.render, "store": run.spent.store}
    return Sheet(
        scenario=scenario.id, title=scenario.title, seed=seed, simulated=True, deployment=scenario.deployment,
        t0=iso(scenario.t0), known=tuple(msgspec.to_builtins(each) for each in scenario.known),
        assumed=tuple(msgspec.to_builtins(each) for each in scenario.assumed), questions=judged.questions,
        false_statements=judged.false_statements, broken=judged.broken, diagnosis=judged.diagnosis, ticks=run.ticks,
        wall_s={name: round(seconds, 3) for name, seconds in walls.items()}, dropped=run.dropped,
    )  # fmt: skip


def print_sheet(found: Sheet, scenario: Scenario) -> None:
    """For people: the questions, then what was false or broken, then what rests on sources and what on us."""
    from lightship.run.console import Out

    console = Out()
    _print_title(console, found, scenario)
    console.print(question_table(found.questions, scenario))
    console.print(not_built(found.questions), style="dim")
    _print_breaches(console, found)
    if found.diagnosis is not None:
        print_diagnosis(console, found.diagnosis, scenario.network)
    _print_basis(console, found)
    walls = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.wall_s.items())
    console.print(f"\n{found.ticks:,} ticks; {walls}", style="dim")


def _print_title(console: "Console", found: Sheet, scenario: Scenario) -> None:
    from rich.markup import escape

    onset = local(scenario.t0, scenario.tz).strftime("%-d %B %Y, %H:%M %Z")
    watching = "the provider" if found.deployment == "provider" else "outsiders"
    console.print(f"[bold]{escape(found.title)}[/bold]")
    console.print(
        f"[reverse] SIMULATED [/reverse] {escape(found.scenario)}, seed {found.seed}; onset {onset}; "
        f"watched by {watching}\nMinutes count from the onset.\n"
    )


def _print_breaches(console: "Console", found: Sheet) -> None:
    from rich.markup import escape

    console.print()
    for false in found.false_statements:
        said = escape(f"{false.minute:+.1f} min, {false.question}: {false.said}; true: {false.truth}")
        console.print(f"[bold red]FALSE[/bold red]  {said}")
    for each in found.broken:
        when = f" at {each.minute:+.1f} min" if each.minute is not None else ""
        console.print(f"[bold red]BROKEN[/bold red] {escape(f'{each.rule}{when}: {each.how}')}")
    if not found.broken and not found.false_statements:
        console.print("[green]No false statement, no deadline missed, no rule broken.[/green]")


def _print_basis(console: "Console", found: Sheet) -> None:
    """A line each; the whole addresses stand in the JSON and in `lightship scenario show`."""
    from rich.table import Table
    from rich.text import Text

    for title, facts in (("From sources", found.known), ("Assumed by us", found.assumed)):
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", max_width=22)
        table.add_column()
        for each in facts:
            note = urlsplit(each["source"]).netloc if "source" in each else each.get("why", "")
            table.add_row(each["what"], Text.assemble(each["value"], (f"  ({note})" if note else "", "dim")))
        if facts:
            console.print(f"\n[bold]{title}[/bold]")
            console.print(table)
