"""Since when, by reports: the posterior of the beginning, over how outages show in reports.

Before the beginning, reports are as usual; after it, e times a shape comes on top. The shapes: all at once; a ramp of
ten minutes, and of an hour, while more and more is out; and people who take their time to notice and to report. Every
beginning, shape and e is weighed by its Poisson likelihood, divided by the slow noise; the interval holds 90 %.
"""

import numpy as np

from lightship.detect.prior import REPORT_DELAY_MINUTES, REPORT_DELAY_SIGMA, eagerness
from lightship.vocabulary.time import Between, Tick, end_of, start_of

EXCESSES = np.geomspace(0.05, 20.0, 25)
"""Tried for e, times the excess that the latest ticks show."""
LATEST = (3, 10, 30)
NOISE_TICKS = 8
"""Ticks over which slow noise is one: it divides the likelihood as over that span."""
LOW, HIGH = 0.05, 0.95


def shapes(length: int) -> np.ndarray:
    """(shapes, length) how reports rise after a beginning, 1 at the height."""
    age = np.arange(length) + 0.5
    fade = np.array([eagerness(each) for each in age])
    late = np.exp(-0.5 * (np.log(age / REPORT_DELAY_MINUTES) / REPORT_DELAY_SIGMA) ** 2)
    slow = np.where(age < REPORT_DELAY_MINUTES, late, 1.0) * fade
    return np.stack([fade, np.minimum(age / 10.0, 1.0), np.minimum(age / 60.0, 1.0), slow])


def began(ticks: tuple[Tick, ...], seen: np.ndarray, quiet: np.ndarray, cv2: float) -> Between:
    """The likeliest beginning, and the interval that holds 90 %.

    Args:
        ticks, seen, quiet: parallel, oldest first: reports, and what was usual.
    """
    over = max(max(float((seen[-n:] - quiet[-n:]).sum()) / n, 0.0) for n in LATEST)
    usual = np.maximum(quiet, 1e-6)
    if over <= 0.0:
        return Between(start_of(ticks[-1]), start_of(ticks[-1]), end_of(ticks[-1]))
    noise = 1.0 + cv2 * float(usual[-1]) * NOISE_TICKS
    weight = _weights(seen, usual, over * EXCESSES, noise)
    below = np.cumsum(weight)
    first, middle, last = (min(int(np.searchsorted(below, q)), len(ticks) - 1) for q in (LOW, 0.5, HIGH))
    return Between(start_of(ticks[first]), start_of(ticks[middle]), end_of(ticks[last]))


def _weights(seen: np.ndarray, usual: np.ndarray, excess: np.ndarray, noise: float) -> np.ndarray:
    """(ticks,) posterior of the beginning, each equally likely before."""
    size = len(seen)
    some, found = np.flatnonzero(seen > 0), np.full(size, -np.inf)
    form = shapes(size)
    total = np.cumsum(form, axis=1)
    for begin in range(size):
        added = form[:, None, : size - begin] * excess[None, :, None]
        mine = some[some >= begin]
        nats = (np.log1p(added[:, :, mine - begin] / usual[mine]) * seen[mine]).sum(axis=2)
        nats = (nats - total[:, None, size - begin - 1] * excess[None, :]) / noise
        found[begin] = float(np.logaddexp.reduce(nats, axis=None))
    weight = np.exp(found - found.max())
    return np.asarray(weight / weight.sum())
