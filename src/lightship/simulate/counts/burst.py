"""Talk and press: everybody reports, and nothing is out."""

from dataclasses import dataclass

import numpy as np

from lightship.simulate.counts.cells import Cells, of_reports
from lightship.simulate.counts.rows import Rows

FACTOR, HALF_LIFE, RISE = (1.5, 6.0), (30.0, 180.0), (2.0, 30.0)
"""Times the normal rate at the height; minutes of half-life; minutes until the height. Press: about 3 times, 2 h."""


@dataclass(frozen=True)
class Burst:
    """A press burst or a rumour.

    Args:
        services: numbers of the services that people name. factor: at the height, times the normal rate.
        rise, half_life: minutes.
    """

    services: tuple[int, ...]
    factor: float
    rise: float
    half_life: float


def drawn_burst(services: int, chance: np.random.Generator) -> Burst:
    """One burst: of one service, or in a fifth of all cases of every one (the provider's name is in the news)."""
    named = tuple(range(services)) if chance.random() < 0.2 else (int(chance.integers(services)),)
    factor = float(np.exp(np.log(FACTOR[0]) + np.log(FACTOR[1] / FACTOR[0]) * chance.random()))
    return Burst(
        named, factor, float(RISE[0] + (RISE[1] - RISE[0]) * chance.random()),
        float(HALF_LIFE[0] + (HALF_LIFE[1] - HALF_LIFE[0]) * chance.random()),
    )  # fmt: skip


def times(burst: Burst, ticks: int) -> np.ndarray:
    """(ticks,) how many more reports than usual, as a share of the usual, from its beginning on."""
    since = np.arange(ticks) + 0.5
    falling = 0.5 ** (np.maximum(since - burst.rise, 0.0) / burst.half_life)
    return np.asarray((burst.factor - 1.0) * np.minimum(since / burst.rise, 1.0) * falling)


def reports(
    burst: Burst, rows: Rows, per_tick: np.ndarray, ready: np.ndarray, chance: np.random.Generator
) -> Cells:
    """What it brings on top. `per_tick`: (rows,) ordinary reports of a tick at readiness 1."""
    mine = np.flatnonzero(np.isin(rows.service, burst.services))
    more = times(burst, len(ready)) * ready
    many = chance.poisson(more * per_tick[mine].sum())
    tick = np.repeat(np.arange(len(ready)), many)
    share = per_tick[mine] / per_tick[mine].sum()
    return of_reports(tick, chance.choice(mine, len(tick), p=share), len(rows))
