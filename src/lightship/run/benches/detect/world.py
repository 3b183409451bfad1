"""The provider that is simulated: the synthetic national map, its rows, and when the simulation begins."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from lightship.prevent.footprints import Footprints, footprints
from lightship.run.maps import MADE, made, places_of
from lightship.simulate.counts.rows import Rows
from lightship.simulate.national import national
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import AreaId, PlaceTree
from lightship.vocabulary.time import MINUTE, Tick, parse_iso, tick_of

_BEGINS = tick_of(parse_iso("2026-01-05T00:00:00Z"))
"""A Monday. Each run begins some weeks after it, so that clock changes and holidays fall differently."""
_WEEKS = 40
REGION_LINES = 600_000


@dataclass(frozen=True)
class World:
    """A compiled map."""

    feet: Footprints
    rows: Rows


@cache
def world(name: str, region: str = "", probes: bool = False) -> World:
    """The generated map of that name, with its probes or counted reports alone.

    Args:
        region: id of the region whose areas are kept; empty: all.
    """
    network = _regional(name, AreaId(region)) if region else made(name)
    if not probes:
        network = versioned(msgspec.structs.replace(network, probes=(), feeds=()))
    return World(footprints(network), Rows.of(network))


def _regional(name: str, region: AreaId) -> NetworkMap:
    """The same provider in one region alone: small enough for a test."""
    tree = places_of("uk", Path())
    kept = {area.id for area in (*tree.leaves(region), *tree.path(region))}
    places = PlaceTree(tuple(area for area in tree.areas if area.id in kept))
    return national(places, MADE[name], lines=REGION_LINES)


def begins(chance: np.random.Generator) -> Tick:
    """A Monday to begin at."""
    weeks = int(chance.integers(0, _WEEKS))
    return Tick(_BEGINS + weeks * 7 * 24 * 60 * MINUTE // MINUTE)
