"""The provider that is simulated: the synthetic national map, its rows, and when the simulation begins."""

from dataclasses import dataclass
from functools import cache

import msgspec
import numpy as np

from lightship.prevent.footprints import Footprints, footprints
from lightship.run.maps import made
from lightship.simulate.counts.rows import Rows
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.time import MINUTE, Tick, parse_iso, tick_of

_BEGINS = tick_of(parse_iso("2026-01-05T00:00:00Z"))
"""A Monday. Each run begins some weeks after it, so that clock changes and holidays fall differently."""
_WEEKS = 40


@dataclass(frozen=True)
class World:
    """A compiled map."""

    feet: Footprints
    rows: Rows


@cache
def world(name: str, probes: bool = False) -> World:
    """The generated map of that name, with its probes or counted reports alone."""
    network = made(name)
    if not probes:
        network = versioned(msgspec.structs.replace(network, probes=(), feeds=()))
    return World(footprints(network), Rows.of(network))


def begins(chance: np.random.Generator) -> Tick:
    """A Monday to begin at."""
    weeks = int(chance.integers(0, _WEEKS))
    return Tick(_BEGINS + weeks * 7 * 24 * 60 * MINUTE // MINUTE)
