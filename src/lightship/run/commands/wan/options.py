"""What the commands of `lightship wan` share: which lines, what is asked over them, where the history is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from lightship.endure.wan.rules import FOUR_G_ONLY, Rules
from lightship.endure.wan.uplinks import TargetKind, Uplink
from lightship.run.wan.plan import PORTAL_CHECK

PROFILES = {"usual": Rules(), "4g-only": FOUR_G_ONLY}


class Asked(msgspec.Struct, frozen=True):
    """What was said about the lines."""

    devices: tuple[str, ...]
    targets: tuple[str, ...]
    resolvers: tuple[str, ...]
    portal_check: str | None
    metered: tuple[str, ...]
    profile: str
    data: Path | None

    @property
    def rules(self) -> Rules:
        """Of the profile."""
        return PROFILES[self.profile]

    @property
    def alone(self) -> bool:
        """There is one line, and there is meant to be."""
        return self.profile == "4g-only"


class Bytes(click.ParamType[int]):
    """A number of bytes, in the units that contracts use: 500MB, 5GB."""

    name = "bytes"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?", value.strip(), re.IGNORECASE)
        if found is None or float(found[1]) == 0:
            self.fail(f"{value!r} is no number of bytes; write 500MB or 5GB")
        return int(float(found[1]) * _SIZES[(found[2] or "B").lower()])


_SIZES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}


def line_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options as one argument, `asked`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.argument("devices", nargs=-1, metavar="[DEVICE]..."),
    click.option("--target", "targets", multiple=True, metavar="TARGET",
                 help="Asked over each line instead of the shipped ones: an address to ping, tcp://host:port or "
                      "http://host/path (status 204); repeatable, three are good."),
    click.option("--resolver", "resolvers", multiple=True, metavar="ADDRESS",
                 help="Asked for a name over each line; those of this machine and 9.9.9.9 by default; repeatable."),
    click.option("--portal-check", default=PORTAL_CHECK, show_default=True, metavar="URL",
                 help="A page that must come back empty with status 204; `none`: no such check."),
    click.option("--metered", multiple=True, metavar="DEVICE",
                 help="A line whose bytes cost money: asked twice a minute while idle; wwan*, ppp*, usb* by default."),
    click.option("--profile", type=click.Choice(list(PROFILES)), default="usual", show_default=True,
                 help="`4g-only`: one mobile line and nothing beside it; more patience, few bytes."),
    click.option("--data", type=click.Path(path_type=Path), metavar="FOLDER",
                 help="Where the history is kept; below $XDG_STATE_HOME, for root /var/lib/lightship/wan by default."),
)  # fmt: skip


def asked(found: dict[str, Any]) -> Asked:
    """Take these options out of a command's arguments."""
    taken = {name: found.pop(name) for name in Asked.__struct_fields__}
    taken["portal_check"] = None if taken["portal_check"] == "none" else taken["portal_check"]
    return Asked(**taken)


_KINDS: dict[TargetKind, str] = {"ping": "ping", "tcp": "connect to", "dns": "names from", "http": "page"}


def _asked_of(uplink: Uplink) -> str:
    """ping 192.0.2.1, 192.0.2.2; names from 192.0.2.53"""
    by_kind = {kind: [each.name for each in uplink.targets if each.kind == kind] for kind in _KINDS}
    return "; ".join(f"{_KINDS[kind]} {', '.join(names)}" for kind, names in by_kind.items() if names)


def opening(uplinks: list[Uplink], data: Path, acting: bool, can_ping: bool) -> list[str]:
    """The first lines that people read."""
    verb = "Protecting" if acting else "Watching"
    lines = [f"{verb} {len(uplinks)} line{'s' if len(uplinks) > 1 else ''}; "
             f"{'the first is used while it is well.' if acting else 'nothing is changed.'}"]  # fmt: skip
    for each in uplinks:
        lines.append(
            f"  {each.name}{' (metered: asked twice a minute while idle)' if each.metered else ''}: {_asked_of(each)}"
        )
    if not can_ping:
        lines.append("This user may not ping: connections to port 443 are tried instead.")
    lines.append(f"Kept in {data}. Ctrl-C ends it.")
    return lines
