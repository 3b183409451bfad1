"""From hundreds of rows past their thresholds to as many as there are faults.

Greedy: take the subject that explains the data best, take what it accounts for out of the data, look again.
"""

from dataclasses import dataclass

import numpy as np

from lightship.detect import probes, scan, weigh
from lightship.detect.classes import POSSIBLE_BY_PROBES
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.prior import WRONG_SERVICE
from lightship.detect.scan import Expected

MOST_ALARMS = 6
"""New rows that one tick may bring; more than that is one fault that the map does not know."""
LEAST_PROBE = 6.0
"""Nats of probes below which their failures say nothing: one path fails once somewhere every few minutes."""
MOST_WEIGHED = 64
"""Subjects that are weighed in full: those with the highest bound."""
TIE = 0.5
"""Nats within which two subjects explain the data alike; then the one that claims less is taken."""

STAY = 3.0
"""Nats that another subject must be ahead by before an open alarm takes it on, or a hundredth of all its nats where
that is more: the model of how people report is no surer than that."""


@dataclass(frozen=True)
class Scene:
    """What there is to explain in one tick.

    Args:
        falls: (parts,) nats of passive counts; said: (subjects,) nats of feeds. None where there are none.
        recent, layers: the latest moments, oldest first, and what the probes of each say.
    """

    plan: Plan
    seen: np.ndarray
    quiet: Expected
    recent: tuple[Moment, ...]
    layers: tuple[np.ndarray, ...]
    outage: np.ndarray
    possible: np.ndarray
    one_vantage: bool
    falls: np.ndarray | None
    said: np.ndarray | None


@dataclass(frozen=True)
class Found:
    """A subject that stands out: its score and its parts, and which services show."""

    subject: int
    score: float
    force: float
    by_counts: float
    by_probes: float
    active: np.ndarray


def choose(scene: Scene, keep: frozenset[int] = frozenset()) -> tuple[Found, ...]:
    """The subjects that explain the tick, strongest first. `keep`: subjects of open alarms win ties."""
    found: list[Found] = []
    quiet, ignore = scene.quiet, np.zeros(len(scene.plan.watchers.rows), dtype=bool)
    while len(found) < MOST_ALARMS:
        best = _best(scene, quiet, ignore, keep)
        if best is None or any(best.subject == each.subject for each in found):
            break
        found.append(best)
        quiet = scan.explained(quiet, accounted(scene.plan, scene.seen, quiet, best))
        ignore |= _explained_probes(scene.plan, best.subject)
    return tuple(found)


def _best(scene: Scene, quiet: Expected, ignore: np.ndarray, keep: frozenset[int]) -> Found | None:
    plan = scene.plan
    by_counts = weigh.upper(plan, scan.deviance(scene.seen, quiet))
    if scene.falls is not None:
        by_counts = by_counts + np.append(scene.falls, 0.0)[plan.subject_parts].sum(axis=1)
    said = scene.said if scene.said is not None else np.zeros(len(plan.subjects))
    if not _failing(scene, ignore) and not (by_counts + said >= scene.possible).any():
        return None  # probes that do not fail can only take away
    by_probes = probes.scores(plan, scene.recent, scene.layers, scene.one_vantage, ignore)
    by_probes = np.where((by_probes > 0) & (by_probes < LEAST_PROBE), 0.0, by_probes)
    lower = np.minimum(scene.possible, POSSIBLE_BY_PROBES)
    possible = np.where(by_probes >= LEAST_PROBE, lower, scene.possible)
    candidates = np.flatnonzero(by_counts + by_probes + said >= possible)
    if len(candidates) == 0:
        return None
    if len(candidates) > MOST_WEIGHED:
        bound = weigh.upper(plan, weigh.plain(scene.seen, quiet)) + by_probes + said
        candidates = np.sort(candidates[np.argsort(-bound[candidates], kind="stable")[:MOST_WEIGHED]])
    weighed = weigh.counts(plan, candidates, scene.seen, quiet)
    more = by_probes[candidates] + said[candidates]
    if scene.falls is not None:
        more = more + np.append(scene.falls, 0.0)[plan.subject_parts[candidates]].sum(axis=1)
    past = weighed.score + more >= possible[candidates]
    if not past.any():
        return None
    force = np.where(past, weighed.force + more, -np.inf)
    at = _least_claim(plan, candidates, force, keep)
    subject = int(candidates[at])
    return Found(
        subject, float(weighed.score[at] + more[at]), float(force[at]), float(weighed.score[at]),
        float(by_probes[subject]), weighed.active[at],
    )  # fmt: skip


