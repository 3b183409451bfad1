"""How much each subject explains: its sums of reports together, its probes, falls of passive counts, words of feeds.

Two numbers a subject. `score` is dispersion-scaled and says whether it is past a threshold; `force` is the plain
log likelihood ratio and says which subject explains the data best. Dispersion makes large sums look alike, so that
score alone could not tell a region from the nation.
"""

from dataclasses import dataclass

import numpy as np

from lightship.detect.plan import Plan, gathered
from lightship.detect.prior import WRONG_SERVICE
from lightship.detect.scan import Expected, deviance, plain

HARDER = (0.2, 1.0)
"""Reports of a further service that is out too, relative to what the first one's would make expect."""

UNPLACED_ODDS = (0.2, 0.54, 1.0)
"""Reports without an area for each one with it."""
FREE_FIT = 3.0
"""Nats that a national subject pays for taking reports without an area as they come."""


@dataclass(frozen=True)
class Weighed:
    """Per candidate: (n,) score and force of the counts, and (n, services) which services its counts show out."""

    score: np.ndarray
    force: np.ndarray
    active: np.ndarray


def bound(plan: Plan, parts: np.ndarray, best: np.ndarray) -> np.ndarray:
    """(subjects,) at most what `counts` gives: the best scale of each sum, added up, unplaced reports among them.

    Args:
        parts, best: parallel, the sums that stand out and by how much.
    """
    found = np.zeros(len(plan.subjects))
    if len(parts) == 0:
        return found
    at, of = gathered(plan.owner_ptr, parts)
    unplaced = _best_of(parts, best, plan.unplaced)
    np.add.at(found, plan.owner[at], best[of] + unplaced[plan.owner_service[at]])
    wide = plan.wide
    table = plan.subject_parts[wide]
    each = np.where(table >= 0, _best_of(parts, best, table) + unplaced[None, :], 0.0)
    found[wide] = each.sum(axis=1)
    return found


def _best_of(parts: np.ndarray, best: np.ndarray, asked: np.ndarray) -> np.ndarray:
    at = np.minimum(np.searchsorted(parts, asked), len(parts) - 1)
    return np.where(parts[at] == asked, best[at], 0.0)


@dataclass(frozen=True)
class _Sums:
    """The sums of some subjects, numbered from 0: (scales, sums) seen, mean, variance; (n, services) parts.

    Args:
        fill, eager: (sums,) as in the plan. unplaced: (services,) numbers among these. score, force: (scales, sums).
    """

    seen: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    parts: np.ndarray
    there: np.ndarray
    fill: np.ndarray
    eager: np.ndarray
    unplaced: np.ndarray
    score: np.ndarray
    force: np.ndarray


def _sums(plan: Plan, subjects: np.ndarray, quiet: Expected) -> _Sums:
    table = plan.subject_parts[subjects]
    there = table >= 0
    used = np.unique(np.concatenate([table[there], plan.unplaced]))
    seen, (mean, variance) = quiet.sums.at(used), quiet.at(used)
    return _Sums(
        seen, mean, variance, np.where(there, np.searchsorted(used, table), 0), there, plan.part_fill[used],
        plan.part_eager[used], np.searchsorted(used, plan.unplaced), deviance(seen, mean, variance), plain(seen, mean),
    )  # fmt: skip


def counts(plan: Plan, subjects: np.ndarray, quiet: Expected) -> Weighed:
    """Weigh these subjects by reports. A subject of several services answers for all of them.

    Each service in turn speaks first, and the one that then explains most stays. Part of its reporters name another
    service, so that the others must show more than that; a silent one counts against the subject. Reports without
    an area speak for every subject of their service as far as its placed ones let expect.
    """
    sums = _sums(plan, subjects, quiet)
    parts, free = sums.parts, plan.national[subjects]
    excess = np.where(sums.there, sums.seen[:, parts] - sums.mean[:, parts], -np.inf)
    best = Weighed(np.zeros(len(parts)), np.zeros(len(parts)), np.zeros(parts.shape, bool))
    for service in range(parts.shape[1]):
        mine = np.flatnonzero(sums.there[:, service] & (excess[:, :, service] > 0).any(axis=0))
        if len(mine):
            led = _led(sums, mine, service, excess[:, mine], free[mine])
            better = mine[led.force > best.force[mine]]
            for kept, new in zip(
                (best.score, best.force, best.active), (led.score, led.force, led.active), strict=True
            ):
                kept[better] = new[np.searchsorted(mine, better)]
    return best


def _led(sums: _Sums, mine: np.ndarray, service: int, excess: np.ndarray, free: np.ndarray) -> Weighed:
    """With that service speaking first, per scale; then the best scale."""
    parts, there = sums.parts[mine], sums.there[mine]
    main = parts[:, service]
    first = np.maximum(excess[:, :, service], 0.0)
    score, force = sums.score[:, main], sums.force[:, main]
    more = _unplaced(sums, first * sums.fill[main], int(sums.unplaced[service]), free)
    score, force = score + more[0], force + more[1]
    other = there & (np.arange(parts.shape[1]) != service)
    shown = np.zeros((len(first), *other.shape), bool)
    if other.any():
        each, c = _others(sums, parts, main, first)
        score = score + np.where(other, each / c, 0.0).sum(axis=2)
        force = force + np.where(other, each, 0.0).sum(axis=2)
        shown = other & (each > 2.0)
    best, pick = score.argmax(axis=0), np.arange(len(parts))
    active = shown[best, pick]
    active[:, service] = first[best, pick] > 0
    active &= (score[best, pick] > 0)[:, None]
    return Weighed(np.maximum(score[best, pick], 0.0), np.maximum(force.max(axis=0), 0.0), active)


def _unplaced(sums: _Sums, placed: np.ndarray, part: int, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(scales, n) twice: what reports without an area add, by the odds that a reporter leaves the area out."""
    w, mean, variance = (each[:, part, None] for each in (sums.seen, sums.mean, sums.variance))
    force = np.max([_ratio(w, mean, odds * placed) for odds in UNPLACED_ODDS], axis=0)
    alone = w * np.log(np.maximum(w, 1e-12) / mean) - (w - mean) - FREE_FIT
    force = np.where(free & (w > mean), np.maximum(force, alone), force)
    return force / np.maximum(variance / mean, 1.0), force


def _others(
    sums: _Sums, parts: np.ndarray, main: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(scales, n, services) twice: plain log likelihood ratio and dispersion of the other services."""
    w, mean, variance = (each[:, parts] for each in (sums.seen, sums.mean, sums.variance))
    spill = WRONG_SERVICE * first[:, :, None]
    c = (variance + spill + (0.5 * spill) ** 2) / (mean + spill)
    ratio = sums.eager[parts] / np.maximum(sums.eager[main], 1e-12)[:, None]
    more = first[:, :, None] * ratio
    return np.maximum(*(_ratio(w, mean + spill, harder * more) for harder in HARDER)), np.maximum(c, 1.0)


def _ratio(seen: np.ndarray, healthy: np.ndarray, more: np.ndarray) -> np.ndarray:
    return np.asarray(seen * np.log1p(more / healthy) - more)
