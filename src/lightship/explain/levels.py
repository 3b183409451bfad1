"""Shares of a row on a fine geometric scale, so that a likelihood is one look-up."""

import numpy as np

from lightship.detect.evidence import SHARES
from lightship.detect.prior import MISS

FINER = 8
"""Levels per grade of detection's table: an eighth of a factor of two."""

LEVELS = (len(SHARES) - 1) * FINER + 2
"""Level 0: nothing is lost. Levels 1 to LEVELS - 1: from the smallest share to all of it."""

_SMALLEST = float(np.log2(SHARES[0]))


def levels(loss: np.ndarray) -> np.ndarray:
    """The nearest level of each share (0-1), int64, any shape.

    >>> levels(np.array([0.0, 0.5, 1.0])).tolist()
    [0, 105, 113]
    """
    found = np.zeros(np.shape(loss), dtype=np.int64)
    some = loss >= SHARES[0] / 2
    position = (np.log2(loss[some]) - _SMALLEST) * FINER
    found[some] = np.clip(np.rint(position) + 1, 1, LEVELS - 1).astype(np.int64)
    return found


def spread_over_levels(ell: np.ndarray) -> np.ndarray:
    """(rows, grades) nats of counts -> (rows, LEVELS), cubic between grades in log share; level 0, nothing lost, is 0.

    Straight lines would hold shares between two grades to be worse than they are: by a few hundredths of a nat a row,
    which a thousand rows turn into a wrong cause.
    """
    table = np.zeros((len(ell), LEVELS))
    for step in range(FINER):
        table[:, 1 + step : -1 : FINER] = ell @ _CUBIC[step]
    table[:, -1] = ell[:, -1]
    return table


def _cubic(step: int) -> np.ndarray:
    """(grades, grades - 1) weights of Lagrange's polynomial through four neighbouring grades, at this step of each."""
    grades = len(SHARES)
    weights = np.zeros((grades, grades - 1))
    for low in range(grades - 1):
        first = int(np.clip(low - 1, 0, grades - 4))
        nodes = np.arange(first, first + 4)
        for node in nodes.tolist():
            others = nodes[nodes != node]
            weights[node, low] = np.prod((low + step / FINER - others) / (node - others))
    return weights


_CUBIC = tuple(_cubic(step) for step in range(FINER))


def spread_probes(ell: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """(rows, grades) nats of probes -> (rows, LEVELS): between two grades as `failed` and `answered` observations go.

    Their likelihoods are a log(q (1 - miss) + (1 - q) wrong) and b log of one minus that; two grades give a and b.

    Args:
        wrong: (rows,) P(an observation fails with its target well), 0-1; NaN: not known.
    """
    known = np.clip(np.where(np.isfinite(wrong), wrong, _USUAL_WRONG), 1e-3, 0.45)
    alike = np.rint(np.log2(known) * 4.0).astype(np.int64)
    table = np.zeros((len(ell), LEVELS))
    for rate in np.unique(alike).tolist():
        mine = np.flatnonzero(alike == rate)
        low, high = _between(2.0 ** (rate / 4.0))
        table[mine, 1:-1] = ell[mine][:, _LOWER] * low + ell[mine][:, _LOWER + 1] * high
    table[:, -1] = ell[:, -1]
    return table


_USUAL_WRONG = 0.02
_LOWER = np.arange(LEVELS - 2) // FINER
"""The grade at or below each level from 1 on but the last."""


def _between(wrong: float) -> tuple[np.ndarray, np.ndarray]:
    """(LEVELS - 2,) twice: the weights of the lower and of the upper grade."""
    share = np.exp2(_SMALLEST + np.arange(LEVELS - 1) / FINER)
    fails = share * (1.0 - MISS) + (1.0 - share) * wrong
    down, up = np.log(fails / wrong), np.log((1.0 - fails) / (1.0 - wrong))
    lower, upper, here = _LOWER * FINER, (_LOWER + 1) * FINER, np.arange(LEVELS - 2)
    whole = down[lower] * up[upper] - down[upper] * up[lower]
    low = (down[here] * up[upper] - down[upper] * up[here]) / whole
    high = (down[lower] * up[here] - down[here] * up[lower]) / whole
    return low, high


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
