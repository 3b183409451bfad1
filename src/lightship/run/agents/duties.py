"""What an agent does of what its hub ordered: only what is sound, and what its own file allows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lightship.edges.agents.own.folder import OwnFile
from lightship.edges.agents.wire import Order, Orders
from lightship.edges.probes.prober import Duty
from lightship.run.agents.orders import HEARD_BY_THE_HUB
from lightship.run.configuration import CheckEntry, Configuration
from lightship.run.planning import plan
from lightship.vocabulary.errors import BadInput

PROGRAMS = frozenset({"exec"})
"""Schemes that run a program: which one, only the agent's own file can say."""

MOST = 5_000
"""Checks of one agent."""


class Refused(msgspec.Struct, frozen=True):
    """An order that is not carried out, and why."""

    address: str
    why: str


class Work(msgspec.Struct, frozen=True):
    """What is done and what is not."""

    duties: tuple[Duty, ...]
    refused: tuple[Refused, ...]


def work(orders: Orders, own: OwnFile, folder: Path) -> Work:
    """Each order by itself: one that cannot be carried out leaves the others alone."""
    duties, refused = list[Duty](), list[Refused]()
    for order in orders.orders[:MOST]:
        address = str(order.entry.get("url", ""))
        try:
            duties.append(_duty(order, address, own, own.contact or orders.contact, folder, orders.agent))
        except (BadInput, msgspec.ValidationError) as error:
            refused.append(Refused(address, str(error)))
    return Work(tuple(duties), tuple(refused))


def _duty(order: Order, address: str, own: OwnFile, contact: str, folder: Path, agent: str) -> Duty:
    entry = msgspec.convert(_allowed(order, address, own), CheckEntry)
    made = plan(Configuration([entry], contact=contact, controls=[], api=None), folder).duties[0]
    return Duty(msgspec.structs.replace(made.check, family=order.family), agent, made.every)


def _allowed(order: Order, address: str, own: OwnFile) -> Mapping[str, Any]:
    """The entry with what the own file adds. Raises BadInput where that has to name it and does not."""
    entry = {
        name: value for name, value in order.entry.items() if name not in ("secret", "secrets", "command")
    }
    scheme = address.partition("://")[0]
    if scheme in PROGRAMS:
        if address not in own.programs:
            raise BadInput(
                address, "this agent's own file names no such program", f"programs: {{{address!r}: [...]}}"
            )
        return entry | {"command": own.programs[address]}
    if scheme in HEARD_BY_THE_HUB:
        raise BadInput(address, "signs of life come to the hub", "let the hub itself wait for it")
    if order.needs_secret:
        if address not in own.secrets:
            raise BadInput(
                address,
                "this agent's own file names no secret for it",
                f"secrets: {{{address!r}: file:PATH}}",
            )
        return entry | _secrets(own.secrets[address])
    return entry


def _secrets(said: str | Mapping[str, str]) -> dict[str, Any]:
    """One password, or several by what the probe calls them; `secret` is the user's own."""
    if isinstance(said, str):
        return {"secret": said}
    return {
        "secret": said.get("secret", ""),
        "secrets": {name: each for name, each in said.items() if name != "secret"},
    }
