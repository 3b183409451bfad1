"""Who is near whom: seats for the larger sites, and the nearest of them."""

from collections.abc import Sequence

import numpy as np

from lightship.vocabulary.places import Area, AreaId
from lightship.vocabulary.spread import spread


def seats(areas: Sequence[Area], count: int) -> tuple[Area, ...]:
    """The areas that hold `count` sites, in proportion to their weights, from north to south.

    A large area stands in it several times, small ones not at all.
    """
    sites = spread(count, [area.weight for area in areas])
    held = [area for area, number in zip(areas, sites, strict=True) for _ in range(number)]
    return tuple(sorted(held, key=lambda area: (-(area.latitude or 0.0), area.id)))


def nearest(
    areas: Sequence[Area], sites: Sequence[Area], others: int
) -> dict[AreaId, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Per area the numbers (from 1) of the sites in the nearest seat, and of the `others` next nearest sites."""
    here, there = _flat(areas), _flat(sites)
    distance = ((here[:, None, :] - there[None, :, :]) ** 2).sum(axis=2)
    found = {}
    for area, away in zip(areas, distance, strict=True):
        order = np.argsort(away, kind="stable")
        same = sites[order[0]].id
        closest = tuple(int(n) + 1 for n in order if sites[n].id == same)
        rest = tuple(int(n) + 1 for n in order if sites[n].id != same)[:others]
        found[area.id] = (closest, rest)
    return found


def _flat(areas: Sequence[Area]) -> np.ndarray:
    """(areas, 2) degrees, longitude shrunk for 54 degrees north; a place without coordinates lies at the origin."""
    narrow = float(np.cos(np.radians(54.0)))
    return np.array([((area.latitude or 0.0), (area.longitude or 0.0) * narrow) for area in areas])
