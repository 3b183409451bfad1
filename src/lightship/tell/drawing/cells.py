"""The geometry of the map, as data: made by scripts/make_cells.py, shipped as data/uk_cells.json."""

from functools import cached_property

import msgspec

from lightship.vocabulary.places import AreaId

Frame = tuple[int, int, int, int]
"""x, y of the upper left corner, width, height, in the map's units."""


class Inset(msgspec.Struct, frozen=True):
    """A part drawn larger, or elsewhere.

    Args:
        frame: where it is drawn. of: what part of the main map it enlarges; None: the main map leaves it out.
        cells: SVG path data per area, cut at the frame.
    """

    name: str
    frame: Frame
    cells: dict[AreaId, str]
    of: Frame | None = None


class Cells(msgspec.Struct, frozen=True, dict=True):
    """Where each area lies on the picture.

    Args:
        view: width and height of the picture, in its units. Its top 160 units are for the heading, its lowest 120
            for the notes.
        cells: SVG path data per area; dots: centres of areas without land in the outline.
        legend: where the legend's upper left corner goes, in the sea.
        note: where it comes from and what it is not.
    """

    view: tuple[int, int]
    cells: dict[AreaId, str]
    dots: dict[AreaId, tuple[int, int]]
    insets: tuple[Inset, ...]
    legend: tuple[int, int]
    note: str = ""

    @cached_property
    def codes(self) -> tuple[AreaId, ...]:
        """Every area that is drawn somewhere."""
        inset = (area for each in self.insets for area in each.cells)
        return tuple(dict.fromkeys((*self.cells, *self.dots, *inset)))
