"""`lightship token add`."""

import re
from pathlib import Path

import click

from lightship.edges.web.api.route import SCOPES
from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option, print_json
from lightship.run.span import Span

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@click.command()
@click.argument("name")
@click.option(
    "--may",
    type=click.Choice(list(SCOPES)),
    multiple=True,
    required=True,
    help="What it allows: "
    + "; ".join(f"{name}: {means}" for name, means in SCOPES.items())
    + ". May be given again.",
)
@click.option(
    "--for",
    "good_for",
    type=Span(),
    metavar="SPAN",
    help="Good for so long, such as 90d. Without: until revoked.",
)
@hub_option
@json_option
def add(name: str, may: tuple[str, ...], good_for: int | None, hub: Path, as_json: bool) -> None:
    """Make a token and show it, once.

    Only its hash is kept: whoever loses it makes another one.
    """
    from lightship.edges.clock import now
    from lightship.edges.stores.tokens import TokenFile, beside
    from lightship.vocabulary.time import MINUTE, Instant, iso

    checked(name)
    tokens = TokenFile(beside(store_of(hub)))
    ends = Instant(now() + good_for * MINUTE) if good_for else None
    made = tokens.add(name, may, ends)
    tokens.close()
    if as_json:
        print_json({"name": name, "may": sorted(may), "token": made, "ends_at": iso(ends) if ends else None})
        return
    click.echo(made)
    until = f"until {iso(ends)}" if ends else "until it is revoked"
    click.echo(f"Token {name!r} may {', '.join(sorted(may))}, {until}. It is not shown again.", err=True)


def checked(name: str) -> str:
    """A name that is safe in a log and on a page. Raises BadInput."""
    from lightship.vocabulary.errors import BadInput

    if not _NAME.fullmatch(name):
        raise BadInput("NAME", repr(name), "letters, digits, dots, dashes, low lines; 63 at most")
    return name
