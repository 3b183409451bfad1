"""The explanation on a terminal: the most important first."""

from typing import TYPE_CHECKING

from lightship.run.explaining import words
from lightship.run.explaining.explanation import Explanation, Point
from lightship.run.explaining.weighed import Account, Row
from lightship.vocabulary.diagnosis import LikelihoodRatio

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BAR = 24
LISTED = 5


def print_explanation(found: Explanation, rows: int) -> None:
    """Print it. `rows`: how many lines of the table of observations."""
    from rich.markup import escape

    from lightship.run.console import Out

    console = Out()
    _print_head(console, found)
    for title, some, style in (
        ("For", found.diagnosis.evidence_for, "green"), ("Against", found.diagnosis.evidence_against, "red"),
    ):  # fmt: skip
        console.print(f"\n[bold]{title}[/bold]")
        console.print(_bars(some, style) if some else "  nothing that was measured")
    _print_rivals(console, found)
    _print_next(console, found)
    console.print(f"\n[bold]Margin over time[/bold]  (named from {found.names_from:g} nats)")
    console.print(_points(found))
    if found.here is not None:
        console.print("\n[bold]The sum[/bold]  (nats over nothing being out)")
        console.print(_sums(found.here, found.rival))
        console.print(f"  {words.check(found)}", style="dim")
    if found.certificate is not None:
        console.print("\n[bold]Held against the best explanation[/bold]")
        console.print(escape(f"  {words.certified(found.certificate)}"))
        console.print(f"  {words.certified_how(found.certificate)}", style="dim")
    if found.supposed is not None:
        console.print("\n[bold]Supposing that[/bold]")
        for each in found.supposed.observations:
            console.print(escape(f"  {each}"))
        console.print(escape(f"  then {words.supposing(found.supposed)}"))
    if rows and found.rows:
        shown = f"{min(rows, len(found.rows))} of {len(found.rows)}; all with --json or --html"
        console.print(f"\n[bold]Observations[/bold]  ({shown})")
        for row in found.rows[:rows]:
            _print_row(console, row)
    console.print(f"\n[dim]{escape(_basis(found))} {escape(words.observers(found.diagnosis))}[/dim]")


def _print_head(console: "Console", found: Explanation) -> None:
    from rich.markup import escape

    diagnosis = found.diagnosis
    marks = "[reverse] OPERATORS ONLY [/reverse]" + (
        " [reverse] SIMULATED [/reverse]" if found.simulated else ""
    )
    console.print(
        f"{marks} incident {found.incident.id}, {found.incident.status}; as of {words.clock(found.at, found.zone)} "
        f"({words.minutes(found.at, found.onset)})"
    )
    console.print(f"\n[bold]{escape(words.headline(found))}[/bold]")
    console.print(f"{words.STANDING[diagnosis.standing]}. {words.how_sure(found)}")
    if diagnosis.chosen is None and diagnosis.reason:
        console.print(escape(f"{diagnosis.reason[:1].upper()}{diagnosis.reason[1:].rstrip('.')}."))
    console.print(words.accounts_for(diagnosis))
    if diagnosis.beliefs:
        told = ", ".join(f"{words.named(found, b.name)} {b.probability:.0%}" for b in diagnosis.beliefs)
        why = f" ({diagnosis.why_chosen})" if diagnosis.why_chosen else ""
        console.print(escape(f"Within the class: {told}{why}."))
    if diagnosis.also:
        console.print(
            escape(f"Out beside it: {', '.join(words.named(found, each) for each in diagnosis.also)}.")
        )
    kinds = ", ".join(f"{kind.name} {kind.probability:.0%}" for kind in diagnosis.categories)
    console.print(f"Kind of cause: {kinds or 'not known'}; below 80 % it is not known.")


def _bars(some: tuple[LikelihoodRatio, ...], style: str) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=8)
    table.add_column(width=BAR)
    table.add_column()
    most = max(abs(each.nats) for each in some) or 1.0
    for each in some:
        length = max(1, round(BAR * abs(each.nats) / most))
        told = f"{each.observation}; expected {each.expected}" if each.expected else each.observation
        table.add_row(f"{each.nats:+.1f}", Text("█" * length, style), Text(told))
    return table


