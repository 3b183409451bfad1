"""Passive counts fill the table with the sign turned: share q out leaves (1 - q) of what was to be expected."""

import numpy as np

from lightship.detect.evidence import SHARES
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.prior import PASSIVE_CV
from lightship.vocabulary.events import TickJudged

FOLLOWS = 1.0 / 30
"""How fast the usual value follows: sessions change over hours, outages over minutes."""
COMMON_CV = 0.05
"""Noise that all areas share, so that a sum over a thousand of them is not surer than this."""
MOST = 3.0
"""Nats that one tick of one row may say: counts of one minute and the next are nearly the same observation."""


def table(moment: Moment) -> np.ndarray:
    """(observed, K) nats of one tick."""
    due = moment.passive_expected[:, None]
    noise = np.sqrt(due + (PASSIVE_CV * due) ** 2)
    left = due * (1.0 - SHARES[None, :])
    value = moment.passive[:, None]
    nats = ((value - due) ** 2 - (value - left) ** 2) / (2.0 * noise**2)
    return np.asarray(np.clip(nats, -MOST, MOST))


def usual(before: dict[int, float], tick: TickJudged, held: np.ndarray | None) -> dict[int, float]:
    """What each row is led to expect after this tick; rows in alarm keep what they had."""
    if not tick.passive.rows:
        return before
    after, seen = dict(before), dict[int, None]()
    for row, value in zip(tick.passive.rows, tick.passive.values, strict=True):
        if row in seen or (held is not None and held[row] and row in before):
            continue
        seen[row] = None
        was = after.get(row, value)
        # A fall is not learned faster than noise would make it: else the outage becomes the usual.
        after[row] = was + FOLLOWS * float(
            np.clip(value - was, -2.0 * PASSIVE_CV * was, 2.0 * PASSIVE_CV * was)
        )
    return after


def drops(plan: Plan, recent: tuple[Moment, ...]) -> np.ndarray | None:
    """(parts,) nats for a fall over each pooled sum, the best of the last 1, 3 and 10 ticks; None without counts."""
    if not recent or len(recent[-1].passive_rows) == 0:
        return None
    missing, due, best = np.zeros(plan.counts), np.zeros(plan.counts), np.zeros(len(plan.part_service))
    for back, moment in enumerate(reversed(recent), start=1):
        missing[moment.passive_rows] += moment.passive_expected - moment.passive
        due[moment.passive_rows] += moment.passive_expected
        if back in (1, 3, 10):
            fall, whole = plan.pool @ missing, plan.pool @ due
            noise = plan.pool2 @ (due + (PASSIVE_CV * due) ** 2) + (COMMON_CV * whole) ** 2
            nats = np.where(fall > 0, fall**2 / (2.0 * np.maximum(noise, 1e-9)), 0.0)
            best = np.maximum(best, np.minimum(nats, MOST * back * 2.0))
    return best
