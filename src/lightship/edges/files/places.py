"""The place tree from a CSV file: the UK's ships with the package, other countries bring a file of the same shape."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec

from lightship.edges.files.csv_rows import Row, rows
from lightship.edges.files.shipped import data_path
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import Area, AreaId, PlaceTree

COLUMNS = (
    "code",
    "kind",
    "parent",
    "place",
    "latitude",
    "longitude",
    "nation",
    "region",
    "population_approx",
)
"""Columns that must be there; others are ignored. docs/reference/places.md explains them."""

_MOST_PEOPLE = 1e10


def uk_places() -> PlaceTree:
    """The United Kingdom's 608 telephone area codes and the 3 of the Crown Dependencies."""
    return read_places(data_path("uk_area_codes.csv"), AreaId("country:UK"), "United Kingdom")


def read_places(path: Path, root: AreaId = AreaId("country:all"), name: str = "") -> PlaceTree:
    """A place tree: root, nations, regions, areas, and local prefixes below their areas.

    Args:
        path: a CSV file in UTF-8 with a first line of column names.
        root, name: of the node above all others; without a name the only nation's, or the file's.

    Raises:
        BadInput: the file cannot be read or is not sound; the message names file, line and column.
    """
    found = {root: Area(root, name or path.stem, "country")}
    for row in _rows(path):
        _add(found, row, root)
    if not any(area.kind == "area" for area in found.values()):
        raise BadInput(str(path), "no line of kind area", "one line per area below the column names")
    nations = [area.name for area in found.values() if area.kind == "nation"]
    if not name and len(nations) == 1:
        found[root] = msgspec.structs.replace(found[root], name=nations[0])
    return PlaceTree(tuple(found.values()))


def _rows(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), f"cannot be read ({error})", "the path of a CSV file in UTF-8") from None
    return rows(csv.reader(StringIO(text, newline=""), strict=True), COLUMNS, str(path))


def _add(found: dict[AreaId, Area], row: Row, root: AreaId) -> None:
    """An area stands below its nation and region, a local prefix below the area that `parent` names."""
    code, kind = _code(found, row), row.one_of("kind", ("area", "local"))
    parent = _area_above(found, row) if kind == "local" else _region_above(found, row, root)
    found[code] = Area(
        code, row.text("place") or code, "local" if kind == "local" else "area", parent,
        weight=row.number("population_approx", 0, _MOST_PEOPLE),
        latitude=row.number("latitude", -90, 90),
        longitude=row.number("longitude", -180, 180),
    )  # fmt: skip


def _code(found: dict[AreaId, Area], row: Row) -> AreaId:
    code = AreaId(row.needed("code", "the code of an area"))
    if ":" in code:
        raise row.wrong(
            "code", f"{code!r} holds a colon", "a code without one: they mark nations and regions"
        )
    if code in found:
        raise row.wrong("code", f"{code} again", "each code once")
    return code


def _area_above(found: dict[AreaId, Area], row: Row) -> AreaId:
    parent = AreaId(row.needed("parent", "the code of the area that a local prefix belongs to"))
    if parent not in found or found[parent].kind != "area":
        raise row.wrong("parent", f"no area {parent!r} above", "the code of an area on an earlier line")
    return parent


def _region_above(found: dict[AreaId, Area], row: Row, root: AreaId) -> AreaId:
    """The region, made when it is first named; the nation itself where there is none, or one of the same name."""
    nation, region = row.needed("nation", "the name of a nation"), row.text("region")
    above = AreaId(f"nation:{nation}")
    found.setdefault(above, Area(above, nation, "nation", root))
    if not region or region == nation:
        return above
    below = AreaId(f"region:{region}")
    if found.setdefault(below, Area(below, region, "region", above)).parent != above:
        raise row.wrong(
            "region", f"{region!r} stands in another nation already", f"a name such as '{region} ({nation})'"
        )
    return below
