"""What services depend on: components, gates and the map.

Health flows from components to what needs them. A node is healthy by

    own(node) * product over its gates of gate(...)

where own is 1 - (share of the node itself that failed), `all of` gives the product of (1 - share * loss) over its
needs, `k of n` gives the k-th largest of (1 - share * loss): `any of` is k = 1, and `split` gives 1 - the sum of
share * loss: each need carries a part of the load of its own. Loss is 1 - health.
A service area also multiplies by the gates of its service and of that service's ancestors.
"""

from functools import cached_property
from typing import Literal, NewType

import msgspec

from lightship.vocabulary.places import AreaId, PlaceTree
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.sources import ASSUMED, Source

ComponentId = NewType("ComponentId", str)

ComponentKind = Literal[
    "building", "power-feed", "ups", "duct", "exchange", "metro", "core", "peering", "transit", "dns", "radius",
    "softswitch", "mail-store", "mail-gateway", "front-end", "sso", "portal", "billing", "certificate", "supplier",
    "configuration", "channel", "mirror", "status-host", "vantage-network", "other",
]  # fmt: skip


class Need(msgspec.Struct, frozen=True):
    """One edge: the node needs `on` for `share` of what it does, 0 < share <= 1."""

    on: ComponentId
    share: float = 1.0
    source: Source = ASSUMED


class Gate(msgspec.Struct, frozen=True):
    """Needs that count together. `at_least` None: all of them. 1: any of them. k: k of them.

    Args:
        split: the load is shared out over the needs, their shares adding up to 1 at most: the lines of an area over
            its exchanges, traffic over peering sites. Then `at_least` is None.
    """

    needs: tuple[Need, ...]
    at_least: int | None = None
    split: bool = False


class Component(msgspec.Struct, frozen=True):
    """Something that can fail and take something else with it.

    Args:
        name: for operators. A third party's name stands here and never reaches the public by automation.
        public: what the public may read instead ("a building in London of a supplier"); empty: the kind alone.
        owner: who runs it; empty: the provider itself.
        place: the building or town it stands in, in words; empty: not known.
    """

    id: ComponentId
    kind: ComponentKind
    name: str
    gates: tuple[Gate, ...] = ()
    public: str = ""
    owner: str = ""
    place: str = ""
    source: Source = ASSUMED


class ServiceNeeds(msgspec.Struct, frozen=True):
    """What a service needs everywhere."""

    service: ServiceId
    gates: tuple[Gate, ...] = ()


class ServiceArea(msgspec.Struct, frozen=True):
    """One service in one area: the finest thing whose health is published.

    Args:
        lines: lines or users there; 0 or more.
        gates: what it needs beyond what its service needs everywhere.
    """

    service: ServiceId
    area: AreaId
    lines: float
    gates: tuple[Gate, ...] = ()
    source: Source = ASSUMED


class ProbePath(msgspec.Struct, frozen=True):
    """A target watched from a vantage: what stands between them.

    Args:
        family: 4, 6, or 0 where either will do.
        network: the access network of the vantage; vantages of one network are one vote.
        control: a target that has nothing to do with the provider, to check the vantage's own line.
        service: what a failure would say about; absent for controls.
        region: where the vantage stands, in words; empty: not stated.
    """

    vantage: str
    target: str
    network: str
    family: Literal[0, 4, 6] = 0
    service: ServiceId | None = None
    control: bool = False
    gates: tuple[Gate, ...] = ()
    region: str = ""


class Brand(msgspec.Struct, frozen=True):
    """What customers know. One network may carry several."""

    id: str
    name: str


class FeedSubject(msgspec.Struct, frozen=True):
    """A feed that may speak of a component: an alarm panel, a supplier's status page."""

    feed: str
    subject: ComponentId


class NetworkMap(msgspec.Struct, frozen=True, dict=True):
    """The graph: what needs what, and how many people stand behind it.

    Args:
        version: digest of the content; two maps with one version are equal.
        synthetic: made by a generator or assumed; said in every output.
    """

    id: str
    version: str
    provider: str
    brands: tuple[Brand, ...]
    services: tuple[Service, ...]
    components: tuple[Component, ...]
    service_needs: tuple[ServiceNeeds, ...]
    service_areas: tuple[ServiceArea, ...]
    probes: tuple[ProbePath, ...] = ()
    feeds: tuple[FeedSubject, ...] = ()
    places: PlaceTree = PlaceTree()
    synthetic: bool = False
    note: str = ""

    @cached_property
    def component(self) -> dict[ComponentId, Component]:
        """Each component by its id."""
        return {each.id: each for each in self.components}

    @cached_property
    def service(self) -> dict[ServiceId, Service]:
        """Each service by its id."""
        return {each.id: each for each in self.services}
