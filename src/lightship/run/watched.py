"""A map made from a list of checks: what `watch` and `serve` know of the world when nobody drew a map."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from lightship.edges.probes.address import PORTS
from lightship.edges.probes.gateway import is_local
from lightship.edges.probes.probe import Check
from lightship.edges.probes.prober import Duty
from lightship.vocabulary.components import (
    Component,
    ComponentId,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import PlaceTree
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.sources import Source

HERE, HERE_LOCAL = "this machine", "within this machine"
"""The one vantage; targets on this machine do not depend on its line, so they are seen from another."""

THIS_MACHINE = "localhost"

STATED = Source(basis="stated", publisher="operator")


class Seat(msgspec.Struct, frozen=True):
    """A vantage: its name, the access network that it is in, and the region, in words; empty: not stated."""

    name: str
    network: str
    region: str = ""


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
    """Give each check a name and a service id of its own, in order."""
    short = Counter(short_name(check) for check, name, _ in checks if not name)
    taken: dict[str, None] = {}
    found = []
    for check, name, every in checks:
        said = name or (short_name(check) if short[short_name(check)] == 1 else check.address)
        found.append(Watched(check, said, ServiceId(_fresh(_slug(said), taken)), every))
    return tuple(found)


def called(things: Sequence[Watched]) -> str:
    """What to call all of them together, where nobody said: "example.org", "example.org and 2 others"."""
    first, others = things[0].name, len(things) - 1
    return f"{first} and {others} other{'s' if others > 1 else ''}" if others else first


def short_name(check: Check) -> str:
    """What people would say: the host, with its port and path where they are not the usual ones.

    >>> from lightship.edges.probes.address import check
    >>> [
    ...     short_name(check(each))
    ...     for each in ("https://example.org/", "tcp://example.org:25", "https://example.org/shop")
    ... ]
    ['example.org', 'example.org:25', 'example.org/shop']
    """
    host = f"[{check.host}]" if ":" in check.host else check.host
    port = "" if check.port in (0, PORTS.get(check.scheme)) else f":{check.port}"
    return f"{host}{port}{check.path.rstrip('/')}"


USERS_PER_PERSON = 0.4
"""Lines or accounts per inhabitant where nobody says how many there are: about one per household. Assumed."""


def network(
    provider: str, things: Sequence[Watched], controls: Sequence[Check], places: PlaceTree | None = None,
    here: Seat | None = None, seats: Sequence[Seat] = (),
) -> NetworkMap:  # fmt: skip
    """One component a target; beside it only the machine that it shares with other targets, and the vantage's line.

    Args:
        places: where reports may come from; None: nobody reports.
        here: this machine as a vantage; None: of no known network. seats: the others.
    """
    here = here or Seat(HERE, HERE)
    shared = _shared(things)
    machines = [
        Component(ComponentId(f"machine {host}"), "other", f"the machine at {host}", public="a machine", source=STATED)
        for host in shared
    ]  # fmt: skip
    components = [
        Component(ComponentId(t.service), "other", t.name, gates=_on_machine(t, shared), source=STATED) for t in things
    ]  # fmt: skip
    services = [Service(t.service, t.name) for t in things]
    probes = [_path(t, here) for t in things]
    probes += [_path(t, seat) for seat in seats for t in things if not is_local(t.check)]
    probes += [
        ProbePath(seat.name, c.address, seat.network, c.family, None, control=True, region=seat.region)
        for seat in (here, *seats)
        for c in controls
    ]
    return versioned(
        NetworkMap(
            id="watched", version="", provider=provider, brands=(), services=tuple(services),
            components=(*machines, *components), service_needs=_needs(things) if places else (),
            service_areas=_everywhere(things, places) if places else (), probes=tuple(probes),
            places=places or PlaceTree(),
        )
    )  # fmt: skip


def _needs(things: Sequence[Watched]) -> tuple[ServiceNeeds, ...]:
    """A site that is out is out for all its users, wherever they are."""
    return tuple(
        ServiceNeeds(t.service, (Gate((Need(ComponentId(t.service), 1.0, STATED),)),)) for t in things
    )


def _everywhere(things: Sequence[Watched], places: PlaceTree) -> tuple[ServiceArea, ...]:
    return tuple(
        ServiceArea(t.service, area.id, area.weight * USERS_PER_PERSON)
        for t in things
        for area in places.leaves()
    )


def _host(check: Check) -> str:
    return THIS_MACHINE if is_local(check) else check.host


def _shared(things: Sequence[Watched]) -> dict[str, None]:
    """Machines that carry several targets: they fail together, and so cannot vouch for each other's line."""
    count = Counter(_host(each.check) for each in things)
    return {host: None for host, many in count.items() if many > 1}


def _on_machine(thing: Watched, shared: dict[str, None]) -> tuple[Gate, ...]:
    host = _host(thing.check)
    return (Gate((Need(ComponentId(f"machine {host}"), 1.0, STATED),)),) if host in shared else ()


def duties(things: Sequence[Watched], controls: Sequence[Check], every: float = 30.0) -> tuple[Duty, ...]:
    """What the prober is to do for them."""
    mine = [Duty(t.check, vantage_of(t.check), t.every) for t in things]
    return (*mine, *(Duty(check, HERE, every) for check in controls))


def vantage_of(check: Check) -> str:
    """Where the check is measured from: over this machine's line, or within it."""
    return HERE_LOCAL if is_local(check) else HERE


def _path(thing: Watched, seat: Seat) -> ProbePath:
    check = thing.check
    if is_local(check):
        seat = Seat(HERE_LOCAL, HERE_LOCAL)
    gate = Gate((Need(ComponentId(thing.service), 1.0, STATED),))
    return ProbePath(
        seat.name, check.address, seat.network, check.family, thing.service, gates=(gate,), region=seat.region
    )


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
