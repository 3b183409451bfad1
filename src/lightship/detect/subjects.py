"""What is scanned: components, nodes of the place tree per service, probed targets; and the sums that they share."""

from dataclasses import dataclass

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import RowClass
from lightship.vocabulary.components import Component, ComponentId
from lightship.vocabulary.observables import CountRow, FeedRow, ProbeRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId

LEAST_WEIGHT = 0.05
"""A row that loses less than this share of what the footprint's hardest-hit row loses is noise in its sum."""

NEIGHBOUR = "someone else's outage"
"""The pseudo-component: people report us, and everything that we measure ourselves is well."""

TARGET = 2
"""Rank of a probed target."""
EVERYWHERE = "everywhere"
PLACE_ORDER = ("area", "region", "nation", "country")
KINDS: dict[str, RowClass] = {"exchange": "head-end", "metro": "metro", "core": "core"}


@dataclass(frozen=True)
class Part:
    """A pooled sum: rows of one service, and what each loses relative to the hardest-hit one, 0-1.

    Rows are weighted by the root of that: the best weights go from the loss itself, for outages that hardly show, to
    nearly even ones, for outages that show a hundredfold.
    Reports without an area are a sum of their own: they may come from any of the service's subjects.
    """

    service: ServiceId
    rows: np.ndarray
    losses: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """(rows,) 0-1."""
        return np.asarray(np.sqrt(self.losses))

    @property
    def key(self) -> tuple[str, bytes, bytes]:
        """Equal for equal sums."""
        return self.service, self.rows.tobytes(), np.round(self.losses, 6).tobytes()


@dataclass(frozen=True)
class Subject:
    """One scanned row.

    Args:
        component: number on the map; absent for places and targets.
        members: components with this footprint.
        parts: numbers of its pooled sums, one a service.
        cells: (n,) row numbers of all it touches, and loss: the share of each that is lost when it is out whole.
        national: at least nine areas in ten, at about one rate.
        rank: on a tie the lower wins: a place claims less than a component, a component says more than a target.
    """

    id: str
    row_class: RowClass
    component: int | None
    members: tuple[ComponentId, ...]
    parts: tuple[int, ...]
    cells: np.ndarray
    loss: np.ndarray
    national: bool
    rank: int


