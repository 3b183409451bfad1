"""Whether an area of a CAP alert covers a point: polygons and circles in degrees of latitude and longitude."""

from math import asin, cos, radians, sin, sqrt
from xml.etree.ElementTree import Element

from lightship.edges.feeds.feed import Malformed

NAMES = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
EARTH_KM = 6371.0
MOST_POINTS = 20_000

Point = tuple[float, float]


def covers(area: Element, site: Point) -> bool:
    """Whether one of its polygons or circles does. Raises Malformed."""
    polygons = (_polygon(each.text or "") for each in area.findall("c:polygon", NAMES))
    circles = (_circle(each.text or "") for each in area.findall("c:circle", NAMES))
    return any(within(site, each) for each in polygons) or any(
        distance(site, centre) <= radius for centre, radius in circles
    )


def within(site: Point, polygon: list[Point]) -> bool:
    """Even-odd rule, on a map without curvature: good enough for areas of some hundred kilometres.

    >>> within((52.0, 1.0), [(51.0, 0.0), (53.0, 0.0), (53.0, 2.0), (51.0, 2.0)])
    True
    """
    inside, (y, x) = False, site
    for (y1, x1), (y2, x2) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def distance(one: Point, other: Point) -> float:
    """Kilometres along the great circle.

    >>> round(distance((52.63, 1.30), (52.63, 1.30)), 3)
    0.0
    """
    (y1, x1), (y2, x2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _polygon(text: str) -> list[Point]:
    points = [_point(each) for each in text.split()[:MOST_POINTS]]
    if len(points) < 3:
        raise Malformed("polygon", repr(text[:40]), "at least three points: 52.1,1.2 52.3,1.2 ...")
    return points


def _circle(text: str) -> tuple[Point, float]:
    centre, _, radius = text.strip().partition(" ")
    try:
        return _point(centre), float(radius)
    except ValueError:
        raise Malformed("circle", repr(text[:40]), "a point and kilometres: 52.1,1.2 30") from None


def _point(text: str) -> Point:
    latitude, _, longitude = text.partition(",")
    try:
        return float(latitude), float(longitude)
    except ValueError:
        raise Malformed("point", repr(text[:40]), "latitude,longitude") from None
