"""`lightship agents list`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.agents.hub.registry import Agent
    from lightship.vocabulary.time import Instant


@click.command()
@hub_option
@json_option
def list_agents(hub: Path, as_json: bool) -> None:
    """List agents: heard when, how sound.

    Health is how far an agent agrees with the others, 0 to 1; a newcomer begins at 0 and earns it within an hour or so.
    """
    from lightship.edges.agents.hub.registry import Registry
    from lightship.edges.agents.hub.tables import beside
    from lightship.edges.clock import now

    registry = Registry(beside(store_of(hub)))
    found, at = registry.all(), now()
    registry.close()
    if as_json:
        print_json([_document(each, at) for each in found])
    elif not found:
        click.echo("No agent was invited yet: `lightship agents invite NAME --network NETWORK`.", err=True)
    else:
        _table(found, at)


def _document(each: "Agent", at: "Instant") -> dict[str, object]:
    import msgspec

    return {"state": state(each, at), **msgspec.to_builtins(each)}


def state(each: "Agent", at: "Instant") -> str:
    """In a word: invited, overdue (the invitation has ended), silent, or heard."""
    from lightship.run.agents.hub_side import SILENT

    if each.enrolled_at is None:
        return "invited" if at < (each.invitation_ends or 0) else "overdue"
    return "silent" if at - (each.heard_at or each.enrolled_at) > SILENT else "heard"


def _table(found: "tuple[Agent, ...]", at: "Instant") -> None:
    from rich import box
    from rich.table import Table

    from lightship.run.console import Out

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("name", "network", "state", "health", "clock", "waiting"):
        table.add_column(heading, overflow="fold")
    for each in found:
        told = f"{state(each, at)}{_ago(each, at)}"
        table.add_row(each.name, each.network, told, _health(each), _clock(each), f"{each.waiting:,}")
    Out().print(table)
    for each in found:
        if each.dropped:
            click.echo(f"{each.name}: {each.dropped:,} old results were let go of for want of room")
        if each.trouble:
            click.echo(f"{each.name}: {each.trouble}")


def _ago(each: "Agent", at: "Instant") -> str:
    if each.heard_at is None:
        return ""
    seconds = max(0, at - each.heard_at) // 1000
    if seconds < 7200:
        return f", {seconds} s ago" if seconds < 120 else f", {seconds // 60} min ago"
    return f", {seconds // 3600} h ago"


def _health(each: "Agent") -> str:
    return "-" if each.health is None else f"{each.health:.2f}"


def _clock(each: "Agent") -> str:
    if each.clock is None:
        return "-"
    if abs(each.clock) < 500:
        return "right"
    return f"{abs(each.clock) / 1000:,.1f} s {'ahead' if each.clock > 0 else 'behind'}"
