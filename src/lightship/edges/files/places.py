"""The place tree from a CSV file: the UK's ships with the package, other countries bring a file of the same shape."""

import csv
from pathlib import Path

from lightship.edges.files.shipped import data_path
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import Area, AreaId, AreaKind, PlaceTree

COLUMNS = ("code", "kind", "parent", "place", "latitude", "longitude", "nation", "region", "population_approx")
"""Columns that must be there; others are ignored. docs/reference/places.md explains them."""


def uk_places() -> PlaceTree:
    """The United Kingdom's 608 telephone area codes and the 3 of the Crown Dependencies."""
    return read_places(data_path("uk_area_codes.csv"), AreaId("country:UK"), "United Kingdom")


def read_places(path: Path, root: AreaId = AreaId("country:all"), name: str = "") -> PlaceTree:
    """A place tree: root, nations, regions, areas, and local prefixes below their areas.

    Raises:
        BadInput: names file, line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), f"cannot be read ({error})", "the path of a CSV file in UTF-8") from None
    rows = csv.DictReader(text.splitlines())
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise BadInput(f"{path}:1", f"no column {missing[0]!r}", f"the first line names {', '.join(COLUMNS)}")
    found = {root: Area(root, name or path.stem, "country")}
    for row in rows:
        _add(found, row, root, f"{path}:{rows.line_num}")
    return PlaceTree(tuple(found.values()))


def _add(found: dict[AreaId, Area], row: dict[str, str | None], root: AreaId, place: str) -> None:
    """An area stands below its nation and region, a local prefix below the area that `parent` names."""
    code = AreaId((row["code"] or "").strip())
    if not code or code in found:
        raise BadInput(f"{place} code", "again" if code else "nothing", "each code once")
    kind = _kind(row, place)
    parent = _local_parent(found, row, place) if kind == "local" else _above(found, row, root, place)
    weight = _number(row, "population_approx", place, 0.0, 1e10)
    latitude, longitude = _number(row, "latitude", place, -90, 90), _number(row, "longitude", place, -180, 180)
    found[code] = Area(code, (row["place"] or code).strip(), kind, parent, weight, latitude, longitude)


def _kind(row: dict[str, str | None], place: str) -> AreaKind:
    match row["kind"]:
        case "area":
            return "area"
        case "local":
            return "local"
        case other:
            raise BadInput(f"{place} kind", repr(other), "area or local")


def _local_parent(found: dict[AreaId, Area], row: dict[str, str | None], place: str) -> AreaId:
    parent = AreaId((row["parent"] or "").strip())
    if parent not in found:
        raise BadInput(f"{place} parent", f"no area {parent!r} above", "the code of an area that stands above this line")
    return parent


def _above(found: dict[AreaId, Area], row: dict[str, str | None], root: AreaId, place: str) -> AreaId:
    nation, region = (row["nation"] or "").strip(), (row["region"] or "").strip()
    if not nation:
        raise BadInput(f"{place} nation", "nothing", "the name of a nation")
    above = AreaId(f"nation:{nation}")
    found.setdefault(above, Area(above, nation, "nation", root))
    if not region or region == nation:
        return above
    below = AreaId(f"region:{region}")
    found.setdefault(below, Area(below, region, "region", above))
    return below


def _number(row: dict[str, str | None], column: str, place: str, low: float, high: float) -> float:
    text = (row[column] or "").strip()
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{place} {column}", repr(text), f"a number from {low:g} to {high:g}") from None
    if not low <= value <= high:
        raise BadInput(f"{place} {column}", text, f"a number from {low:g} to {high:g}")
    return value