def _print_rivals(console: "Console", found: Explanation) -> None:
    from rich.markup import escape

    console.print("\n[bold]What else it could be[/bold]")
    if not found.diagnosis.runners_up:
        console.print("  nothing that was looked at comes near")
    for rival in found.diagnosis.runners_up:
        name = ", ".join(words.named(found, each) for each in rival.members) or rival.name or "less is out"
        console.print(escape(f"  {rival.nats_behind:6.1f} behind  {name}"))
        if not rival.decisive:
            console.print(f"{'':17}[dim]{words.ONLY_THE_ODDS}[/dim]")
        for each in rival.decisive[:2]:
            told = f"{each.nats:+.1f}  {each.observation}: this says {each.if_this}, that {each.if_rival}"
            console.print(f"{'':17}[dim]{escape(told)}[/dim]")


def _print_next(console: "Console", found: Explanation) -> None:
    from rich.markup import escape

    console.print("\n[bold]What would tell them apart[/bold]")
    if not found.diagnosis.separate_by:
        console.print("  no test on the map would say more")
    for test in found.diagnosis.separate_by:
        console.print(
            escape(f"  {test.test}  (worth {test.expected_gain:.2f} nats, about {test.cost:g} min)")
        )
        for each in words.outcomes(test)[:2]:
            console.print(f"    [dim]{escape(each)}[/dim]")
    for line in words.weak_spots(found):
        console.print(escape(f"  {line}"))


def _points(found: Explanation) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=9)
    table.add_column(justify="right", width=6)
    table.add_column(width=BAR)
    table.add_column()
    most = max(*(point.margin for point in found.points), found.names_from)
    for point in _thinned(found.points):
        bar = "█" * round(BAR * min(point.margin, most) / most)
        style = "green" if point.standing != "under investigation" else "yellow"
        table.add_row(
            words.minutes(point.at, found.onset),
            f"{point.margin:.1f}",
            Text(bar, style),
            Text(", ".join(point.members[:2]) or "-"),
        )
    return table


def _thinned(points: tuple[Point, ...], most: int = 14) -> list[Point]:
    """The first and last, and those between where something changed; then evenly, down to so many."""
    kept = [
        point for n, point in enumerate(points)
        if n in (0, len(points) - 1) or point.members != points[n - 1].members
        or abs(point.margin - points[n - 1].margin) > 1.0
    ]  # fmt: skip
    if len(kept) <= most:
        return kept
    return [kept[round(n * (len(kept) - 1) / (most - 1))] for n in range(most)]


def _sums(here: Account, rival: Account | None) -> "Table":
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for _ in range(5):
        table.add_column(justify="right")
    table.add_column()
    table.add_row("rows", "levels", "prior", "total", "", "", style="dim")
    for account in (here, *(() if rival is None else (rival,))):
        table.add_row(
            *(f"{value:+.2f}" for value in (account.rows, account.level_cost, account.prior, account.total)), "",
            "; ".join(account.parts),
        )  # fmt: skip
    if rival is not None:
        table.add_row("", "", "", f"{here.total - rival.total:+.2f}", "", "the margin")
    return table


def _print_row(console: "Console", row: Row) -> None:
    """Two lines: what it counts for, then how that comes about."""
    from rich.markup import escape

    seen = f"{row.seen:g}" if row.of is None else f"{row.seen:g} of {row.of:g}"
    console.print(f"  {row.nats:+7.2f}  {escape(row.name)}", soft_wrap=True)
    console.print(
        f"{'':11}[dim]seen {seen}, normal {row.expected:.2f}, lost {row.lost:.0%}: raw {row.raw:+.2f}, bounded "
        f"{row.bounded:+.2f}, divided by {row.divided_by:.2f}; {row.over_rival:+.2f} over the rival[/dim]",
        soft_wrap=True,
    )


def _basis(found: Explanation) -> str:
    d = found.diagnosis
    search = f"search {d.searched.how}, {d.searched.scored} explanations scored" if d.searched.scored else ""
    gap = f", certified to {d.searched.gap:.2f} nats" if d.searched.gap is not None else ""
    parts = [
        f"From {found.origin}",
        f"map {found.map_id} version {d.map_version[:12]}",
        f"model {d.model}",
        search + gap,
        f"curve {d.curve}, fitted to {found.curve_source}",
    ]
    return "; ".join(each for each in parts if each) + "."
