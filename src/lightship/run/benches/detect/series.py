"""What the peers watch: areas, regions, nations and the sums of each service, as sums of rows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from lightship.prevent.footprints import Footprints
from lightship.run.benches.detect.stretch import KeptDay
from lightship.simulate.counts.cells import Cells
from lightship.vocabulary.observables import CountRow

CLASSES = ("area", "region", "nation")
"""Each has a threshold of its own, and a third of the false alarms. `nation`: nations, and the sums of a service."""


@dataclass(frozen=True)
class Series:
    """The sums.

    Args:
        weights: (series, rows) 0 or 1. row_class: (series,) number in `CLASSES`. service: (series,).
    """

    weights: sparse.csr_array
    row_class: np.ndarray
    service: np.ndarray

    @classmethod
    def of(cls, feet: Footprints) -> "Series":
        """All sums of a map's count rows."""
        rows = [row for row in feet.rows if isinstance(row, CountRow)]
        services = tuple(dict.fromkeys(row.service for row in rows))
        tree = feet.network.places
        members: list[tuple[int, int, list[int]]] = []
        for number, service in enumerate(services):
            mine = {row.area: n for n, row in enumerate(rows) if row.service == service}
            members += [(0, number, [n]) for area, n in mine.items() if area is not None]
            for node in tree.areas:
                if node.kind in ("region", "nation", "country"):
                    inside = [mine[leaf.id] for leaf in tree.leaves(node.id) if leaf.id in mine]
                    members += [(1 if node.kind == "region" else 2, number, inside)] if inside else []
            members.append((2, number, list(mine.values())))
        ends = np.cumsum([0, *(len(each) for _, _, each in members)])
        cells = np.concatenate([np.array(each, np.int64) for _, _, each in members])
        weights = sparse.csr_array(
            (np.ones(len(cells), np.float32), cells, ends), shape=(len(members), len(rows))
        )
        return cls(weights, np.array([c for c, _, _ in members]), np.array([s for _, s, _ in members]))

    def __len__(self) -> int:
        return len(self.row_class)

    @cached_property
    def by_row(self) -> sparse.csc_array:
        """The weights, to be asked by row."""
        return self.weights.tocsc()

    def picked(self, at: np.ndarray) -> "Series":
        """Some of them."""
        return Series(self.weights[at], self.row_class[at], self.service[at])

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """Numbers of the sums that these rows are in."""
        return np.unique(self.by_row[:, rows].indices)

    def seen(self, cells: Cells, ticks: int) -> np.ndarray:
        """(series, ticks) reports, bounded by prefix."""
        table = sparse.csr_array(
            (cells.bounded.astype(np.float32), (cells.row, cells.tick)), shape=(self.weights.shape[1], ticks)
        )
        return np.asarray((self.weights @ table).toarray())

    def normal(self, day: KeptDay) -> np.ndarray:
        """(series, ticks) what the engine held to be normal that day; 0 where nothing was taken in."""
        level = np.asarray(self.weights @ day.level.T).astype(np.float32)
        normal = np.repeat(level, len(day.effort) // day.level.shape[0], axis=1)
        normal *= day.effort.T[self.service]
        return normal
