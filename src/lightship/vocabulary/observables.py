"""The rows that signals enter, each signal exactly one, once. Detect and explain read the same rows."""

from typing import Literal

import msgspec

from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId


class CountRow(msgspec.Struct, frozen=True, tag="count"):
    """Reports and passive counts of one service in one area; `area` None: reports that name no area."""

    service: ServiceId
    area: AreaId | None


class ProbeRow(msgspec.Struct, frozen=True, tag="probe"):
    """Observations of one target from one vantage over one address family (0: either)."""

    vantage: str
    target: str
    family: Literal[0, 4, 6]
    network: str
    control: bool
    service: ServiceId | None


class FeedRow(msgspec.Struct, frozen=True, tag="feed"):
    """Typed events of one feed about one component."""

    feed: str
    subject: ComponentId


Observable = CountRow | ProbeRow | FeedRow


def observables(network: NetworkMap) -> tuple[Observable, ...]:
    """The rows of a map, in an order that depends on the map alone.

    Service areas as the map lists them; then one row without an area per service that has service areas;
    then probes; then feeds.
    """
    counts: list[Observable] = [CountRow(each.service, each.area) for each in network.service_areas]
    named = dict.fromkeys(each.service for each in network.service_areas)
    counts += [CountRow(service, None) for service in named]
    probes = [
        ProbeRow(p.vantage, p.target, p.family, p.network, p.control, p.service) for p in network.probes
    ]
    return (*counts, *probes, *(FeedRow(f.feed, f.subject) for f in network.feeds))
