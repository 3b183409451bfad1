"""The count rows of a map as columns, and how many reports each sees in ordinary times."""

from dataclasses import dataclass

import numpy as np

from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.observables import CountRow, observables

NORMAL_PER_LINE = 5e-4
"""Ordinary reports per line and day, at the median row. Assumed, so that rows span the next constant's range."""
NORMAL_SPREAD = 1.0
"""Standard deviation of its logarithm between rows: how used people are to reporting differs by place and service."""
NORMAL_RANGE = (0.1, 300.0)
"""Ordinary reports a day of a row with an area, at least and at most."""


@dataclass(frozen=True)
class Rows:
    """The count rows, in the order of `observables(network)`.

    Args:
        service, area: (rows,) numbers; area -1: reports that name none. lines: (rows,).
        astray: (rows, services) the row of the same area in each service, -1 where there is none.
        unplaced: (services,) the row without an area.
    """

    service: np.ndarray
    area: np.ndarray
    lines: np.ndarray
    astray: np.ndarray
    unplaced: np.ndarray

    def __len__(self) -> int:
        return len(self.service)

    @classmethod
    def of(cls, network: NetworkMap) -> "Rows":
        """The rows of a map."""
        rows = [row for row in observables(network) if isinstance(row, CountRow)]
        services = {name: n for n, name in enumerate(dict.fromkeys(row.service for row in rows))}
        areas = {
            name: n for n, name in enumerate(dict.fromkeys(row.area for row in rows if row.area is not None))
        }
        lines = {(each.service, each.area): each.lines for each in network.service_areas}
        service = np.array([services[row.service] for row in rows])
        area = np.array([-1 if row.area is None else areas[row.area] for row in rows])
        placed = np.array([0.0 if row.area is None else lines[(row.service, row.area)] for row in rows])
        where = np.full((len(areas) + 1, len(services)), -1)
        where[area, service] = np.arange(len(rows))
        return cls(service, area, placed, where[area], where[-1])


def normal(rows: Rows, unplaced: float, chance: np.random.Generator) -> np.ndarray:
    """(rows,) ordinary reports a day.

    Args:
        unplaced: share of all reports that names no area; the row without an area of each service has them.
    """
    drawn = np.exp(NORMAL_SPREAD * chance.standard_normal(len(rows)))
    found = np.clip(NORMAL_PER_LINE * rows.lines * drawn, *NORMAL_RANGE)
    found[rows.unplaced] = 0.0
    total = np.bincount(rows.service, found, minlength=len(rows.unplaced))
    found[rows.unplaced] = total * unplaced / (1.0 - unplaced)
    return np.asarray(found)
