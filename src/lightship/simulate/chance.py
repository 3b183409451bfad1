"""Chance with a seed. Each use has a stream of its own, so that one more probe changes no report."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What chance is used for. Numbers are part of a seed's meaning: new ones go to the end."""

    RATIO = 1
    PLACES = 2
    VICTIMS = 3
    NOISE = 4
    CLUMPS = 5
    NEIGHBOURS = 6
    ATTACKS = 7
    SLIPS = 8
    PROBES = 9
    TROUBLES = 10
    PASSIVE = 11
    IDENTITY = 12
    LINKS = 13
    LINK_PROBES = 14
    TELEMETRY = 15
    SILENCE = 16


def stream(seed: int, use: Stream) -> np.random.Generator:
    """The generator of one use."""
    return np.random.default_rng([seed, int(use)])
