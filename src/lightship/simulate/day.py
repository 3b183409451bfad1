"""When people are awake and when they report, by the local clock."""

from typing import Literal

import numpy as np

from lightship.simulate.grid import Grid

_HOURS = (0.0, 3.0, 5.0, 9.0, 22.0, 24.0)
_AWAKE = (0.6, 0.15, 0.15, 1.0, 1.0, 0.6)
"""`uk_default`: 0.15 from 3 to 5, 1.0 from 9 to 22, straight lines between. No published curve was found: assumed."""

WEEKDAY = (1.08, 1.04, 1.02, 1.0, 1.0, 0.92, 0.94)
"""Ordinary reports by weekday, Monday first. Assumed."""

EVENING = 0.25
"""More ordinary reports around 20:00, when everybody is online. Assumed."""

WAKING_HOUR, WAKING_SPREAD_HOURS = 7.2, 0.8
"""When sleepers find out, local time: a normal distribution. Assumed, after events that began at night."""


def awake(hour: np.ndarray, diurnal: Literal["uk_default", "flat"]) -> np.ndarray:
    """Share of people who would notice now, 0-1, by local hour."""
    if diurnal == "flat":
        return np.ones(len(hour))
    return np.asarray(np.interp(hour, _HOURS, _AWAKE))


def habit(grid: Grid, diurnal: Literal["uk_default", "flat"]) -> np.ndarray:
    """(ticks,) ordinary reports against those of a weekday's noon, by hour of the week."""
    if diurnal == "flat":
        return np.ones(grid.ticks)
    evening = 1.0 + EVENING * np.exp(-0.5 * ((grid.hour - 20.0) / 1.2) ** 2)
    return np.asarray(awake(grid.hour, diurnal) * evening * np.array(WEEKDAY)[grid.weekday])


def until_awake(hour: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Minutes from now until each sleeper finds out; at least 5, so that dawn has no negative waits."""
    waking = WAKING_HOUR + WAKING_SPREAD_HOURS * chance.standard_normal(len(hour))
    ahead = (waking - hour) % 24.0
    # Someone who should be up already is late, not a day early.
    return np.maximum(np.where(ahead > 18.0, 0.25, ahead) * 60.0, 5.0)
