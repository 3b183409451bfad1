"""Since when: by probes, where their cumulated log likelihood ratio begins to climb; by reports, `climb`."""

from dataclasses import dataclass

import numpy as np

from lightship.detect import climb, falls, probes
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.scan import Pooled
from lightship.vocabulary.time import TICK, Between, Instant, Tick, end_of, start_of

HEAVY = 0.45
"""Weight from which a row stands for its subject: it loses a fifth of what the hardest-hit row loses, or more."""
DROP = 2.0
"""Nats below the best beginning that another may lie and still be in the interval."""

TELLING = 6.0
"""Nats of probes from which they alone date the beginning: reports follow it by minutes."""


@dataclass(frozen=True)
class History:
    """A subject's recent ticks, oldest first: (n,) reports seen and expected, (severities, n) nats of measurements."""

    ticks: tuple[Tick, ...]
    seen: np.ndarray
    quiet: np.ndarray
    probes: np.ndarray
    raw_by_tick: np.ndarray


def prefixes(plan: Plan, ring: tuple[Moment, ...], subject: int, active: np.ndarray) -> float:
    """A safe lower bound of the distinct prefixes that reported: those new to their service over the ring (a service
    at a time), or where nobody counted those, the most that one row saw in one tick."""
    heavy = weight_of(plan, subject, active) > HEAVY
    most, fresh = 0.0, np.zeros(len(plan.services))
    for each in ring:
        mine = heavy[each.rows]
        most = max(most, float(each.prefixes[mine].max(initial=0.0)))
        np.add.at(fresh, plan.service_of[each.rows[mine]], each.fresh[mine])
    return max(most, float(fresh.max(initial=0.0)))


def history(plan: Plan, pool: Pooled, ring: tuple[Moment, ...], subject: int, active: np.ndarray) -> History:
    """What the ring holds of a subject, over the services that show."""
    weights = weight_of(plan, subject, active)
    level = _levels(plan, pool, weights)
    mine = plan.cell_subject == subject
    probe, loss = plan.cell_probe[mine], plan.cell_loss[mine]
    heavy = weights > HEAVY
    picked = plan.subjects[subject]
    lost = np.zeros(len(plan.feet.rows))
    lost[picked.cells] = picked.loss
    return History(
        tuple(moment.tick for moment in ring),
        np.array([float(weights[m.rows] @ m.reports) for m in ring]),
        np.array([float(level @ m.effort) for m in ring]),
        np.stack(
            [path_nats(plan, m, probe, loss) + falls.of_tick(m, lost, probes.SEVERITIES) for m in ring],
            axis=1,
        ),
        np.array([float(m.raw[heavy[m.rows]].sum()) for m in ring]),
    )


def weight_of(plan: Plan, subject: int, active: np.ndarray) -> np.ndarray:
    """(counts,) weights of a subject's rows in the services that show."""
    weights = np.zeros(plan.counts)
    for service, part in enumerate(plan.subject_parts[subject]):
        if part >= 0 and active[service]:
            start, end = plan.pool.indptr[part], plan.pool.indptr[part + 1]
            weights[plan.pool.indices[start:end]] = plan.pool.data[start:end]
            if plan.national[subject]:
                weights[plan.pool.indices[plan.pool.indptr[plan.unplaced[service]]]] = 1.0
    return weights


def _levels(plan: Plan, pool: Pooled, weights: np.ndarray) -> np.ndarray:
    return np.bincount(plan.service_of, weights * pool.level, minlength=len(plan.services))


def path_nats(plan: Plan, moment: Moment, probe: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """(severities,) what one tick's probes of these paths say for so much of the subject being out."""
    none = np.zeros(len(probes.SEVERITIES))
    if len(moment.probes) == 0 or len(probe) == 0:
        return none
    where = np.full(len(plan.watchers.rows), -1, dtype=np.int64)
    where[moment.probes] = np.arange(len(moment.probes))
    at = where[probe]
    seen = at >= 0
    if not seen.any():
        return none
    q = loss[seen, None] * probes.SEVERITIES[None, :]
    return np.asarray(probes.likelihood(probes.picked(moment, at[seen]), q).sum(axis=0))


def onset(past: History, now: Tick, cv2: float = 0.0) -> Between:
    """When it began. Probes put it between the last good tick and the first bad one; reports by how they climb.

    Args:
        cv2: squared variation of the slow noise of the counts.
    """
    if len(past.ticks) == 0:
        return Between(start_of(now), start_of(now), end_of(now))
    probed = np.cumsum(past.probes[:, ::-1], axis=1)[:, ::-1]
    if float(probed.max()) < TELLING:
        return climb.began(past.ticks, past.seen, past.quiet, cv2)
    nats = probed[int(probed.max(axis=1).argmax())]
    best = int(nats.argmax())
    within = np.flatnonzero(nats >= nats[best] - DROP)
    first, last, likeliest = (past.ticks[int(n)] for n in (within[0], within[-1], best))
    return Between(Instant(start_of(first) - TICK), start_of(likeliest), max(end_of(last), end_of(likeliest)))
