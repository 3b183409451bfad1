"""A synthetic provider that is watched at every exchange: the large map that localisation is measured on.

Where `simulate.national` is a network to practise on, this one is a test bench: several thousand binary tests, pairs
that hide each other's failure, peering sites that carry a part of the traffic each, and power feeds that two of them
share. How many of what, and all shares, are assumed. Names are generic and every edge says synthetic.
"""

from typing import Literal

import numpy as np

from lightship.simulate.national.parts import Parts
from lightship.simulate.watched.access import access
from lightship.simulate.watched.counted import service_areas, service_needs
from lightship.simulate.watched.interconnect import interconnect
from lightship.simulate.watched.platforms import platforms
from lightship.simulate.watched.probed import probes
from lightship.simulate.watched.shape import LARGE, Shape
from lightship.vocabulary.components import Brand, FeedSubject, NetworkMap
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.services import Service, ServiceId

Seen = Literal["tests", "reports"]
"""What is observed: binary tests at exchanges and in areas, or nothing but reports counted by area code."""

SERVICES = (
    Service(ServiceId("broadband"), "broadband", emergency=True),
    Service(ServiceId("voice"), "phone calls", emergency=True),
    Service(ServiceId("email"), "e-mail"),
    Service(ServiceId("webmail"), "webmail"),
    Service(ServiceId("portal"), "the web site"),
)

POWER_ALARMS = "power-alarms"
"""The feed that may speak of every power feed of a core or metro site and of a peering site."""


def watched(shape: Shape = LARGE, seed: int = 1, seen: Seen = "tests") -> NetworkMap:
    """The map. One seed gives one network, however it is observed: both have the same components in the same order."""
    rng = np.random.default_rng(seed)
    parts = Parts()
    network = access(parts, shape, rng)
    meeting = interconnect(parts, shape, rng)
    platforms(parts)
    areas = tuple(
        Area(AreaId(f"0{1000 + n}"), f"Area {n}", "area", AreaId("country:made-up"), float(weight))
        for n, weight in enumerate(network.weights)
    )
    return versioned(
        NetworkMap(
            id=f"watched-{shape.exchanges}",
            version="",
            provider="Sample Telecom",
            brands=(Brand("sample", "Sample Telecom"),),
            services=SERVICES,
            components=parts.components,
            service_needs=service_needs(meeting) if seen == "reports" else (),
            service_areas=service_areas(network, areas) if seen == "reports" else (),
            probes=probes(network, meeting) if seen == "tests" else (),
            feeds=tuple(
                FeedSubject(POWER_ALARMS, each.id)
                for each in parts.components
                if each.kind == "power-feed" and not each.id.startswith("grid-")
            ),
            places=PlaceTree((Area(AreaId("country:made-up"), "Made-up country", "country"), *areas)),
            synthetic=True,
            note=f"Synthetic: made by a generator. Nothing in it describes a real network. Seed {seed}.",
        )
    )
