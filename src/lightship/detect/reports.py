"""Reports fill the table: Poisson against Poisson with people added, divided by the over-dispersion.

The number of reports over a window is all that matters to it, so a tick is a window of length one.
"""

import numpy as np

from lightship.detect.evidence import SHARES
from lightship.detect.plan import Plan
from lightship.detect.prior import EAGERNESS, EAGERNESS_WEIGHTS

TOLERATED = 0.25
"""Excess that a healthy row may show: growth, a rumour, neighbours who name us."""
LEAST_LINES = 20.0
"""A grade of fewer lines than this counts as this many: less cannot be seen in reports."""
ENOUGH = 1.0
"""A row has data once it was seen, or once whole it would have given this many reports at middling eagerness."""


def table(
    plan: Plan, seen: np.ndarray, quiet: np.ndarray, effort: np.ndarray, dispersion: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(counts, K) nats, and (counts,) whether the row has data; rows without are all zeros.

    Args:
        seen, quiet: (counts,) reports over the window and their expectation.
        effort: (services,) sum of readiness over the window.
        dispersion: (counts,) variance over mean, 1 or more.
    """
    whole = plan.reach * plan.propensity * effort[plan.service_of]
    data = (seen > 0) | (whole + quiet >= ENOUGH)
    rows = np.flatnonzero(data)
    found = np.zeros((plan.counts, len(SHARES)))
    found[rows] = added(seen[rows], quiet[rows], whole[rows], plan.feet.lines[rows], dispersion[rows])
    return found, data


def added(
    seen: np.ndarray, quiet: np.ndarray, whole: np.ndarray, lines: np.ndarray, dispersion: np.ndarray
) -> np.ndarray:
    """(rows, K) nats for each graded share; `whole`: reports that all lines out would add at middling eagerness."""
    healthy = np.maximum(quiet * (1.0 + TOLERATED), 1e-9)
    shares = np.maximum(
        SHARES[None, :], np.minimum(LEAST_LINES / np.maximum(lines, LEAST_LINES), 1.0)[:, None]
    )
    more = whole[:, None] * shares
    terms = np.stack([_poisson(seen, healthy, eager * more) for eager in EAGERNESS])
    weights = np.log(np.array(EAGERNESS_WEIGHTS))[:, None, None]
    return np.asarray(np.logaddexp.reduce(terms + weights, axis=0) / dispersion[:, None])


def _poisson(seen: np.ndarray, healthy: np.ndarray, more: np.ndarray) -> np.ndarray:
    """log P(seen | healthy + more) - log P(seen | healthy); logs only where something was seen."""
    found = -more
    some = np.flatnonzero(seen > 0)
    found[some] += seen[some, None] * np.log1p(more[some] / healthy[some, None])
    return found
