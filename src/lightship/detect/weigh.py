"""How much each subject explains: its sums of reports together, its probes, falls of passive counts, words of feeds.

Two numbers a subject. `score` is dispersion-scaled and says whether it is past a threshold; `force` is the plain
log likelihood ratio and says which subject explains the data best. Dispersion makes large sums look alike, so that
score alone could not tell a region from the nation.
"""

from dataclasses import dataclass

import numpy as np

from lightship.detect.plan import Plan
from lightship.detect.prior import WRONG_SERVICE
from lightship.detect.scan import Expected, deviance

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


def upper(plan: Plan, score: np.ndarray) -> np.ndarray:
    """(subjects,) at most what `counts` gives: the best scale of each sum, added up, unplaced reports among them."""
    best = np.append(score.max(axis=0), 0.0)
    placed = best[plan.subject_parts]
    unplaced = np.where((placed > 0) | plan.national[:, None], best[plan.unplaced], 0.0)
    return np.asarray((placed + np.where(plan.subject_parts >= 0, unplaced, 0.0)).sum(axis=1))


def counts(plan: Plan, subjects: np.ndarray, seen: np.ndarray, quiet: Expected) -> Weighed:
    """Weigh these subjects by reports. A subject of several services answers for all of them.

    Each service in turn speaks first, and the one that then explains most stays. Part of its reporters name another
    service, so that the others must show more than that; a silent one counts against the subject. Reports without
    an area speak for every subject of their service as far as its placed ones let expect.
    """
    parts = plan.subject_parts[subjects]
    there = parts >= 0
    excess = np.where(there, seen[:, parts] - quiet.mean[:, parts], -np.inf)
    both = deviance(seen, quiet), plain(seen, quiet)
    best = Weighed(np.zeros(len(parts)), np.zeros(len(parts)), np.zeros(parts.shape, bool))
    for service in range(parts.shape[1]):
        mine = np.flatnonzero(there[:, service] & (excess[:, :, service] > 0).any(axis=0))
        if len(mine):
            main = np.full((len(seen), len(mine)), service)
            led = _led(
                plan, parts[mine], main, excess[:, mine], both, seen, quiet, plan.national[subjects[mine]]
            )
            better = mine[led.force > best.force[mine]]
            for kept, new in zip(
                (best.score, best.force, best.active), (led.score, led.force, led.active), strict=True
            ):
                kept[better] = new[np.searchsorted(mine, better)]
    return best


def _led(
    plan: Plan, parts: np.ndarray, main: np.ndarray, excess: np.ndarray, both: tuple[np.ndarray, np.ndarray],
    seen: np.ndarray, quiet: Expected, free: np.ndarray,
) -> Weighed:  # fmt: skip
    """With that service speaking first, per scale; then the best scale."""
    there = parts >= 0
    first = _at(np.maximum(excess, 0.0), main)
    scale, part = np.arange(len(seen))[:, None], _at3(parts, main)
    score, force = both[0][scale, part], both[1][scale, part]
    more = _unplaced(plan, first * plan.part_fill[part], main, seen, quiet, free)
    score, force = score + more[0], force + more[1]
    other = there & (np.arange(parts.shape[1]) != main[:, :, None])
    shown = np.zeros(other.shape, bool)
    if other.any():
        each, c = _others(plan, parts, main, first, seen, quiet)
        score = score + np.where(other, each / c, 0.0).sum(axis=2)
        force = force + np.where(other, each, 0.0).sum(axis=2)
        shown = other & (each > 2.0)
    best, pick = score.argmax(axis=0), np.arange(len(parts))
    active = shown[best, pick]
    active[pick, main[best, pick]] = first[best, pick] > 0
    active &= (score[best, pick] > 0)[:, None]
    return Weighed(np.maximum(score[best, pick], 0.0), np.maximum(force.max(axis=0), 0.0), active)


def _unplaced(
    plan: Plan, placed: np.ndarray, service: np.ndarray, seen: np.ndarray, quiet: Expected, free: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(scales, n) twice: what reports without an area add, by the odds that a reporter leaves the area out."""
    scale, part = np.arange(len(seen))[:, None], plan.unplaced[service]
    w, mean, variance = seen[scale, part], quiet.mean[scale, part], quiet.variance[scale, part]
    force = np.max([_ratio(w, mean, odds * placed) for odds in UNPLACED_ODDS], axis=0)
    alone = w * np.log(np.maximum(w, 1e-12) / mean) - (w - mean) - FREE_FIT
    force = np.where(free & (w > mean), np.maximum(force, alone), force)
    return force / np.maximum(variance / mean, 1.0), force


def _others(
    plan: Plan, parts: np.ndarray, main: np.ndarray, first: np.ndarray, seen: np.ndarray, quiet: Expected
) -> tuple[np.ndarray, np.ndarray]:
    """(scales, n, services) twice: plain log likelihood ratio and dispersion of the other services."""
    w, mean, variance = (each[:, parts] for each in (seen, quiet.mean, quiet.variance))
    spill = WRONG_SERVICE * first[:, :, None]
    c = (variance + spill + (0.5 * spill) ** 2) / (mean + spill)
    eager = plan.part_eager[parts]
    ratio = eager / np.maximum(_at(np.broadcast_to(eager, w.shape), main), 1e-12)[:, :, None]
    more = first[:, :, None] * ratio
    return np.maximum(*(_ratio(w, mean + spill, harder * more) for harder in HARDER)), np.maximum(c, 1.0)


def _at3(parts: np.ndarray, main: np.ndarray) -> np.ndarray:
    """(scales, n) the sum of the service that speaks first; of a subject without sums any one, which then is 0."""
    return np.asarray(parts[np.arange(len(parts))[None, :], main])


def plain(seen: np.ndarray, quiet: Expected) -> np.ndarray:
    """(scales, parts) the deviance with no dispersion, 0 where nothing is in excess."""
    found = np.zeros_like(seen)
    at = np.nonzero(seen > quiet.mean)
    found[at] = seen[at] * np.log(seen[at] / quiet.mean[at]) - (seen[at] - quiet.mean[at])
    return found


def _at(table: np.ndarray, column: np.ndarray) -> np.ndarray:
    """(scales, n): the entry of each row of the last axis."""
    return np.take_along_axis(table, column[:, :, None], axis=2)[:, :, 0]


def _ratio(seen: np.ndarray, healthy: np.ndarray, more: np.ndarray) -> np.ndarray:
    return np.asarray(seen * np.log1p(more / healthy) - more)
