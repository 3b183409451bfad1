"""A map made from a list of checks: what `watch` and `serve` know of the world when nobody drew a map."""

import ipaddress
from collections.abc import Sequence

import msgspec

from lightship.edges.probes.probe import Check
from lightship.edges.probes.prober import Duty
from lightship.vocabulary.components import Component, ComponentId, Gate, Need, NetworkMap, ProbePath
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.sources import Source

HERE, HERE_LOCAL = "here", "here (this machine)"
"""The one vantage; targets on this machine do not depend on its line, so they are seen from another."""

STATED = Source(basis="stated", publisher="operator")


class Watched(msgspec.Struct, frozen=True):
    """One thing to watch.

    Args:
        name: what people call it; in headlines.
        every: seconds between measurements.
    """

    check: Check
    name: str
    service: ServiceId
    every: float


def watched(checks: Sequence[tuple[Check, str, float]]) -> tuple[Watched, ...]:
    """Give each check a service id of its own, made from its name, in order."""
    taken: dict[str, None] = {}
    found = []
    for check, name, every in checks:
        service = _fresh(_slug(name or check.host), taken)
        found.append(Watched(check, name or check.address, ServiceId(service), every))
    return tuple(found)


def network(provider: str, things: Sequence[Watched], controls: Sequence[Check]) -> NetworkMap:
    """One component a target, with nothing between it and the vantage but the vantage's own line."""
    components = [Component(ComponentId(t.service), "other", t.name, source=STATED) for t in things]
    services = [Service(t.service, t.name) for t in things]
    probes = [_path(t) for t in things]
    probes += [ProbePath(HERE, c.address, HERE, c.family, None, control=True) for c in controls]
    return versioned(
        NetworkMap(
            id="watched", version="", provider=provider, brands=(), services=tuple(services),
            components=tuple(components), service_needs=(), service_areas=(), probes=tuple(probes),
        )
    )  # fmt: skip


def duties(things: Sequence[Watched], controls: Sequence[Check], every: float = 30.0) -> tuple[Duty, ...]:
    """What the prober is to do for them."""
    mine = [Duty(t.check, vantage_of(t.check), t.every) for t in things]
    return (*mine, *(Duty(check, HERE, every) for check in controls))


def vantage_of(check: Check) -> str:
    """Where the check is measured from: over this machine's line, or within it."""
    return HERE_LOCAL if is_local(check) else HERE


def is_local(check: Check) -> bool:
    """True for targets on this machine, which a dead line does not touch."""
    if check.host == "localhost" or check.host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(check.host).is_loopback
    except ValueError:
        return False


def _path(thing: Watched) -> ProbePath:
    check, vantage = thing.check, vantage_of(thing.check)
    gate = Gate((Need(ComponentId(thing.service), 1.0, STATED),))
    return ProbePath(vantage, check.address, vantage, check.family, thing.service, gates=(gate,))


def _slug(name: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "service"


def _fresh(slug: str, taken: dict[str, None]) -> str:
    wanted, number = slug, 1
    while wanted in taken:
        number += 1
        wanted = f"{slug}-{number}"
    taken[wanted] = None
    return wanted
