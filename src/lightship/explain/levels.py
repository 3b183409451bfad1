"""Shares of a row on a fine geometric scale, so that a likelihood is one look-up."""

import numpy as np

from lightship.detect.evidence import SHARES

FINER = 4
"""Levels per grade of detection's table: a quarter of a factor of two."""

LEVELS = (len(SHARES) - 1) * FINER + 2
"""Level 0: nothing is lost. Levels 1 to LEVELS - 1: from the smallest share to all of it."""

_SMALLEST = float(np.log2(SHARES[0]))


def levels(loss: np.ndarray) -> np.ndarray:
    """The nearest level of each share (0-1), int64, any shape.

    >>> levels(np.array([0.0, 0.5, 1.0])).tolist()
    [0, 53, 57]
    """
    some = loss >= SHARES[0] / 2
    position = (np.log2(np.where(some, loss, 1.0)) - _SMALLEST) * FINER
    return np.where(some, np.clip(np.rint(position) + 1, 1, LEVELS - 1), 0).astype(np.int64)


def spread_over_levels(ell: np.ndarray) -> np.ndarray:
    """(rows, grades) nats -> (rows, LEVELS), linear between grades; level 0, nothing lost, is 0."""
    table = np.zeros((len(ell), LEVELS))
    for step in range(FINER):
        part = step / FINER
        table[:, 1 + step : -1 : FINER] = ell[:, :-1] * (1 - part) + ell[:, 1:] * part
    table[:, -1] = ell[:, -1]
    return table


PROPENSITY = np.array([0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5, -2.0, 2.0])
"""Grades (each a factor of two) by which the reports of a service may lie beside the predicted level, all its areas
alike: how many of those hit report it, and how a map guesses shares, is known within a factor of four at best."""

PROPENSITY_COST = -0.5 * PROPENSITY**2
"""Nats: a normal distribution with a factor of two as its standard deviation."""


def _shifted() -> np.ndarray:
    level = np.arange(LEVELS)
    moved = np.clip(level + (FINER * PROPENSITY[:, None]).astype(np.int64), 1, LEVELS - 1)
    return np.where(level > 0, moved, 0)


SHIFTED = _shifted()
"""(len(PROPENSITY), LEVELS) the level that counts are compared with, for each level predicted."""


def _combined() -> np.ndarray:
    shares = np.concatenate([[0.0], np.exp2(_SMALLEST + np.arange(LEVELS - 1) / FINER)])
    both = 1.0 - (1.0 - shares[:, None]) * (1.0 - shares[None, :])
    return levels(both).astype(np.uint8)


COMBINED = _combined()
"""(LEVELS, LEVELS) the level of losing one share of what another left."""
