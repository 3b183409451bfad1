"""`lightship map show` in a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from lightship.run.commands.map_summary import ComponentSummary, PointLine, ServiceLine, Summary
from lightship.run.console import Out

SOME = 4
"""Names shown of a list before "and n more"."""


def print_summary(found: Summary | ComponentSummary) -> None:
    """Print it; colours only where the terminal has them."""
    console = Out()
    if isinstance(found, Summary):
        _print_map(console, found)
    else:
        _print_component(console, found)


def _print_map(console: Console, found: Summary) -> None:
    console.print(f"[bold]{escape(found.provider)}[/bold]  {escape(found.id)}  version {found.version}")
    if found.synthetic:
        console.print("[bold yellow]SYNTHETIC[/bold yellow]: describes no real network")
    console.print()
    console.print(_services(found.services))
    console.print()
    console.print(_kinds(found))
    console.print()
    console.print(
        "[bold]Worst single points of failure[/bold]  (lines: someone who loses two services counts twice)"
    )
    console.print(_points(found.single_points))
    _print_shared(console, found)
    gates = ", ".join(f"{count:,} {escape(name)}" for name, count in found.gates.items())
    console.print(f"\nGates: {gates}")
    console.print(
        f"{found.components:,} components in {found.classes:,} classes, {found.rows:,} rows of signals, "
        f"{found.cells:,} cells of footprints"
    )


def _services(services: tuple[ServiceLine, ...]) -> Tree:
    root = Tree("[bold]Services[/bold]")
    nodes: dict[str, Tree] = {}
    for each in services:
        lines = f"  {each.lines:,.0f} lines in {each.areas:,} areas" if each.areas else ""
        probes = f"  {each.probes} probes" if each.probes else ""
        above = nodes.get(each.parent or "", root)
        nodes[each.id] = above.add(f"[cyan]{escape(each.id)}[/cyan] {escape(each.name)}{lines}{probes}")
        for need in each.needs:
            nodes[each.id].add(f"[dim]needs {escape(need)}[/dim]")
    return root


def _kinds(found: Summary) -> Table:
    table = _table("Components", "", "no effect alone")
    for each in found.kinds:
        without = f"{each.without_effect_alone:,}" if each.without_effect_alone else ""
        table.add_row(each.kind, f"{each.components:,}", without)
    return table


def _points(points: tuple[PointLine, ...]) -> Table:
    table = _table("", "lines", "areas", left=("what it takes with it",))
    for each in points:
        services = ", ".join(f"{service} {lines:,.0f}" for service, lines in each.by_service.items())
        table.add_row(escape(_some(each.members)), f"{each.lines:,.0f}", f"{each.areas:,}", escape(services))
    return table


def _print_shared(console: Console, found: Summary) -> None:
    if not found.shared:
        return
    console.print("\n[bold]Redundancy that one failure takes away[/bold]")
    alike: dict[tuple[str, ...], list[str]] = {}
    for owner, _, shared in found.shared:
        alike.setdefault(shared, []).append(owner)
    for shared, owners in alike.items():
        console.print(
            f"  {escape(_some(shared))}  is behind what should be independent in {escape(_some(owners))}"
        )


def _print_component(console: Console, found: ComponentSummary) -> None:
    made_up = "  [bold yellow]SYNTHETIC[/bold yellow]" if found.synthetic else ""
    console.print(f"[bold]{escape(found.name)}[/bold]  {escape(found.id)}  {found.kind}{made_up}")
    facts = {"place": found.place, "owner": found.owner, "public words": found.public, "source": found.source}
    for key, text in facts.items():
        if text:
            console.print(f"  {key}: {escape(text)}")
    for need in found.needs:
        console.print(f"  needs {escape(need)}")
    if found.needed_by:
        console.print(f"  needed by {escape(_some(found.needed_by))}")
    if found.alike:
        console.print(f"  cannot be told by its effects from {escape(_some(found.alike))}")
    console.print()
    if not found.largest and not found.probes:
        console.print("Takes nothing with it when it fails alone.")
        return
    services = (
        ", ".join(f"{lines:,.0f} of {service}" for service, lines in found.by_service.items()) or "no lines"
    )
    console.print(f"[bold]Takes with it[/bold] {escape(services)}, in {found.areas:,} service areas")
    console.print(_areas(found))
    if found.probes:
        console.print(f"{len(found.probes)} probes fail: {escape(_some(found.probes))}")


def _areas(found: ComponentSummary) -> Table:
    table = _table("service", "share", "lines", left=("area", ""))
    for each in found.largest:
        table.add_row(
            escape(each.service), f"{each.share:.1%}", f"{each.lines:,.0f}", each.area, escape(each.name)
        )
    if found.areas > len(found.largest):
        table.add_row(f"... and {found.areas - len(found.largest):,} more", "", "", "", "")
    return table


def _table(first: str, *right: str, left: Iterable[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for title in right:
        table.add_column(title, justify="right")
    for title in left:
        table.add_column(title)
    return table


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - SOME
    return ", ".join(listed[:SOME]) + (f" and {more:,} more" if more > 0 else "")
