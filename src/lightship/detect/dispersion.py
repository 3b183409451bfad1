"""How noisy quiet times are, beyond chance: of one row, of the nation, and of each pooled sum.

Learned an hour at a time from excess squares over expected squares. A sum's own noise is shrunk to what its rows would
make of it. It errs low, since hours are clipped before they teach: too high a figure would blind the dense series.
"""

import numpy as np

from lightship.detect import prior
from lightship.detect.plan import Plan

LEVEL_KEEP = 0.5 ** (1.0 / (28 * 24))
"""Kept of the memory each hour: a half-life of 28 days."""
SPREAD_WEIGHT = 200.0
"""Hours of expected squares that the prior of the dispersion weighs."""
SPREAD_HOURS = 48.0
"""Hours that the prior of a sum's own noise weighs at least: an hour's noise is much like the next one's."""
SPREAD_RANGE = (0.15, 0.8)
COMMON_EVENTS = 10.0
FIRST = SPREAD_WEIGHT * np.array([[prior.CV_AREA**2, 1.0], [prior.CV_NATION**2, 1.0]])
"""The shipped prior of [area, nation] x [excess squares, expected squares]."""


def variation(spread: np.ndarray) -> tuple[float, float]:
    """Squared coefficients of variation: an area's, the nation's."""
    area, nation = spread[:, 0] / spread[:, 1]
    low, high = SPREAD_RANGE
    return float(np.clip(area, low**2, high**2)), float(np.clip(nation, low**2, high**2))


def sum_variation(sums: np.ndarray, hours: float, modelled: np.ndarray) -> np.ndarray:
    """(parts,) squared variation of each pooled sum: its own, shrunk to what its rows would make of it; erring low."""
    weight = SPREAD_WEIGHT + SPREAD_HOURS * sums[1] / max(hours, 1.0)
    own = (weight * modelled + sums[0]) / (weight + sums[1])
    return np.asarray(np.clip(own, modelled / 4.0, modelled * 4.0))


def spread_after(
    spread: np.ndarray, plan: Plan, seen: np.ndarray, expected: np.ndarray, free: np.ndarray, sure: np.ndarray
) -> np.ndarray:
    """The noise of a row and of the nation after an hour.

    Rows weigh by how much they can say, dense ones about alike: else the densest would speak for all. Those whose own
    level is not sure yet say nothing: it would be their error that is learned.
    """
    services = len(plan.services)
    total = np.bincount(plan.service_of[free], seen[free], minlength=services)
    normal = np.bincount(plan.service_of[free], expected[free], minlength=services)
    common = (total + COMMON_EVENTS) / (normal + COMMON_EVENTS)
    placed = free & sure & ~plan.without_area
    rest = (expected * common[plan.service_of])[placed]
    weight = 1.0 / (1.0 + rest) ** 2
    fresh = np.array([
        [float(weight @ ((seen[placed] - rest) ** 2 - rest)), float(weight @ rest**2)],
        [float(np.sum((total - normal) ** 2 - normal)), float(np.sum(normal**2))],
    ])  # fmt: skip
    return np.asarray(FIRST + LEVEL_KEEP * (spread - FIRST) + fresh)


def sum_spread_after(
    sums: np.ndarray, plan: Plan, seen: np.ndarray, expected: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """Of each pooled sum with none of its rows in alarm."""
    mean, noise = plan.pool @ expected, plan.pool2 @ expected
    fresh = np.stack([(plan.pool @ seen - mean) ** 2 - noise, mean**2])
    if not free.all():
        fresh[:, plan.pool @ ~free > 0] = 0.0
    return np.asarray(LEVEL_KEEP * sums + fresh)
