"""Maintainers only: make src/lightship/data/uk_cells.json, the geometry of the map.

A cell is the land nearest to a code's centre among the centres of the same island (Voronoi), clipped to Natural
Earth's 1:10m outline; all cells are simplified together so that neighbours keep one border. Wants shapely >= 2.1 and
the file countries-10m.json of the npm package world-atlas 2 (public domain data):

    python scripts/make_cells.py countries-10m.json src/lightship/data/uk_area_codes.csv \
        > src/lightship/data/uk_cells.json

The same input and the same version of GEOS give the same bytes. Lengths are kilometres until `_x` and `_y`.
"""

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import shapely  # type: ignore[import-untyped]
from shapely.affinity import affine_transform  # type: ignore[import-untyped]
from shapely.geometry import MultiPoint, Point, Polygon, box  # type: ignore[import-untyped]

OUTLINES = ("United Kingdom", "Isle of Man", "Guernsey", "Jersey")
SMALLEST_ISLAND_KM2, SMALLEST_PIECE_KM2 = 12.0, 3.0
TOLERANCE_KM = 1.6
OFFSHORE_KM = 15.0  # a centre further than this from any island kept is drawn as a dot
EARTH_KM, SCALE_ON_MERIDIAN = 6371.0, 0.9996

Bounds = tuple[float, float, float, float]  # west, south, east, north
Centres = dict[str, tuple[float, float]]

MAIN: Bounds = (-2.0, -38.0, 698.0, 1056.0)
UNITS_PER_KM = 1.25
ABOVE, BELOW = 160, 120  # units for the heading and the notes
LEGEND = (446.0, 1040.0)


class Part(NamedTuple):
    """A part of the map drawn apart. `corner`: where its frame's south-west corner goes on the main map."""

    name: str
    bounds: Bounds
    corner: tuple[float, float]
    scale: float
    moved: bool
    """Whether the part lies outside the main map, so that it is left out there."""


INSETS = (
    Part("Shetland", (400.0, 1085.0, 480.0, 1225.0), (6.0, 903.0), 0.85, moved=True),
    Part("London and around", (486.0, 138.0, 578.0, 224.0), (474.0, 524.0), 2.4, moved=False),
    Part("Channel Islands", (343.0, -90.0, 409.0, -34.0), (589.0, -36.0), 1.6, moved=True),
)


def main(atlas: str, codes: str) -> None:
    """Print the JSON."""
    centres = _centres(codes)
    cells = _cells(centres, _islands(json.loads(Path(atlas).read_text())))
    result = {
        "note": "Nearest-centre cells of telephone area codes, clipped to Natural Earth 1:10m (public domain); "
        "centres: GeoNames (CC BY 4.0). Made by scripts/make_cells.py. They are no exchange boundaries.",
        "view": [_x(MAIN[2]), _y(MAIN[1]) + BELOW],
        "cells": _paths({code: _without_moved(shape) for code, shape in cells.items()}),
        "dots": {code: [_x(x), _y(y)] for code, (x, y) in centres.items() if code not in cells},
        "legend": [_x(LEGEND[0]), _y(LEGEND[1])],
        "insets": [_inset(cells, part) for part in INSETS],
    }
    json.dump(result, sys.stdout, separators=(",", ":"), sort_keys=True)
    print()


def _centres(path: str) -> Centres:
    """Centre of each area; codes of one place (01697 and 016977 are both Brampton) are set 4 km apart."""
    with Path(path).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "area"]
    taken: dict[tuple[float, float], str] = {}
    for row in rows:
        x, y = _project(float(row["longitude"]), float(row["latitude"]))
        while (x, y) in taken:
            x += 4.0
        taken[(x, y)] = row["code"]
    return {code: point for point, code in taken.items()}


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Spherical transverse Mercator about 2 W, 49 N, with the British grid's false origin."""
    across, up = math.radians(longitude + 2.0), math.radians(latitude)
    radius = EARTH_KM * SCALE_ON_MERIDIAN
    x = radius * math.atanh(math.cos(up) * math.sin(across))
    y = radius * (math.atan2(math.tan(up), math.cos(across)) - math.radians(49.0))
    return 400.0 + x, y - 100.0


# --- the outline ------------------------------------------------------------------------------------------------------


def _islands(topology: dict[str, Any]) -> list[Polygon]:
    """Every island of the outline that is large enough, from TopoJSON."""
    arcs = _arcs(topology)
    shapes = [
        shapely.make_valid(Polygon(_ring(arcs, rings[0])))
        for country in topology["objects"]["countries"]["geometries"]
        if country["properties"]["name"] in OUTLINES
        for rings in (country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]])
    ]
    return [island for island in shapely.union_all(shapes).geoms if island.area >= SMALLEST_ISLAND_KM2]


