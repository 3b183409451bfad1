"""Probes fill the table: P(fails | share q of the path out) = q (1 - miss) + (1 - q) P(fails though well)."""

import numpy as np
from msgspec.structs import replace

from lightship.detect.evidence import SHARES
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.prior import COMMON_CAUSE, COMMON_CAUSE_VERIFIED, MISS, NETWORK_TROUBLE
from lightship.detect.vantages import MOST_ATTEMPTS

WINDOWS = (1, 2, 3, 5, 10)
LONGEST = WINDOWS[-1]
"""Ticks back that the scan looks over. A recovery needs more quiet ticks than the longest, so nothing alarms twice."""
ALONE_BY_SETTING = 15.0
"""Nats that the only vantage may say in a round, by the operator's word: enough for three failures in it."""
SEVERITIES = np.array([1.0, 0.3, 0.1])
"""How much of a component may be out, for the scan; the table has finer grades."""


def table(moment: Moment) -> np.ndarray:
    """(observed probes, K) nats of one tick; 0 where the vantage says nothing."""
    return likelihood(moment, SHARES[None, :])


def likelihood(moment: Moment, q: np.ndarray) -> np.ndarray:
    """(observed probes, k) nats of one tick for (observed or 1, k) shares of each path."""
    wrong = moment.wrong[:, None]
    sure = np.clip(wrong, 1e-6, 1.0 - 1e-6)
    fails = q * (1.0 - MISS) + (1.0 - q) * sure
    weight = np.minimum(moment.attempts, MOST_ATTEMPTS) / np.maximum(moment.attempts, 1.0)
    failed = (moment.failures * weight)[:, None]
    answered = ((moment.attempts - moment.failures) * weight)[:, None]
    nats = failed * np.maximum(np.log(fails / sure), 0.0) + answered * np.minimum(
        np.log((1.0 - fails) / (1.0 - sure)), 0.0
    )
    return np.asarray(np.where(wrong >= 0.5, 0.0, nats) * moment.vote[:, None])


def cells(plan: Plan, moment: Moment) -> np.ndarray:
    """(severities, cells) nats of one tick for each subject's paths, 0 where nothing was observed."""
    where = np.full(len(plan.watchers.rows), -1, dtype=np.int64)
    where[moment.probes] = np.arange(len(moment.probes))
    at = where[plan.pair_probe]
    seen = np.flatnonzero(at >= 0)
    found = np.zeros((len(at), len(SEVERITIES)))
    if len(seen):
        found[seen] = likelihood(picked(moment, at[seen]), plan.pair_loss[seen, None] * SEVERITIES[None, :])
    return np.asarray(found.T[:, plan.pair_of])


def picked(moment: Moment, at: np.ndarray) -> Moment:
    """The moment's probe columns, repeated once per cell."""
    return replace(
        moment,
        attempts=moment.attempts[at],
        failures=moment.failures[at],
        wrong=moment.wrong[at],
        vote=moment.vote[at],
    )


def scores(
    plan: Plan,
    recent: tuple[Moment, ...],
    layers: tuple[np.ndarray, ...],
    one_vantage: bool,
    ignore: np.ndarray,
) -> np.ndarray:
    """(subjects,) nats: the best window and severity, each network and all together bounded; 0 without paths.

    Args:
        recent: the latest moments, oldest first, at most the longest window of them. layers: `cells` of each.
        ignore: (probes,) bool: explained already.
    """
    networks, watched = max(plan.watchers.networks, 1), len(plan.watched)
    use = np.flatnonzero(~ignore[plan.cell_probe])
    key = plan.cell_watched[use] * networks + plan.watchers.network[plan.cell_probe[use]]
    total, most, best = np.zeros((len(SEVERITIES), len(use))), 0.0, np.full(watched, -np.inf)
    alone = ALONE_BY_SETTING if one_vantage else -np.log(NETWORK_TROUBLE)
    for back, (moment, layer) in enumerate(zip(reversed(recent), reversed(layers), strict=True), start=1):
        total = total + layer[:, use]
        most += bound(moment, one_vantage)
        if back in WINDOWS or back == len(recent):
            for row in total:
                each = np.bincount(key, row, minlength=watched * networks).reshape(watched, networks)
                best = np.maximum(best, np.minimum(np.minimum(each, alone * back).sum(axis=1), most))
    found = np.zeros(len(plan.subjects))
    found[plan.watched] = np.where(np.isfinite(best), best, 0.0)
    return found


def bound(moment: Moment, one_vantage: bool) -> float:
    """What the probes of one round can say together, in nats."""
    enough = 1 if one_vantage else 2
    return float(-np.log(COMMON_CAUSE_VERIFIED if moment.verified >= enough else COMMON_CAUSE))
