"""The map by area: nearest-centre cells, coloured by rate and never by raw count."""

from collections.abc import Callable, Collection, Mapping

import msgspec

from lightship.tell.drawing.cells import Cells, Frame
from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.map_style import PATTERNS, STYLE
from lightship.tell.drawing.map_words import description, heading, legend, notes
from lightship.tell.drawing.severity import in_words, severity
from lightship.vocabulary.places import AreaId

Layer = Callable[[Mapping[AreaId, str]], str]
"""Draws shapes by area as markup."""


class Door(msgspec.Struct, frozen=True):
    """Where a cell leads. `address`: of the area's page, as seen from the picture's own."""

    name: str
    address: str


def area_map(
    cells: Cells, rates: Mapping[AreaId, float | None], likely: Collection[AreaId], title: str, as_of: str,
    simulated: bool, doors: Mapping[AreaId, Door] | None = None,
) -> str:  # fmt: skip
    """The map as one SVG.

    Args:
        rates: share of an affected area's lines that is out, 0-1; None or NaN: affected, share not known. An area that
            is absent, here and in `likely`, has no known problem.
        likely: areas under the same cause with too little data to say.
        title, as_of: words for the heading, such as "Broadband" and "9:05am, 20 July 2016".
        doors: name and page of each area. With them each cell is a link that says its code, name and share, and the
            picture is twice as large; without, it is an image, to be shown by a page.
    """
    width, height = cells.view
    hoped = frozenset(likely)
    classes = {area: severity(area, rates, hoped) for area in cells.codes}
    layer = _linked(classes, doors, rates, hoped) if doors else _merged(classes)
    role = "group" if doors else "img"  # an image hides the links in it from those who do not see
    words = description([classes[area] for area in cells.codes], as_of, simulated)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="{role}" aria-labelledby="t" '
        f'aria-describedby="d"><title id="t">{escape(f"Map by area code: {title}")}</title>'
        f'<desc id="d">{escape(words)}</desc><style>{STYLE}</style>{PATTERNS}',
        f'<rect class="back" width="{width}" height="{height}"/>',
        heading(title, as_of, simulated) + legend(*cells.legend) + notes(height),
        layer({**cells.cells, **{area: _dot(*centre) for area, centre in cells.dots.items()}}),
        *(_inset(i.name, i.frame, layer(i.cells), i.of, width) for i in cells.insets),
        "</svg>",
    ]
    return "".join(parts)


def _merged(classes: Mapping[AreaId, str]) -> Layer:
    """One path a class."""

    def layer(shapes: Mapping[AreaId, str]) -> str:
        merged: dict[str, list[str]] = {}
        for area, shape in shapes.items():
            merged.setdefault(classes[area], []).append(shape)
        return "".join(f'<path class="{name}" d="{"".join(merged[name])}"/>' for name in sorted(merged))

    return layer


def _linked(
    classes: Mapping[AreaId, str], doors: Mapping[AreaId, Door],
    rates: Mapping[AreaId, float | None], likely: Collection[AreaId],
) -> Layer:  # fmt: skip
    """One path an area, inside a link where the area has a page."""

    def cell(area: AreaId, shape: str) -> str:
        path, door = f'<path class="{classes[area]}" d="{shape}"/>', doors.get(area)
        if door is None:
            return path
        words = f"{area} {door.name}: {in_words(area, rates, likely)}"
        return f'<a href="{escape(door.address)}"><title>{escape(words)}</title>{path}</a>'

    return lambda shapes: "".join(cell(area, shape) for area, shape in shapes.items())


def _dot(x: int, y: int) -> str:
    """A circle as path data, for a place too small for the outline."""
    return f"M{x - 8} {y}a8 8 0 1 0 16 0a8 8 0 1 0-16 0z"


def _inset(name: str, frame: Frame, drawn: str, of: Frame | None, width: int) -> str:
    """A part in its frame, its name above, and the frame again where it lies on the main map."""
    x, y, wide, _ = frame
    at, anchor = (x, "start") if x < width / 2 else (x + wide, "end")
    there = f'<rect class="frame" {_box(of)}/>' if of is not None else ""
    return (
        f'{there}<rect class="back" {_box(frame)}/>{drawn}<rect class="frame" {_box(frame)}/>'
        f'<text class="small" x="{at}" y="{y - 9}" text-anchor="{anchor}">{escape(name)}</text>'
    )


def _box(frame: Frame) -> str:
    x, y, width, height = frame
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'
