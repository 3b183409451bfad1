"""`lightship token list`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.stores.tokens import Token
    from lightship.vocabulary.time import Instant


@click.command()
@hub_option
@json_option
def list_tokens(hub: Path, as_json: bool) -> None:
    """List tokens: what each may, and when it was used."""
    from lightship.edges.stores.tokens import TokenFile, beside

    tokens = TokenFile(beside(store_of(hub)))
    found = tokens.all()
    tokens.close()
    if as_json:
        print_json([_document(each) for each in found])
    elif not found:
        click.echo("No token was made yet: `lightship token add NAME --may SCOPE`.", err=True)
    else:
        _table(found)


def _table(found: "tuple[Token, ...]") -> None:
    from rich import box
    from rich.table import Table

    from lightship.run.console import Out

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("name", "id", "may", "made", "last used", "state"):
        table.add_column(heading, overflow="fold")
    for each in found:
        made, used = _day(each.made_at), _day(each.used_at) or "never"
        table.add_row(each.name, each.id, ", ".join(each.may), made, used, _state(each))
    Out().print(table)


def _document(each: "Token") -> dict[str, object]:
    return {
        "id": each.id, "name": each.name, "may": each.may, "state": _state(each), "made_at": _iso(each.made_at),
        "ends_at": _iso(each.ends_at), "used_at": _iso(each.used_at), "revoked_at": _iso(each.revoked_at),
    }  # fmt: skip


def _state(each: "Token") -> str:
    from lightship.edges.clock import now

    if each.revoked_at is not None:
        return "revoked"
    return "ended" if each.ends_at is not None and now() >= each.ends_at else "good"


def _iso(at: "Instant | None") -> str | None:
    from lightship.vocabulary.time import iso

    return None if at is None else iso(at)


def _day(at: "Instant | None") -> str:
    return (_iso(at) or "")[:16].replace("T", " ")
