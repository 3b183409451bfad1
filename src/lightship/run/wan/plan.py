"""From what people say to the lines and targets that are asked."""

import re
from collections.abc import Iterable, Mapping, Sequence

from lightship.edges.links.netlink import Device
from lightship.edges.links.sockets import IPV6, family_of
from lightship.endure.wan.uplinks import Target, TargetKind, Uplink
from lightship.vocabulary.errors import BadInput

PING_V4 = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
PING_V6 = ("2606:4700:4700::1111", "2001:4860:4860::8888")
RESOLVERS = ("9.9.9.9", "1.1.1.1")
PORTAL_CHECK = "http://cp.cloudflare.com/generate_204"

SIZES: dict[TargetKind, tuple[int, int]] = {
    "ping": (56, 96),
    "tcp": (280, 360),
    "dns": (150, 190),
    "http": (900, 1100),
}
"""Bytes of a question and its answer, IPv4 and IPv6, headers included: 2 x 28 for an empty echo, the others about."""

MOBILE = re.compile(r"^(wwan|ww[psx]|ppp|rmnet|usb|cdc)")
"""Devices that are mobile lines by how Linux names them."""


def uplinks(
    devices: Sequence[Device], *, targets: Sequence[str] = (), resolvers: Sequence[str] = (),
    portal_check: str | None = PORTAL_CHECK, metered: Iterable[str] = (), can_ping: bool = True,
) -> list[Uplink]:  # fmt: skip
    """One line a device, in the order given.

    Args:
        targets, resolvers: instead of the shipped ones. can_ping: else the shipped targets are connected to.
    """
    costly = set(metered)
    unknown = costly - {each.name for each in devices}
    if unknown:
        raise BadInput("--metered", sorted(unknown)[0], f"one of {', '.join(each.name for each in devices)}")
    return [
        Uplink(each.name, _targets(each, targets, resolvers, portal_check, can_ping),
               each.name in costly or (not costly and MOBILE.match(each.name) is not None))
        for each in devices
    ]  # fmt: skip


def _targets(
    device: Device, said: Sequence[str], resolvers: Sequence[str], portal_check: str | None, can_ping: bool
) -> tuple[Target, ...]:
    families = {family_of(each) for each in device.addresses} & {int(each.family) for each in device.ways}
    shipped = [*PING_V4, *(PING_V6 if IPV6 in families else ())]
    names = list(said) or [each if can_ping else _to_connect(each) for each in shipped]
    found = [target(each) for each in names if _reachable(each, families)]
    if not any(each.kind in ("ping", "tcp") for each in found):
        raise BadInput(
            f"targets of {device.name}", "none that says whether packets arrive", "--target ADDRESS"
        )
    asked = list(dict.fromkeys((*resolvers, *RESOLVERS)))[: max(2, len(resolvers))]
    found += [_made(each, "dns") for each in asked if _reachable(each, families)]
    return (*found, *([_made(portal_check, "http")] if portal_check else ()))


def _to_connect(address: str) -> str:
    return f"tcp://[{address}]:443" if ":" in address else f"tcp://{address}:443"


def _reachable(said: str, families: set[int]) -> bool:
    """An IPv6 target is not asked over a line that has no IPv6, nor the other way round; names may be either."""
    bare = said.removeprefix("tcp://").strip("[]").split("]")[0]
    if not families or not re.fullmatch(r"[0-9a-fA-F:.]+", bare):
        return True
    return family_of(bare if bare.count(":") > 1 else bare.partition(":")[0]) in families


def target(said: str) -> Target:
    """What people write: an address to ping, tcp://host:port to connect to, http://... for a page with status 204.

    >>> target("192.0.2.1").kind, target("tcp://192.0.2.1:443").name, target("http://example.org/204").kind
    ('ping', '192.0.2.1:443', 'http')

    Raises:
        BadInput: none of these.
    """
    if said.startswith("http://"):
        return _made(said, "http")
    if said.startswith("tcp://"):
        if not re.fullmatch(r"tcp://(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}", said):
            raise BadInput("--target", said, "tcp://192.0.2.1:443")
        return _made(said.removeprefix("tcp://"), "tcp")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*", said):
        raise BadInput("--target", said, "an address to ping, tcp://host:port or http://host/path")
    return _made(said, "ping")


def _made(name: str, kind: TargetKind) -> Target:
    v6 = name.count(":") > 1 and kind != "http"
    return Target(name, kind, SIZES[kind][v6])


def chosen(said: Sequence[str], known: Mapping[str, Device]) -> list[Device]:
    """The devices that were named, else all with a way out, the machine's own choice first.

    Raises:
        BadInput: a device is not there, or was named twice; none has a way out.
    """
    for each in said:
        if each not in known:
            there = ", ".join(name for name in known if name != "lo") or "none"
            raise BadInput(f"device {each}", "not there", f"one of: {there}")
        if said.count(each) > 1:
            raise BadInput(f"device {each}", "named twice", "each line once")
    found = [known[each] for each in said] or sorted(
        (each for each in known.values() if each.ways and each.name != "lo"),
        key=lambda each: min((way.family, way.metric) for way in each.ways),
    )
    if not found:
        raise BadInput("lines", "no device has a default route", "name the devices, or connect one")
    return found
