"""`wan watch`, put together."""

from pathlib import Path

from lightship.edges.links.history import History, state_folder
from lightship.edges.links.netlink import Device, devices
from lightship.edges.links.resolver_file import nameservers
from lightship.edges.links.sockets import IPV4, echo_socket
from lightship.endure.wan.uplinks import Uplink
from lightship.run.commands.wan.options import Asked, opening
from lightship.run.wan.plan import chosen, uplinks
from lightship.run.wan.screen import Lines, People, Screen
from lightship.run.wan.session import Session
from lightship.vocabulary.errors import BadInput, StoreRefused


async def watching(asked: Asked, seconds: float | None, as_json: bool) -> None:
    """Until the time is over or somebody ends it."""
    lines, can_ping = await lines_of(asked)
    screen: Screen = Lines() if as_json else People()
    folder = asked.data or state_folder()
    history = opened(folder, screen)
    screen.began(opening(lines, folder, acting=False, can_ping=can_ping), lines)
    try:
        await Session(lines, screen, history, rules=asked.rules).run(seconds)
    finally:
        screen.ended()
        if history is not None:
            history.close()


async def lines_of(asked: Asked) -> tuple[list[Uplink], bool]:
    """The lines that were asked for, and whether this user may ping."""
    found = chosen(asked.devices, await devices())
    can_ping = may_ping(found[0])
    resolvers = asked.resolvers or tuple(nameservers())
    return uplinks(found, targets=asked.targets, resolvers=resolvers, portal_check=asked.portal_check,
                   metered=asked.metered, can_ping=can_ping), can_ping  # fmt: skip


def may_ping(device: Device) -> bool:
    """Whether echo requests can be sent, by this user, on this machine."""
    made = echo_socket(device.name, IPV4)
    if made is None:
        return False
    made[0].close()
    return True


def opened(folder: Path, screen: Screen) -> History | None:
    """The history; watching goes on without one, and says so."""
    try:
        return History(folder)
    except StoreRefused as error:
        screen.note(f"history not kept: {error}")
        return None


def refuse_none(found: list[Uplink]) -> None:
    """Two lines at least. Raises BadInput."""
    if len(found) < 2:
        raise BadInput(
            "lines", found[0].name if found else "none", "two at least: `lightship wan protect eth0 wwan0`"
        )