def _failing(scene: Scene, ignore: np.ndarray) -> bool:
    return any(not ignore[moment.failing].all() for moment in scene.recent)


def _least_claim(plan: Plan, candidates: np.ndarray, force: np.ndarray, keep: frozenset[int]) -> int:
    near = [
        at
        for at in np.flatnonzero(force >= force.max() - max(STAY, 0.01 * force.max()))
        if int(candidates[at]) in keep
    ]
    if near:
        return int(max(near, key=lambda at: (force[at], -int(candidates[at]))))
    tied = np.flatnonzero(force >= force.max() - TIE)
    return int(
        min(
            tied,
            key=lambda at: (
                plan.subjects[candidates[at]].rank, len(plan.subjects[candidates[at]].cells), int(candidates[at])
            ),
        )
    )  # fmt: skip


def _explained_probes(plan: Plan, subject: int) -> np.ndarray:
    mask = np.zeros(len(plan.watchers.rows), dtype=bool)
    mask[plan.cell_probe[plan.cell_subject == subject]] = True
    return mask


def accounted(plan: Plan, seen: np.ndarray, quiet: Expected, found: Found) -> np.ndarray:
    """(scales, parts) the excess that a subject accounts for, with what its reporters say of other services."""
    excess = np.zeros((len(seen), plan.counts))
    for service, part in enumerate(plan.subject_parts[found.subject]):
        if part >= 0:
            over = np.maximum(seen[:, part] - quiet.mean[:, part], 0.0)
            excess += _spread(plan, int(part), over)
            excess += _unplaced(plan, service, over * plan.part_fill[part], seen, quiet, found.subject)
    return np.asarray((plan.pool @ (excess + _spill(plan, excess)).T).T)


def _unplaced(
    plan: Plan, service: int, placed: np.ndarray, seen: np.ndarray, quiet: Expected, subject: int
) -> np.ndarray:  # fmt: skip
    """(scales, counts) what it accounts for of the reports without an area."""
    part = int(plan.unplaced[service])
    over = np.maximum(seen[:, part] - quiet.mean[:, part], 0.0)
    return _spread(
        plan, part, over if plan.national[subject] else np.minimum(over, placed * weigh.UNPLACED_ODDS[-1])
    )


def _spread(plan: Plan, part: int, over: np.ndarray) -> np.ndarray:
    """(scales, counts) a sum's excess shared out over its rows by weight and reach."""
    start, end = plan.pool.indptr[part], plan.pool.indptr[part + 1]
    rows, weights = plan.pool.indices[start:end], plan.pool.data[start:end]
    reach = plan.carried.data[start:end] * plan.reach[rows]
    found = np.zeros((len(over), plan.counts))
    found[:, rows] = over[:, None] * (reach / max(float(reach @ weights), 1e-12))
    return found


def _spill(plan: Plan, excess: np.ndarray) -> np.ndarray:
    """(scales, counts) what people who mean these rows report of other services in the same area."""
    size = int(plan.place_of.max(initial=0)) + 1
    there = np.stack([np.bincount(plan.place_of, row, minlength=size) for row in excess])
    return np.asarray(WRONG_SERVICE * (there[:, plan.place_of] - excess))
