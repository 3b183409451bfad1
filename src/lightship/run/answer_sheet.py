"""The answer sheet, as a machine reads it and as it stands on a terminal."""

from typing import TYPE_CHECKING

import msgspec

from lightship.run.judge.judge import Judgement
from lightship.run.judge.never import Broken
from lightship.run.judge.sheet import FalseStatement, Line
from lightship.run.operators_view import print_diagnosis
from lightship.run.replay import Replay
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.time import iso, parse_iso
from lightship.vocabulary.zones import local

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


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
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"[bold]{found.title}[/bold]  ({found.scenario}, seed {found.seed})")
    console.print(
        f"[reverse] SIMULATED [/reverse] signals on an assumed network; onset {_clock(scenario)}, "
        f"watched by {'the provider' if found.deployment == 'provider' else 'outsiders'}\n"
    )
    console.print(_questions(found, scenario.tz))
    _print_breaches(console, found)
    if found.diagnosis is not None:
        print_diagnosis(console, found.diagnosis, scenario.network)
    _print_basis(console, found)
    walls = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.wall_s.items())
    console.print(f"\n{found.ticks:,} ticks; {walls}")


def _clock(scenario: Scenario) -> str:
    return local(scenario.t0, scenario.tz).strftime("%-d %B %Y, %H:%M %Z")


def _questions(found: Sheet, zone: str) -> "Table":
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("question", ratio=3)
    table.add_column("answer", ratio=6, overflow="fold")
    table.add_column("first\nmin", justify="right")
    table.add_column("right from\nmin", justify="right")
    table.add_column("verdict", ratio=2)
    for each in found.questions:
        truth = (
            f"\n[dim]truth, {each.truth_kind}: {escape(_words(each.truth, zone))}[/dim]" if each.truth else ""
        )
        table.add_row(
            each.question, _answer(each, zone) + truth, _minutes(each.first_minutes), _minutes(each.minutes),
            _mark(each),
        )  # fmt: skip
    return table


def _answer(each: Line, zone: str) -> str:
    from rich.markup import escape

    if each.basis == "not built":
        return "[dim]not built[/dim]"
    if each.answer is None:
        return "[dim]not known yet[/dim]"
    if each.id == "when_back":
        return f"even chance by {_words(each.low, zone)}, nine in ten by {_words(each.high, zone)}"
    items = (
        f" [dim]{', '.join(each.items[:4])}{' ...' if len(each.items) > 4 else ''}[/dim]"
        if each.items
        else ""
    )
    low, high = _words(each.low, zone), _words(each.high, zone)
    unit = "" if each.unit == "instant" else f" {each.unit}"
    between = f" [dim]({low} to {high}{unit})[/dim]" if low != high else ""
    return f"{escape(_words(each.answer, zone))}{items}{between}"


def _words(value: float | str | None, zone: str) -> str:
    """A value for people: an instant as the time of day in the scenario's zone."""
    if isinstance(value, float | int):
        return f"{value:.3g}"
    try:
        there = local(parse_iso(value or ""), zone)
    except ValueError:
        return value or ""
    return there.strftime("%H:%M, %-d %b")


def _minutes(minutes: float | None) -> str:
    return "-" if minutes is None else f"{minutes:.1f}"


def _mark(each: Line) -> str:
    if each.correct is None:
        return "[dim]no truth[/dim]"
    if each.correct:
        return "[green]right[/green]"
    if each.answer is None or each.basis == "not built":
        return "[yellow]unanswered[/yellow]"
    return "[yellow]not right[/yellow]"


def _print_breaches(console: "Console", found: Sheet) -> None:
    for false in found.false_statements:
        console.print(
            f"[red]FALSE[/red] {false.minute:+.1f} min, {false.question}: {false.said}; true: {false.truth}"
        )
    for each in found.broken:
        when = f" at {each.minute:+.1f} min" if each.minute is not None else ""
        console.print(f"[red]BROKEN[/red] {each.rule}{when}: {each.how}")
    if not found.broken and not found.false_statements:
        console.print("[green]No false statement, no deadline missed, no rule broken.[/green]")


def _print_basis(console: "Console", found: Sheet) -> None:
    console.print("\n[bold]From sources[/bold]")
    for each in found.known:
        console.print(f"  {each['what']}: {each['value']}  [dim]{each['source']}[/dim]")
    console.print("[bold]Assumed by us[/bold]")
    for each in found.assumed:
        why = f"  [dim]{each['why']}[/dim]" if each.get("why") else ""
        console.print(f"  {each['what']}: {each['value']}{why}")
