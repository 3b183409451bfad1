"""What fallen sessions, logins and calls say beyond that something is out: which service, which areas, how many.

They do not depend on whether people can report. After a power cut that takes routers and phones alike, they and the
feeds are all there is.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from lightship.detect.moments import Moment
from lightship.detect.passive import COMMON_CV
from lightship.detect.plan import Plan
from lightship.detect.prior import PASSIVE_CV
from lightship.vocabulary.time import Tick

FALLEN = 3.0
"""Nats of passive counts that are a fall."""
DATES = 6.0
"""Nats that one tick's counts may say when it comes to when a fall began: enough to date it by themselves."""


@dataclass(frozen=True)
class Fallen:
    """Passive counts of a stretch of ticks, added up.

    Args:
        due, missing: (counts,) what the recent past led to expect, and how much less came; 0 where nothing was counted.
        times: (counts,) how often it was counted.
    """

    due: np.ndarray
    missing: np.ndarray
    times: np.ndarray


def since(plan: Plan, ring: tuple[Moment, ...], tick: Tick) -> Fallen | None:
    """Those from that tick on; None: there were none."""
    found = Fallen(*(np.zeros(plan.counts) for _ in range(3)))
    for each in ring:
        if each.tick >= tick and len(each.passive_rows):
            found.due[each.passive_rows] += each.passive_expected
            found.missing[each.passive_rows] += each.passive_expected - each.passive
            found.times[each.passive_rows] += 1
    return found if found.times.any() else None


def showing(plan: Plan, falls: np.ndarray | None, subject: int) -> np.ndarray:
    """(services,) bool: which of a subject's services have fallen."""
    found = np.zeros(len(plan.services), dtype=bool)
    if falls is not None:
        for service, part in enumerate(plan.subject_parts[subject]):
            found[service] = part >= 0 and falls[part] > FALLEN
    return found


def tail(fallen: Fallen, rows: np.ndarray) -> np.ndarray:
    """(rows,) P(so much is missing, or more | healthy); 1 where nothing was counted.

    Counts of one minute and the next are nearly the same observation: however many there were, they count as one.
    """
    due, times = fallen.due[rows], np.maximum(fallen.times[rows], 1.0)
    share = fallen.missing[rows] / np.maximum(due, 1e-9)
    noise = np.sqrt(PASSIVE_CV**2 + COMMON_CV**2 + times / np.maximum(due, 1e-9))
    return np.asarray(np.where(due > 0, ndtr(-share / noise), 1.0))


def by_share(fallen: Fallen, rows: np.ndarray, loss: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """(shares of the grid,) nats for so much of a component being out, by the fall over its rows together."""
    due = fallen.due[rows]
    whole = float(due.sum())
    if whole <= 0.0:
        return np.zeros(len(grid))
    share = float(fallen.missing[rows].sum()) / whole
    noise = COMMON_CV**2 + float(((PASSIVE_CV * due) ** 2).sum()) / whole**2
    predicted = grid * float((due * loss[rows]).sum()) / whole
    return np.asarray(-((share - predicted) ** 2) / (2.0 * noise))


def of_tick(moment: Moment, loss: np.ndarray, severities: np.ndarray) -> np.ndarray:
    """(severities,) what one tick's counts say for so much of a component being out, against none of it."""
    rows = moment.passive_rows[loss[moment.passive_rows] > 0.0]
    if len(rows) == 0:
        return np.zeros(len(severities))
    one = Fallen(*(np.zeros(int(rows.max()) + 1) for _ in range(3)))
    at = np.isin(moment.passive_rows, rows)
    one.due[rows] = moment.passive_expected[at]
    one.missing[rows] = moment.passive_expected[at] - moment.passive[at]
    nats = by_share(one, rows, loss, np.append(severities, 0.0))
    return np.asarray(np.clip(nats[:-1] - nats[-1], -DATES, DATES))
