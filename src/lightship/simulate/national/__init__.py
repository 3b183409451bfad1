"""A synthetic national provider, the same for the same seed: something to practise on, never a real network.

How many of what, what hangs on what and all shares are assumed. Names are generic and every edge says synthetic.
"""

from typing import Literal

import numpy as np

from lightship.simulate.national.access import AccessNetwork, access_network
from lightship.simulate.national.interconnect import interconnect
from lightship.simulate.national.parts import Parts
from lightship.simulate.national.platforms import platforms
from lightship.simulate.national.services import SERVICES, SHARE_OF_LINES, service_needs
from lightship.simulate.national.vantages import feeds, probes, vantage_networks
from lightship.vocabulary.components import Brand, NetworkMap, ServiceArea
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import Area, PlaceTree
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import SYNTHETIC
from lightship.vocabulary.spread import spread

NationalSize = Literal["modern", "large"]

BROADBAND_LINES = 9_280_000
"""Broadband lines of a large UK provider, order of magnitude: BT Group with EE and Plusnet, December 2016."""

NOTE = "Synthetic: made by a generator. Nothing in it describes a real network."


def national(
    places: PlaceTree, size: NationalSize = "modern", seed: int = 1, lines: int = BROADBAND_LINES
) -> NetworkMap:
    """The map of a made-up provider that serves every leaf of the place tree that has people.

    Args:
        places: leaves need weights; coordinates decide which exchange hangs on which metro node.
        size: `modern`: about 1,000 head-ends. `large`: 5,600 exchanges, about 6,500 components in all.
        lines: broadband lines, shared out by weight; the other services have fixed shares of it.
    """
    areas = tuple(area for area in places.leaves() if area.weight > 0)
    access = access_network(areas, size, np.random.default_rng(seed))
    parts = Parts()
    parts.extend(access.components)
    places_by_size = tuple(area.name for area in sorted(areas, key=lambda area: (-area.weight, area.id)))
    interconnect(parts, places_by_size)
    platforms(parts, places_by_size)
    parts.extend(vantage_networks())
    return versioned(
        NetworkMap(
            id=f"national-{size}",
            version="",
            provider="Sample Telecom",
            brands=(Brand("sample", "Sample Telecom"), Brand("samplet", "Samplet")),
            services=SERVICES,
            components=parts.components,
            service_needs=service_needs(),
            service_areas=_service_areas(areas, access, lines),
            probes=probes(access, areas),
            feeds=feeds(parts.components),
            places=places,
            synthetic=True,
            note=f"{NOTE} Size {size}, seed {seed}.",
        )
    )


def _service_areas(areas: tuple[Area, ...], access: AccessNetwork, lines: int) -> tuple[ServiceArea, ...]:
    weights = [area.weight for area in areas]
    found: list[ServiceArea] = []
    for service, share in SHARE_OF_LINES.items():
        counts = spread(round(lines * share), weights)
        found += [
            _service_area(service, area, count, access) for area, count in zip(areas, counts, strict=True)
        ]
    return tuple(found)


def _service_area(service: ServiceId, area: Area, lines: int, access: AccessNetwork) -> ServiceArea:
    gates = (access.gate[area.id],) if service in ("broadband", "voice") else ()
    return ServiceArea(service, area.id, float(lines), gates, SYNTHETIC)
