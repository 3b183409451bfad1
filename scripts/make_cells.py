"""Maintainers only: make src/lightship/data/uk_cells.json, the geometry of the map.

Cells are the points nearest to each code's centre (Voronoi), clipped to Natural Earth's 1:10m outline, simplified
together so that neighbours keep one border. Wants shapely >= 2.1 and the file countries-10m.json of the npm package
world-atlas 2 (public domain data):

    python scripts/make_cells.py countries-10m.json src/lightship/data/uk_area_codes.csv > src/lightship/data/uk_cells.json
"""

import csv
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.affinity import affine_transform
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box

OUTLINES = ("United Kingdom", "Isle of Man", "Guernsey", "Jersey")
UNITS_PER_KM = 1.25
SMALLEST_KM2 = 12.0
TOLERANCE_KM = 1.6
WEST, NORTH, EAST, SOUTH = 0.0, 1135.0, 690.0, -125.0  # kilometres of the projection; Shetland lies north of it

LEGEND = (545.0, 560.0)

# name, the part of the map in kilometres (west, south, east, north), where its frame's south-west corner goes, scale
INSETS = (
    ("Shetland", (400.0, 1085.0, 480.0, 1225.0), (578.0, 905.0), 1.2),
    ("London and around", (488.0, 138.0, 576.0, 222.0), (458.0, 610.0), 2.5),
)


def main(atlas: str, codes: str) -> None:
    """Print the JSON."""
    centres = _apart({r["code"]: _project(float(r["longitude"]), float(r["latitude"])) for r in _areas(codes)})
    cells = _cells(centres, _outline(json.loads(Path(atlas).read_text())))
    main_view = box(WEST, SOUTH, EAST, INSETS[0][1][1])
    result = {
        "note": "Nearest-centre cells of telephone area codes, clipped to Natural Earth 1:10m (public domain); "
        "centres: GeoNames (CC BY 4.0). Made by scripts/make_cells.py. They are no exchange boundaries.",
        "view": [_x(EAST), _y(SOUTH)],
        "cells": {code: _path(shape) for code, shape in cells.items() if _drawn(shape, main_view)},
        "dots": _dots(centres, cells),
        "legend": [_x(LEGEND[0]), _y(LEGEND[1])],
        "insets": [_inset(cells, *inset) for inset in INSETS],
    }
    json.dump(result, sys.stdout, separators=(",", ":"), sort_keys=True)


def _apart(centres: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Codes of one place (01697 and 016977 are both Brampton) are set 4 km apart, so that each has a cell."""
    taken: dict[tuple[float, float], str] = {}
    for code, (x, y) in centres.items():
        while (x, y) in taken:
            x += 4.0
        taken[(x, y)] = code
    return {code: point for point, code in taken.items()}


def _areas(path: str) -> Iterator[dict[str, str]]:
    with Path(path).open(newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["kind"] == "area")


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Spherical transverse Mercator about 2 W, 49 N; kilometres, with the British grid's false origin."""
    across, up = math.radians(longitude + 2.0), math.radians(latitude)
    b = math.cos(up) * math.sin(across)
    x = 6371.0 * 0.9996 * math.atanh(b)
    y = 6371.0 * 0.9996 * (math.atan2(math.tan(up), math.cos(across)) - math.radians(49.0))
    return 400.0 + x, y - 100.0


def _outline(topology: dict) -> MultiPolygon:  # type: ignore[type-arg]
    arcs = _arcs(topology)
    shapes = [
        Polygon(_ring(arcs, rings[0]))
        for country in topology["objects"]["countries"]["geometries"]
        if country["properties"]["name"] in OUTLINES
        for rings in (country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]])
    ]
    return shapely.union_all([shapely.make_valid(shape) for shape in shapes])


def _arcs(topology: dict) -> list[list[tuple[float, float]]]:  # type: ignore[type-arg]
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        decoded.append(points)
    return decoded


def _ring(arcs: list[list[tuple[float, float]]], numbers: list[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in numbers:
        points += arcs[number] if number >= 0 else arcs[~number][::-1]
    return [_project(*point) for point in points]


def _cells(centres: dict[str, tuple[float, float]], outline: MultiPolygon) -> dict[str, shapely.Geometry]:
    points = MultiPoint(list(centres.values()))
    polygons = shapely.voronoi_polygons(points, extend_to=outline.envelope, ordered=True).geoms
    kept = MultiPolygon([part for part in outline.geoms if part.area >= SMALLEST_KM2])
    clipped = [shapely.intersection(polygon, kept) for polygon in polygons]
    simple = shapely.coverage_simplify(clipped, TOLERANCE_KM)
    return {code: shape for code, shape in zip(centres, simple, strict=True) if not shape.is_empty}


def _drawn(shape: shapely.Geometry, view: Polygon) -> bool:
    return bool(shape.representative_point().within(view)) and bool(_path(shape))


def _dots(centres: dict[str, tuple[float, float]], cells: dict[str, shapely.Geometry]) -> dict[str, list[int]]:
    """Codes whose centre has no land in the outline, such as the Isles of Scilly."""
    return {
        code: [_x(x), _y(y)]
        for code, (x, y) in centres.items()
        if code not in cells or not _path(cells[code]) or cells[code].distance(Point(x, y)) > 25
    }


def _inset(cells: dict[str, shapely.Geometry], name: str, part, corner, scale: float):  # type: ignore[no-untyped-def]
    west, south, east, north = part
    frame = box(*part)
    move = [scale, 0, 0, scale, corner[0] - west * scale, corner[1] - south * scale]
    inside = {code: shapely.intersection(shape, frame) for code, shape in cells.items()}
    drawn = {code: _path(affine_transform(s, move)) for code, s in inside.items() if not s.is_empty}
    width, height = (east - west) * scale, (north - south) * scale
    box_ = [_x(corner[0]), _y(corner[1] + height), round(width * UNITS_PER_KM), round(height * UNITS_PER_KM)]
    return {"name": name, "frame": box_, "cells": {code: path for code, path in drawn.items() if path}}


def _path(shape: shapely.Geometry) -> str:
    """Outer rings as compact SVG path data: absolute start, relative steps, whole units."""
    parts = getattr(shape, "geoms", [shape])
    return "".join(_ring_path(part) for part in parts if isinstance(part, Polygon) and part.area > 3)


def _ring_path(polygon: Polygon) -> str:
    points = [(_x(x), _y(y)) for x, y in polygon.exterior.coords]
    steps = [(x - px, y - py) for (px, py), (x, y) in zip(points, points[1:], strict=False)][:-1]
    steps = [step for step in steps if step != (0, 0)]
    if len(steps) < 2:
        return ""
    text = "".join(f"{' ' if n and dx >= 0 else ''}{dx}{' ' if dy >= 0 else ''}{dy}" for n, (dx, dy) in enumerate(steps))
    return f"M{points[0][0]} {points[0][1]}l{text}z"


def _x(x: float) -> int:
    return round((x - WEST) * UNITS_PER_KM)


def _y(y: float) -> int:
    return round((NORTH - y) * UNITS_PER_KM)


if __name__ == "__main__":
    main(*sys.argv[1:])