def _arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(_project(x * sx + tx, y * sy + ty))
        decoded.append(points)
    return decoded


def _ring(arcs: list[list[tuple[float, float]]], numbers: Iterable[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in numbers:
        points += arcs[number] if number >= 0 else arcs[~number][::-1]
    return points


# --- the cells --------------------------------------------------------------------------------------------------------


def _cells(centres: Centres, islands: list[Polygon]) -> dict[str, Any]:
    """One cell an area. Nobody's code crosses the sea: 028 ends at the North Channel, not half way to Kintyre."""
    homes: dict[int, Centres] = {}
    for code, point in centres.items():
        nearest = _nearest(Point(point), islands)
        if islands[nearest].distance(Point(point)) <= OFFSHORE_KM:
            homes.setdefault(nearest, {})[code] = point
    lands = _with_islets(islands, sorted(homes))
    pieces = [piece for home in sorted(homes) for piece in _voronoi(homes[home], lands[home])]
    simple = shapely.coverage_simplify([shape for _, shape in pieces], TOLERANCE_KM)
    return {code: shape for (code, _), shape in zip(pieces, simple, strict=True) if _path(shape)}


def _nearest(shape: Any, islands: list[Polygon]) -> int:
    return min(range(len(islands)), key=lambda n: islands[n].distance(shape))


def _with_islets(islands: list[Polygon], homes: list[int]) -> dict[int, Any]:
    """Each island that has a centre, together with those without one that are nearest to it."""
    lands = {home: [islands[home]] for home in homes}
    for n, island in enumerate(islands):
        if n not in lands:
            lands[homes[_nearest(island, [islands[home] for home in homes])]].append(island)
    return {home: shapely.union_all(parts) for home, parts in lands.items()}


def _voronoi(centres: Centres, land: Any) -> list[tuple[str, Any]]:
    if len(centres) == 1:
        return [(code, land) for code in centres]
    cells = shapely.voronoi_polygons(
        MultiPoint(list(centres.values())), extend_to=land.envelope, ordered=True
    )
    return [(code, shapely.intersection(cell, land)) for code, cell in zip(centres, cells.geoms, strict=True)]


# --- the picture ------------------------------------------------------------------------------------------------------


def _without_moved(shape: Any) -> Any:
    """A cell without the parts that an inset shows in their stead."""
    for part in INSETS:
        shape = shapely.difference(shape, box(*part.bounds)) if part.moved else shape
    return shape


def _inset(cells: Mapping[str, Any], part: Part) -> dict[str, Any]:
    west, south, east, north = part.bounds
    (left, bottom), scale, frame = part.corner, part.scale, box(*part.bounds)
    move = [scale, 0, 0, scale, left - west * scale, bottom - south * scale]
    inside = {code: shapely.intersection(shape, frame) for code, shape in cells.items()}
    return {
        "name": part.name,
        "frame": _frame((left, bottom, left + (east - west) * scale, bottom + (north - south) * scale)),
        "of": None if part.moved else _frame(part.bounds),
        "cells": _paths({code: affine_transform(s, move) for code, s in inside.items() if not s.is_empty}),
    }


def _frame(bounds: Bounds) -> list[int]:
    west, south, east, north = bounds
    return [_x(west), _y(north), _x(east) - _x(west), _y(south) - _y(north)]


def _paths(shapes: Mapping[str, Any]) -> dict[str, str]:
    drawn = {code: _path(shape) for code, shape in shapes.items()}
    return {code: path for code, path in drawn.items() if path}


def _path(shape: Any) -> str:
    """Outer rings as compact SVG path data: absolute start, relative steps, whole units."""
    parts = getattr(shape, "geoms", [shape])
    return "".join(_ring_path(p) for p in parts if isinstance(p, Polygon) and p.area > SMALLEST_PIECE_KM2)


def _ring_path(polygon: Polygon) -> str:
    points = [(_x(x), _y(y)) for x, y in polygon.exterior.coords]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(points)][:-1]
    steps = [step for step in steps if step != (0, 0)]
    if len(steps) < 2:
        return ""
    text = "".join(f"{_number(dx) if n else dx}{_number(dy)}" for n, (dx, dy) in enumerate(steps))
    return f"M{points[0][0]} {points[0][1]}l{text}z"


def _number(value: int) -> str:
    """A number that may follow another: a minus sign needs no space."""
    return f" {value}" if value >= 0 else str(value)


def _x(x: float) -> int:
    return round((x - MAIN[0]) * UNITS_PER_KM)


def _y(y: float) -> int:
    return ABOVE + round((MAIN[3] - y) * UNITS_PER_KM)


if __name__ == "__main__":
    main(*sys.argv[1:])