class Catalogue:
    """Collects subjects and the sums below them, each different sum once."""

    def __init__(self, feet: Footprints) -> None:
        self.feet = feet
        self.counts = sum(isinstance(row, CountRow) for row in feet.rows)
        rows = [row for row in feet.rows if isinstance(row, CountRow)]
        self.services = tuple(dict.fromkeys(row.service for row in rows))
        number = {service: n for n, service in enumerate(self.services)}
        self.service_of = np.array([number[row.service] for row in rows], dtype=np.int64)
        self.without_area = np.array([row.area is None for row in rows], dtype=bool)
        self.areas_of = np.bincount(self.service_of[~self.without_area], minlength=len(self.services))
        self.parts: list[Part] = []
        self.subjects: list[Subject] = []
        self.unplaced: list[int] = []
        self._known: dict[tuple[str, bytes, bytes], int] = {}

    def fill(self) -> "Catalogue":
        """Rows without an area first, then places, components and targets."""
        self.unplaced = [
            self._part(service, np.flatnonzero(self.without_area & (self.service_of == service)), np.ones(1))
            for service in range(len(self.services))
        ]
        self._places()
        self._components()
        self._targets()
        return self

    def _part(self, service: int, rows: np.ndarray, losses: np.ndarray) -> int:
        part = Part(self.services[service], rows, losses)
        if part.key not in self._known:
            self._known[part.key] = len(self.parts)
            self.parts.append(part)
        return self._known[part.key]

    def parts_of(self, cells: np.ndarray, loss: np.ndarray) -> tuple[int, ...]:
        """The pooled sums of a footprint."""
        counts = cells < self.counts
        cells, loss = cells[counts], loss[counts]
        cells, loss = cells[~self.without_area[cells]], loss[~self.without_area[cells]]
        found = []
        for service in range(len(self.services)):
            mine = self.service_of[cells] == service
            if mine.any():
                losses = loss[mine] / loss[mine].max()
                heavy = losses >= LEAST_WEIGHT
                found.append(self._part(service, cells[mine][heavy], losses[heavy]))
        return tuple(found)

    def _places(self) -> None:
        tree, seen = self.feet.network.places, dict[tuple[int, ...], None]()
        nodes = sorted(
            tree.areas, key=lambda area: PLACE_ORDER.index(area.kind) if area.kind != "local" else -1
        )
        leaves = {
            node.id: {leaf.id for leaf in tree.leaves(node.id)} for node in nodes if node.kind != "local"
        }
        for number, service in enumerate(self.services):
            rows = np.flatnonzero(self.service_of == number)
            areas = [self._area(int(row)) for row in rows]
            for row, area in zip(rows, areas, strict=True):
                if area is not None:
                    self._place(f"{service}@{area}", "area", np.array([row]), seen)
            for node in nodes:
                if node.kind in ("region", "nation"):
                    inside = rows[[area in leaves[node.id] for area in areas]]
                    self._place(
                        f"{service}@{node.id}", "region" if node.kind == "region" else "nation", inside, seen
                    )
            self._place(f"{service}@{self._root()}", "nation", rows, seen)

    def _root(self) -> str:
        roots = [area.id for area in self.feet.network.places.children(None) if area.kind == "country"]
        return roots[0] if len(roots) == 1 else EVERYWHERE

    def _area(self, row: int) -> AreaId | None:
        found = self.feet.rows[row]
        return found.area if isinstance(found, CountRow) else None

    def _place(
        self, name: str, row_class: RowClass, rows: np.ndarray, seen: dict[tuple[int, ...], None]
    ) -> None:
        if len(rows) == 0:
            return
        parts = self.parts_of(rows, np.ones(len(rows)))
        if parts not in seen:
            seen[parts] = None
            national = row_class == "nation" and self._is_national(rows, np.ones(len(rows)))
            self.subjects.append(
                Subject(name, row_class, None, (), parts, rows, np.ones(len(rows)), national, 0)
            )

    def _is_national(self, cells: np.ndarray, loss: np.ndarray) -> bool:
        counts = cells < self.counts
        cells, loss = cells[counts], loss[counts]
        cells, loss = cells[~self.without_area[cells]], loss[~self.without_area[cells]]
        if len(cells) == 0:
            return False
        alike = loss >= 0.5 * np.median(loss)
        per_service = np.bincount(self.service_of[cells[alike]], minlength=len(self.services))
        wide = per_service >= np.maximum(0.9 * self.areas_of, 3)
        return bool(wide.any())

    def _components(self) -> None:
        share, labels = self.feet.share, self.feet.classes
        members: dict[int, list[ComponentId]] = {}
        for number, label in enumerate(labels):
            members.setdefault(int(label), []).append(self.feet.components[number])
        for label, class_of in members.items():
            component = self.feet.network.components[label]
            start, end = share.indptr[label], share.indptr[label + 1]
            cells, loss = share.indices[start:end].astype(np.int64), share.data[start:end]
            measured = np.array([not isinstance(self.feet.rows[cell], FeedRow) for cell in cells], dtype=bool)
            if measured.any() and component.kind != "vantage-network":
                self._component(component, label, tuple(class_of), cells, loss)

    def _component(
        self, component: Component, label: int, members: tuple[ComponentId, ...], cells: np.ndarray, loss: np.ndarray
    ) -> None:  # fmt: skip
        national = self._is_national(cells, loss)
        row_class = self._class(component, cells, national)
        parts = self.parts_of(cells, loss)
        self.subjects.append(
            Subject(component.id, row_class, label, members, parts, cells, loss, national, 1)
        )

    def _class(self, component: Component, cells: np.ndarray, national: bool) -> RowClass:
        counts = cells[cells < self.counts]
        if len(counts) == 0:
            return "probe"
        if national:
            return "national"
        if component.kind in KINDS:
            return KINDS[component.kind]
        part = np.bincount(self.service_of[counts], minlength=len(self.services)) / np.maximum(
            self.areas_of, 1
        )
        return "head-end" if part.max() < 0.015 else "metro" if part.max() < 0.15 else "core"

    def _targets(self) -> None:
        rows: dict[str, list[int]] = {}
        for number, row in enumerate(self.feet.rows):
            if isinstance(row, ProbeRow) and not row.control:
                rows.setdefault(row.target, []).append(number)
        for target, mine in rows.items():
            cells = np.array(mine, dtype=np.int64)
            self.subjects.append(
                Subject(target, "probe", None, (), (), cells, np.ones(len(cells)), False, TARGET)
            )
