"""`lightship watch`: services of your own, from here, without configuration."""

import hashlib
import os
from pathlib import Path
from typing import Literal

import click

from lightship.edges.clock import local_zone
from lightship.run.configuration import EVERY, CheckEntry, Configuration, Page
from lightship.run.json_lines import JsonLines
from lightship.run.planning import plan
from lightship.run.span import Span
from lightship.run.terminal import Lines
from lightship.run.watching import go
from lightship.vocabulary.errors import BadInput


@click.command()
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option(
    "--every",
    default=EVERY,
    show_default=True,
    metavar="SECONDS",
    help="Between two probes of one address; 1 to 60.",
)
@click.option("--listen", default="127.0.0.1:8080", show_default=True, metavar="HOST:PORT",
              help="Where the page is served; port 0 takes any free one.")  # fmt: skip
@click.option("--control", "controls", multiple=True, metavar="ADDRESS",
              help="What tells whether our own line is up; repeatable; `none`: it is not checked.")  # fmt: skip
@click.option("--families", type=click.Choice(["either", "4", "6", "both"]), default="either", show_default=True,
              help="Whichever of IPv4 and IPv6 a name has, one of them, or both as two services.")  # fmt: skip
@click.option(
    "--name", default="", help="What people call it; of several addresses, what they call all of them."
)
@click.option("--data", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Where store and page are kept; one per set of addresses by default.")  # fmt: skip
@click.option("--ticks", type=click.IntRange(min=1), metavar="N", help="End after N judged minutes.")
@click.option(
    "--for", "span", type=Span(), metavar="SPAN", help="End after 90s, 10m, 2h: whole minutes, rounded up."
)
@click.option("-v", "--verbose", is_flag=True, help="Print every measurement.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a line, an event each, instead of text."
)
def watch(
    addresses: tuple[str, ...], every: float, listen: str, controls: tuple[str, ...],
    families: Literal["either", "4", "6", "both"], name: str, data: Path | None,
    ticks: int | None, span: int | None, verbose: bool, as_json: bool,
) -> None:  # fmt: skip
    """Watch services from here, without configuration.

    An ADDRESS is a scheme, a host and, where the scheme knows none, a port: https://example.org,
    tcp://mail.example.org:25, tls://mail.example.org:993.

    Every minute is judged once, five seconds after its end. A failure that is confirmed opens an incident on the page,
    "seen from one place"; when all has answered for long enough, it is closed. Starting again with the same addresses
    goes on where it was.
    """
    folder = data or default_folder(addresses)
    zone = local_zone()
    file = Configuration(
        checks=[
            CheckEntry(each, name if len(addresses) == 1 else "", every, families=families) for each in addresses
        ],
        provider=name, zone=zone, controls=_controls(controls), page=Page(listen=listen),
        api=None,
    )  # fmt: skip
    go(plan(file, folder, _said), JsonLines() if as_json else Lines(zone, verbose), ticks or span)


def default_folder(addresses: tuple[str, ...]) -> Path:
    """One for each set of addresses, whatever their order, below $XDG_STATE_HOME."""
    state = os.environ.get("XDG_STATE_HOME", "")
    above = Path(state) if state.startswith("/") else Path.home() / ".local/state"
    named = hashlib.sha256("\n".join(sorted(dict.fromkeys(addresses))).encode()).hexdigest()[:12]
    return above / "lightship" / f"watch-{named}"


def _controls(said: tuple[str, ...]) -> list[str] | None:
    if "none" in said and len(said) > 1:
        raise BadInput("--control", "none beside others", "either none, or the addresses")
    return [] if said == ("none",) else list(said) or None


def _said(trail: tuple[str | int, ...]) -> str:
    """Where something stands on the command line."""
    named = {"controls": "--control", "page": "--listen", "zone": "TZ"}
    if trail[0] == "checks":
        if trail[-1] == "every":
            return "--every"
        return f"address {trail[1] + 1}" if len(trail) > 1 and isinstance(trail[1], int) else "addresses"
    return named.get(str(trail[0]), str(trail[0]))
