"""Weeks of a line that is noisy and not down: leaving it would be wrong at every instant."""

import msgspec
import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.links.conditions import Trouble

WEEK = 7 * 86400.0


class Noise(msgspec.Struct, frozen=True):
    """How a healthy line behaves badly. "Assumed" parameters, each stated so that others can be tried.

    Args:
        usual_loss: share lost at random, always.
        bursts_every: mean seconds between the bad states of the Gilbert-Elliott model (Elliott 1963);
            burst_lasts: their mean seconds; burst_loss: share lost within them.
        cuts: full cuts in a week, each shorter than `cut_below` seconds.
        target_dead: hours in a week that one of the targets does not answer on any line.
        swells: queues that fill up (each minute long), in a week; `swell`: the most seconds that they add.
    """

    usual_loss: float = 0.02
    bursts_every: float = 600.0
    burst_lasts: float = 0.1
    burst_loss: float = 0.5
    cuts: int = 50
    cut_below: float = 0.5
    target_dead: float = 6.0
    swells: int = 50
    swell: float = 0.3


def noisy_week(seed: int, noise: Noise, uplinks: int, targets: int, begins: float = 0.0) -> list[Trouble]:
    """The troubles of a week on the first line, and the dead target on all. The same seed gives the same week."""
    chance = stream(seed, Stream.LINKS)
    end = begins + WEEK
    return [
        *_bursts(chance, noise, begins, end),
        *_cuts(chance, noise, begins),
        *_dead_target(chance, noise, uplinks, targets, begins),
        *_swells(chance, noise, begins),
    ]


def _bursts(chance: np.random.Generator, noise: Noise, begins: float, end: float) -> list[Trouble]:
    many = int(2 * (end - begins) / noise.bursts_every) + 10
    starts = begins + np.cumsum(chance.exponential(noise.bursts_every, many))
    lasts = chance.exponential(noise.burst_lasts, many)
    return [
        Trouble(float(at), float(at + span), 0, "burst", noise.burst_loss)
        for at, span in zip(starts, lasts, strict=True)
        if at < end
    ]


def _cuts(chance: np.random.Generator, noise: Noise, begins: float) -> list[Trouble]:
    starts = begins + chance.uniform(0.0, WEEK, noise.cuts)
    lasts = chance.uniform(0.05, noise.cut_below, noise.cuts)
    return [Trouble(float(a), float(a + s), 0, "cut") for a, s in zip(starts, lasts, strict=True)]


def _dead_target(
    chance: np.random.Generator, noise: Noise, uplinks: int, targets: int, begins: float
) -> list[Trouble]:
    target = int(chance.integers(targets))
    at = begins + float(chance.uniform(0.0, WEEK - noise.target_dead * 3600))
    return [Trouble(at, at + noise.target_dead * 3600, n, "target", target=target) for n in range(uplinks)]


def _swells(chance: np.random.Generator, noise: Noise, begins: float) -> list[Trouble]:
    starts = begins + chance.uniform(0.0, WEEK - 60.0, noise.swells)
    most = chance.uniform(0.05, noise.swell, noise.swells)
    return [
        Trouble(float(a), float(a) + 60.0, 0, "slow", 0.0, slow=float(s))
        for a, s in zip(starts, most, strict=True)
    ]
