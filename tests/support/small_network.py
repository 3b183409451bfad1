"""A small provider for tests of the stages: 12 areas, 3 regions, three services, two peering sites, three vantages."""

from lightship.prevent.footprints import Footprints, footprints
from lightship.vocabulary.components import (
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

BROADBAND, VOICE, EMAIL = ServiceId("broadband"), ServiceId("voice"), ServiceId("email")
SERVICES = (BROADBAND, VOICE, EMAIL)
AREAS = tuple(AreaId(f"01{n:02d}") for n in range(10, 22))
REGIONS = tuple(AreaId(f"region:{name}") for name in ("North", "Mid", "South"))
LINES = 200_000.0


def small(lines: float = LINES, vantages: int = 3) -> Footprints:
    """Head-end `he-N` per area, metro `metro-N` per region, `ld8` carries a tenth of broadband, `thn` the rest."""
    return footprints(network(lines, vantages))


def network(lines: float = LINES, vantages: int = 3) -> NetworkMap:
    return versioned(
        NetworkMap(
            id="small", version="", provider="Small Telecom", brands=(),
            services=tuple(Service(s, str(s)) for s in SERVICES),
            components=_components(), service_needs=_service_needs(), service_areas=_service_areas(lines),
            probes=_probes(vantages), places=PlaceTree(_places()), synthetic=True,
        )
    )  # fmt: skip


def _one(name: str, kind: ComponentKind, *on: str) -> Component:
    gates = (Gate(tuple(Need(ComponentId(each)) for each in on)),) if on else ()
    return Component(ComponentId(name), kind, name, gates)


def _components() -> tuple[Component, ...]:
    return (
        _one("ups-ld8", "ups"), _one("ld8", "peering", "ups-ld8"), _one("thn", "peering"), _one("radius", "radius"),
        _one("softswitch", "softswitch"), _one("mail", "mail-store"),
        *(_one(f"metro-{n}", "metro") for n in range(3)),
        *(_one(f"he-{n}", "exchange", f"metro-{n // 4}") for n in range(12)),
    )  # fmt: skip


def _service_needs() -> tuple[ServiceNeeds, ...]:
    split = Gate((Need(ComponentId("ld8"), 0.1), Need(ComponentId("thn"), 0.9)), split=True)
    radius = Gate((Need(ComponentId("radius")),))
    return (
        ServiceNeeds(BROADBAND, (split, radius)), ServiceNeeds(VOICE, (Gate((Need(ComponentId("softswitch")),)),)),
        ServiceNeeds(EMAIL, (Gate((Need(ComponentId("mail")),)),)),
    )  # fmt: skip


def _service_areas(lines: float) -> tuple[ServiceArea, ...]:
    return tuple(
        ServiceArea(
            service, area, lines, (Gate((Need(ComponentId(f"he-{n}")),)),) if service != EMAIL else ()
        )
        for service in SERVICES
        for n, area in enumerate(AREAS)
    )


def _probes(vantages: int) -> tuple[ProbePath, ...]:
    paths = {"via-ld8": ("ld8", BROADBAND), "via-thn": ("thn", BROADBAND), "mail": ("mail", EMAIL)}
    found = []
    for n in range(vantages):
        for target, (component, service) in paths.items():
            gate = Gate((Need(ComponentId(component)),))
            found.append(ProbePath(f"v{n}", target, f"as{n}", 0, service, False, (gate,)))
        found.append(ProbePath(f"v{n}", "control", f"as{n}", control=True))
    return tuple(found)


def _places() -> tuple[Area, ...]:
    country = Area(AreaId("country:X"), "X", "country")
    regions = tuple(Area(r, str(r), "region", country.id) for r in REGIONS)
    return (country, *regions, *(Area(a, str(a), "area", REGIONS[n // 4], 1.0) for n, a in enumerate(AREAS)))
