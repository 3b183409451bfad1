"""The same network seen by nothing but reports: lines per area code, and what each service needs everywhere."""

from collections.abc import Sequence

from lightship.simulate.national.parts import all_of, at_least, each_of, split
from lightship.simulate.watched.access import Access
from lightship.simulate.watched.interconnect import Meeting
from lightship.simulate.watched.platforms import DNS_PAIRS, RADIUS_PAIRS, STORES, VOICE_PAIRS
from lightship.vocabulary.components import Gate, ServiceArea, ServiceNeeds
from lightship.vocabulary.places import Area
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import SYNTHETIC
from lightship.vocabulary.spread import spread

LINES = 9_280_000
"""Broadband lines: the order of magnitude of a large UK provider."""

SHARE_OF_LINES = {"broadband": 1.0, "voice": 0.7, "email": 0.4, "webmail": 0.2, "portal": 0.5}
"""Users of each service, as a share of broadband's lines. Assumed."""


def service_areas(network: Access, areas: Sequence[Area]) -> tuple[ServiceArea, ...]:
    """Lines by area, shared out evenly over its exchanges."""
    gates = _gates(network)
    found = []
    for service, share in SHARE_OF_LINES.items():
        lines = spread(round(LINES * share), network.weights)
        access = service in ("broadband", "voice")
        found += [
            ServiceArea(
                ServiceId(service), area.id, float(lines[n]), (gates[n],) if access else (), SYNTHETIC
            )
            for n, area in enumerate(areas)
        ]
    return tuple(found)


def _gates(network: Access) -> list[Gate]:
    of_area: list[list[str]] = [[] for _ in network.weights]
    for exchange in network.exchanges:
        of_area[exchange.area].append(exchange.name)
    return [split((name, 1.0 / len(names)) for name in names) for names in of_area]


def service_needs(meeting: Meeting) -> tuple[ServiceNeeds, ...]:
    """Customers are spread over the pairs: a pair takes its share with it."""
    stores = split((f"mail-store-{n}", round(1.0 / STORES, 4)) for n in range(1, STORES + 1))
    dns = _pairs("dns", DNS_PAIRS)
    needs: dict[str, tuple[Gate, ...]] = {
        "broadband": (meeting.everywhere, all_of("dns-config"), *dns, *_pairs("radius", RADIUS_PAIRS)),
        "voice": _pairs("softswitch", VOICE_PAIRS),
        "email": (stores, all_of("mail-front"), meeting.everywhere),
        "webmail": (stores, all_of("webmail", "sso"), meeting.everywhere),
        "portal": (each_of((("portal", 1.0), ("sso", 0.7), ("billing", 0.3))), meeting.everywhere),
    }
    return tuple(ServiceNeeds(ServiceId(name), gates) for name, gates in needs.items())


def _pairs(kind: str, pairs: int) -> tuple[Gate, ...]:
    share = 1.0 / pairs
    return tuple(at_least(1, f"{kind}-{n}a", f"{kind}-{n}b", share=share) for n in range(1, pairs + 1))
