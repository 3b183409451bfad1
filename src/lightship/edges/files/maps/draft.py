"""A map while it is put together: what the base says, then what the file adds, replaces and takes away."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lightship.edges.files.yaml_marks import Trail
from lightship.vocabulary.components import (
    Component,
    ComponentId,
    FeedSubject,
    Gate,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service, ServiceId

ProbeKey = tuple[str, str, int]
FeedKey = tuple[str, ComponentId]


@dataclass
class Draft:
    """Everything by its id, in order.

    Args:
        written, written_services: where the file itself speaks of a component, of a service.
    """

    services: dict[ServiceId, Service] = field(default_factory=dict)
    needs: dict[ServiceId, tuple[Gate, ...]] = field(default_factory=dict)
    areas: dict[tuple[ServiceId, AreaId], ServiceArea] = field(default_factory=dict)
    components: dict[ComponentId, Component] = field(default_factory=dict)
    probes: dict[ProbeKey, ProbePath] = field(default_factory=dict)
    feeds: dict[FeedKey, FeedSubject] = field(default_factory=dict)
    written: dict[ComponentId, Trail] = field(default_factory=dict)
    written_services: dict[ServiceId, Trail] = field(default_factory=dict)

    @classmethod
    def of(cls, base: NetworkMap | None) -> "Draft":
        """What a base map says; without one, nothing."""
        if base is None:
            return cls()
        return cls(
            services={each.id: each for each in base.services},
            needs={each.service: each.gates for each in base.service_needs},
            areas={(each.service, each.area): each for each in base.service_areas},
            components={each.id: each for each in base.components},
            probes={(each.vantage, each.target, each.family): each for each in base.probes},
            feeds={(each.feed, each.subject): each for each in base.feeds},
        )

    def remove(self, components: Iterable[ComponentId]) -> None:
        """Take components away, with the probes whose path they are on and the feeds about them."""
        gone = frozenset(components)
        self.components = {name: each for name, each in self.components.items() if name not in gone}
        self.probes = {key: each for key, each in self.probes.items() if not gone & mentioned(each.gates)}
        self.feeds = {key: each for key, each in self.feeds.items() if each.subject not in gone}

    @property
    def service_needs(self) -> tuple[ServiceNeeds, ...]:
        """Needs of the services that have any, in the order of the services."""
        return tuple(ServiceNeeds(name, self.needs[name]) for name in self.services if self.needs.get(name))

    @property
    def service_areas(self) -> tuple[ServiceArea, ...]:
        """Service areas, service by service."""
        of_service: dict[ServiceId, list[ServiceArea]] = {name: [] for name in self.services}
        for (service, _), each in self.areas.items():
            of_service[service].append(each)
        return tuple(each for areas in of_service.values() for each in areas)


def mentioned(gates: Iterable[Gate]) -> frozenset[ComponentId]:
    """The components in some gates."""
    return frozenset(need.on for gate in gates for need in gate.needs)
