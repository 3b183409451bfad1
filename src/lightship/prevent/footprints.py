"""What each component takes with it when it fails: the footprint, gates respected."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from lightship.prevent.health import Wiring
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.observables import CountRow, Observable, observables
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId


@dataclass(frozen=True)
class Footprints:
    """The map compiled for arithmetic: components by rows.

    Args:
        rows: the observables, in the order of `observables(network)`.
        components: in the order of the map.
        share: (components, rows) float64, sparse: share of the row lost when that component alone fails whole, 0-1.
        lines: (rows,) lines or users behind a count row; a row without an area has its service's sum; 0 for others.
    """

    network: NetworkMap
    rows: tuple[Observable, ...]
    components: tuple[ComponentId, ...]
    share: sparse.csr_array
    lines: np.ndarray
    wiring: Wiring

    @cached_property
    def index(self) -> dict[ComponentId, int]:
        """Each component's number."""
        return {component: number for number, component in enumerate(self.components)}

    @cached_property
    def row_number(self) -> dict[Observable, int]:
        """Each row's number."""
        return {row: number for number, row in enumerate(self.rows)}

    @cached_property
    def classes(self) -> np.ndarray:
        """(components,) int: components with equal footprints (to 1e-9) share a label, the first one's number."""
        first: dict[bytes, int] = {}
        labels = np.empty(len(self.components), dtype=np.int64)
        for number in range(len(self.components)):
            start, end = self.share.indptr[number], self.share.indptr[number + 1]
            cells = np.round(self.share.data[start:end], 9)
            key = self.share.indices[start:end].tobytes() + cells.tobytes()
            labels[number] = first.setdefault(key, number)
        return labels

    @cached_property
    def lines_lost(self) -> np.ndarray:
        """(components,) lines lost when that component alone fails whole, summed over services and areas."""
        in_areas = np.array(
            [isinstance(row, CountRow) and row.area is not None for row in self.rows], dtype=bool
        )
        return np.asarray(self.share @ np.where(in_areas, self.lines, 0.0))

    def footprint(self, component: ComponentId) -> np.ndarray:
        """(rows,) share of each row lost when the component alone fails whole."""
        return np.asarray(self.share[[self.index[component]]].toarray()[0])

    def losses(self, failed: Mapping[ComponentId, float]) -> np.ndarray:
        """(rows,) share of each row lost when these fail together, each by its share (1: whole); gates respected."""
        return self.wiring.losses({self.index[each]: share for each, share in failed.items()})


def footprints(network: NetworkMap) -> Footprints:
    """Compile a map. Linear in components times what each of them reaches."""
    rows = observables(network)
    wiring = Wiring.of(network, rows)
    columns, data, ends = [], [], [0]
    for number in range(len(network.components)):
        loss = wiring.losses({number: 1.0})
        hit = np.flatnonzero(loss > 1e-12)
        columns.append(hit)
        data.append(loss[hit])
        ends.append(ends[-1] + len(hit))
    share = sparse.csr_array(
        (
            np.concatenate([*data, np.empty(0)]),
            np.concatenate([*columns, np.empty(0, np.int64)]),
            np.array(ends),
        ),
        shape=(len(network.components), len(rows)),
    )
    lines = _lines(network, rows)
    return Footprints(network, rows, tuple(c.id for c in network.components), share, lines, wiring)


def _lines(network: NetworkMap, rows: tuple[Observable, ...]) -> np.ndarray:
    lines = {(each.service, each.area): each.lines for each in network.service_areas}
    total: dict[ServiceId, float] = {}
    for each in network.service_areas:
        total[each.service] = total.get(each.service, 0.0) + each.lines
    return np.array([_lines_of(row, lines, total) for row in rows])


def _lines_of(
    row: Observable, lines: Mapping[tuple[ServiceId, AreaId], float], total: Mapping[ServiceId, float]
) -> float:
    if not isinstance(row, CountRow):
        return 0.0
    return total[row.service] if row.area is None else lines[(row.service, row.area)]
