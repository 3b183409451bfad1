"""How many rows would be clearly down with all well: what noise alone makes."""

import numpy as np
from scipy import special

from lightship.explain.groups import CLEARLY

MOST_LOOKED_AT = 200
"""Counts above the expectation that are tried for the smallest that is clear; beyond it no row is clear by chance."""


def by_chance(expected: np.ndarray) -> float:
    """Rows that are clearly down by chance, expected.

    A row is clearly down when its count's deviance from the expectation is CLEARLY nats or more. Counts are taken as
    Poisson: noise that is more ragged makes more of them.

    Args:
        expected: (rows,) reports or failures that each row gives with all well; rows at 0 never fail by chance.

    >>> round(by_chance(np.full(1000, 0.02)))
    20
    """
    some = expected[expected > 0.0]
    return float(special.gammainc(_clear_from(some), some).sum())


def _clear_from(expected: np.ndarray) -> np.ndarray:
    """The smallest whole count above each expectation whose deviance is CLEARLY or more."""
    count = np.floor(expected) + 1.0
    for _ in range(MOST_LOOKED_AT):
        short = count * np.log(count / expected) - (count - expected) < CLEARLY
        if not short.any():
            break
        count = count + short
    return np.asarray(count)
