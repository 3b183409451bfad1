"""How noisy a simulated provider is: one value, drawn from a seed, so that nobody can have tuned to it."""

from dataclasses import dataclass, replace

import numpy as np

CV = (0.2, 0.6)
"""Slow noise beyond Poisson, as coefficients of variation, from the calmest to the roughest."""
TERCILES = 3


@dataclass(frozen=True)
class Setting:
    """The noise of one simulated provider.

    Args:
        cv_area, cv_nation: of each row's own slow noise, and of what all rows of a service share.
        memory: minutes in which that noise forgets all but 1/e.
        night, evening, weekend, holiday: reports by night, at 20:00, on weekends, on bank holidays, against a weekday's
            noon. morning: local hour at which people begin.
        growth: of all levels in a year; 0.1: a tenth more.
        unplaced: share of reports that names no area.
        clumps: a day, of `clump_size` reports on average from one network prefix: an office, or somebody who abuses.
        late: share of reports that come late, `late_minutes` on average.
        gaps: days on which nothing arrives for six hours.
    """

    name: str
    cv_area: float = 0.4
    cv_nation: float = 0.3
    memory: float = 120.0
    night: float = 0.15
    evening: float = 1.2
    weekend: float = 0.95
    holiday: float = 0.8
    morning: float = 7.5
    growth: float = 0.1
    unplaced: float = 0.35
    clumps: float = 6.0
    clump_size: float = 3.0
    late: float = 0.01
    late_minutes: float = 20.0
    gaps: tuple[int, ...] = ()


HOME = Setting("home", gaps=(60, 100))
"""The noise under which thresholds are set and outages drawn."""


def unseen(seed: int, number: int) -> Setting:
    """The noise setting of that number, 0-2, drawn from the seed: the coefficients of variation in its tercile."""
    chance = np.random.default_rng([seed, 301, number])
    low = CV[0] + (CV[1] - CV[0]) * number / TERCILES
    width = (CV[1] - CV[0]) / TERCILES
    area, nation = low + width * chance.random(2)

    def between(least: float, most: float) -> float:
        return float(least + (most - least) * chance.random())

    return replace(
        HOME,
        name=("calm", "middling", "rough")[number],
        cv_area=float(area), cv_nation=float(nation), memory=float(np.exp(between(np.log(30.0), np.log(360.0)))),
        night=between(0.08, 0.3), evening=between(1.0, 1.6), weekend=between(0.75, 1.1), holiday=between(0.6, 1.1),
        morning=between(6.5, 8.5), growth=between(-0.2, 0.6), unplaced=between(0.2, 0.45), clumps=between(2.0, 12.0),
        clump_size=between(2.5, 6.0), late=between(0.0, 0.03), late_minutes=between(5.0, 60.0),
        gaps=(int(between(40, 90)),),
    )  # fmt: skip
