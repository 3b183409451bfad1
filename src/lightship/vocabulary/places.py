"""Where people use a service: the place tree. For the UK its leaves are telephone area codes."""

from collections.abc import Iterable
from functools import cached_property
from typing import Literal, NewType

import msgspec

AreaId = NewType("AreaId", str)
"""`0113`, `region:North West`, `nation:Wales`, `country:UK`; a local prefix by its digits (`02890`)."""

AreaKind = Literal["country", "nation", "region", "area", "local"]


class Area(msgspec.Struct, frozen=True):
    """A node of the place tree.

    Args:
        weight: people or lines, for sharing things out; 0 or more. Approximate: never an official statement.
            A `local` node's people are counted in its parent already.
        latitude, longitude: the centre of the named place, degrees; absent for the nodes above the leaves.
    """

    id: AreaId
    name: str
    kind: AreaKind
    parent: AreaId | None = None
    weight: float = 0.0
    latitude: float | None = None
    longitude: float | None = None


class PlaceTree(msgspec.Struct, frozen=True, dict=True):
    """All areas, parents before children. Leaves for health are the `area` nodes; `local` ones serve look-up only."""

    areas: tuple[Area, ...] = ()

    @cached_property
    def by_id(self) -> dict[AreaId, Area]:
        """Each area by its id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def _children(self) -> dict[AreaId | None, tuple[Area, ...]]:
        found: dict[AreaId | None, list[Area]] = {}
        for area in self.areas:
            found.setdefault(area.parent, []).append(area)
        return {parent: tuple(children) for parent, children in found.items()}

    def get(self, area: AreaId) -> Area | None:
        """The area of that id, or None."""
        return self.by_id.get(area)

    def children(self, area: AreaId | None) -> tuple[Area, ...]:
        """The nodes directly below; of None, the roots."""
        return self._children.get(area, ())

    def path(self, area: AreaId) -> tuple[Area, ...]:
        """From the root down to the area itself."""
        node = self.by_id.get(area)
        found: list[Area] = []
        while node is not None:
            found.append(node)
            node = self.by_id.get(node.parent) if node.parent is not None else None
        return tuple(reversed(found))

    def leaves(self, area: AreaId | None = None) -> tuple[Area, ...]:
        """The `area` nodes at or below a node (all of them for None), in the order of the tree."""
        return tuple(self._leaves(area))

    def _leaves(self, area: AreaId | None) -> Iterable[Area]:
        node = self.by_id.get(area) if area is not None else None
        if node is not None and node.kind == "area":
            yield node
            return
        for child in self.children(area):
            yield from self._leaves(child.id)
