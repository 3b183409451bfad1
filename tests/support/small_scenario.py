"""A small network and a short day, for tests of the simulator."""

from typing import Any

from lightship.simulate.offsets import Offset, parse_offset
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import (
    Brand,
    Component,
    ComponentId,
    ComponentKind,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.time import parse_iso

BROADBAND, VOICE, EMAIL = ServiceId("broadband"), ServiceId("voice"), ServiceId("email")
AREAS = tuple(AreaId(f"01{n:02d}") for n in range(10, 22))


def span(text: str) -> Offset:
    """Short for the tests."""
    return parse_offset(text)


def gate(*names: str, at_least: int | None = None, split: bool = False, share: float = 1.0) -> Gate:
    """A gate over components."""
    return Gate(tuple(Need(ComponentId(name), share) for name in names), at_least, split)


def component(name: str, kind: ComponentKind, *gates: Gate) -> Component:
    """One component."""
    return Component(ComponentId(name), kind, name, gates)


def network(lines: float = 100_000.0) -> NetworkMap:
    """Twelve areas in two regions on an exchange each; two peering sites; a mail front end behind a login."""
    exchanges = [component(f"he-{area}", "exchange", gate(f"metro-{n % 2}")) for n, area in enumerate(AREAS)]
    sites = Gate((Need(ComponentId("site-a"), 0.1), Need(ComponentId("site-b"), 0.9)), split=True)
    components = (
        component("metro-0", "metro"),
        component("metro-1", "metro"),
        *exchanges,
        component("feed-a", "power-feed"),
        component("site-a", "peering", gate("feed-a")),
        component("site-b", "peering"),
        component("together", "other", sites),
        component("login", "sso"),
        component("front-1", "front-end", gate("login")),
        component("front-2", "front-end", gate("login")),
        component("dns", "dns"),
    )
    return versioned(
        NetworkMap(
            id="small",
            version="",
            provider="Small",
            brands=(Brand("small", "Small"),),
            services=(Service(BROADBAND, "broadband"), Service(VOICE, "calls"), Service(EMAIL, "e-mail")),
            components=components,
            service_needs=(
                ServiceNeeds(BROADBAND, (gate("together"),)),
                ServiceNeeds(EMAIL, (gate("front-1", "front-2", at_least=1),)),
            ),
            service_areas=tuple(
                ServiceArea(service, area, lines, (gate(f"he-{area}"),) if service != EMAIL else ())
                for service in (BROADBAND, VOICE, EMAIL)
                for area in AREAS
            ),
            probes=_probes(),
            places=_places(),
            synthetic=True,
        )
    )


def _probes() -> tuple[ProbePath, ...]:
    return tuple(probe for name in ("one", "two") for probe in _seen_from(name, f"net-{name}"))


def _seen_from(vantage: str, net: str) -> tuple[ProbePath, ...]:
    fronts = gate("front-1", "front-2", at_least=1)
    return (
        ProbePath(vantage, "https://control.example", net, control=True),
        ProbePath(vantage, "https://beyond-a.example", net, service=BROADBAND, gates=(gate("site-a"),)),
        ProbePath(vantage, "https://beyond-b.example", net, service=BROADBAND, gates=(gate("site-b"),)),
        ProbePath(vantage, "imaps://imap.example", net, service=EMAIL, gates=(fronts,)),
        ProbePath(vantage, "dns://dns.example", net, service=BROADBAND, gates=(gate("dns"),)),
    )


def _places() -> PlaceTree:
    country, north, south = AreaId("country:X"), AreaId("region:North"), AreaId("region:South")
    return PlaceTree(
        (
            Area(country, "X", "country"),
            Area(north, "North", "region", country),
            Area(south, "South", "region", country),
            *(Area(a, a, "area", north if n < 6 else south, 1.0) for n, a in enumerate(AREAS)),
        )
    )


def scenario(**changes: Any) -> Scenario:
    """A working day from six in the morning to noon, with nothing wrong unless `changes` say so."""
    usual: dict[str, Any] = {
        "schema": "lightship-scenario/1",
        "id": "small",
        "title": "small",
        "deployment": "provider",
        "t0": parse_iso("2024-05-14T09:00:00Z"),
        "tz": "Europe/London",
        "seed": 1,
        "start": span("-4h"),
        "end": span("3h"),
        "network": network(),
    }
    return Scenario(**(usual | changes))
