"""Who there is to report: service areas as columns, their regions, and how eager their people are."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId

NO_AREA = -1


@dataclass(frozen=True)
class Customers:
    """The service areas of a map.

    Args:
        services, areas: by number, in the order of the map.
        service, area: (rows,) numbers of each service area; lines: (rows,) its lines.
        eager: (areas,) how ready people are to report, 1 on average.
        region: (areas,) number of the region above; areas outside the place tree share one.
    """

    services: tuple[ServiceId, ...]
    areas: tuple[AreaId, ...]
    service: np.ndarray
    area: np.ndarray
    lines: np.ndarray
    eager: np.ndarray
    region: np.ndarray

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> "Customers":
        """The customers of a scenario."""
        network = scenario.network
        services = {s: n for n, s in enumerate(dict.fromkeys(a.service for a in network.service_areas))}
        areas = {a: n for n, a in enumerate(dict.fromkeys(a.area for a in network.service_areas))}
        sd = scenario.reports.place_sd
        drawn = stream(seed, Stream.PLACES).standard_normal(len(areas))
        return cls(
            tuple(services),
            tuple(areas),
            np.array([services[a.service] for a in network.service_areas], dtype=np.int64),
            np.array([areas[a.area] for a in network.service_areas], dtype=np.int64),
            np.array([a.lines for a in network.service_areas], dtype=np.float64),
            np.exp(sd * drawn - sd * sd / 2),
            _regions(network, tuple(areas)),
        )

    @property
    def regions(self) -> int:
        """How many regions there are."""
        return int(self.region.max(initial=0)) + 1

    @cached_property
    def table(self) -> np.ndarray:
        """(services, areas) lines of each service in each area; 0 where it is not used."""
        found = np.zeros((len(self.services), len(self.areas)))
        found[self.service, self.area] = self.lines
        return found


def _regions(network: NetworkMap, areas: tuple[AreaId, ...]) -> np.ndarray:
    parents = [node.parent if (node := network.places.get(area)) else None for area in areas]
    numbers = {parent: n for n, parent in enumerate(dict.fromkeys(parents))}
    return np.array([numbers[parent] for parent in parents], dtype=np.int64)
