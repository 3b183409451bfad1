"""From hundreds of rows past their thresholds to as many as there are faults.

Greedy: take the subject that explains the data best, take what it accounts for out of the data, look again.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.detect import probes, scan, weigh
from lightship.detect.accounting import accounted
from lightship.detect.classes import Levels
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.scan import Expected

MOST_ALARMS = 6
"""New rows that one tick may bring; more than that is one fault that the map does not know."""
LEAST_PROBE = 6.0
"""Nats of probes below which their failures say nothing: one path fails once somewhere every few minutes."""
MOST_WEIGHED = 64
"""Subjects that are weighed in full: those with the highest bound."""
SLACK = 3.0
"""Nats that a bound may lack: single reports are left out of it, and sums that hardly stand out."""
TIE = 0.5
"""Nats within which two subjects explain the data alike; then the one that claims less is taken."""

STAY = 3.0
"""Nats that another subject must be ahead by before an open alarm takes it on, or a hundredth of all its nats where
that is more: the model of how people report is no surer than that."""


@dataclass(frozen=True)
class Scene:
    """What there is to explain in one tick.

    Args:
        settling: nothing is known yet of what is usual here: reports say nothing.
        falls: (parts,) nats of passive counts; said: (subjects,) nats of feeds. None where there are none.
        recent, layers: the latest moments, oldest first, and what the probes of each say.
    """

    plan: Plan
    quiet: Expected
    recent: tuple[Moment, ...]
    layers: tuple[np.ndarray, ...]
    levels: Levels
    one_vantage: bool
    settling: bool
    falls: np.ndarray | None
    said: np.ndarray | None

    @cached_property
    def more(self) -> np.ndarray:
        """(subjects,) nats of falls and feeds."""
        return self.fallen if self.said is None else np.asarray(self.fallen + self.said)

    @cached_property
    def fallen(self) -> np.ndarray:
        """(subjects,) nats of falls."""
        if self.falls is None:
            return np.zeros(len(self.plan.subjects))
        return np.asarray(np.append(self.falls, 0.0)[self.plan.subject_parts].sum(axis=1))

    @cached_property
    def usual(self) -> np.ndarray:
        """(scales, parts) what all sums would hold with nothing new out."""
        return self.quiet.at(np.arange(len(self.plan.part_service)))[0]

    @cached_property
    def standing(self) -> tuple[np.ndarray, np.ndarray]:
        """The sums that stand out, and their scores."""
        return scan.standing(self.quiet)

    @cached_property
    def bound(self) -> np.ndarray:
        """(subjects,) at most what counts, falls and feeds come to, before anything is accounted for."""
        return self.bound_over(self.quiet)

    def bound_over(self, quiet: Expected) -> np.ndarray:
        """The same with this to be expected."""
        if self.settling:
            return self.more
        found = weigh.bound(self.plan, *(self.standing if quiet is self.quiet else scan.standing(quiet)))
        return found if self.falls is None and self.said is None else found + self.more

    @cached_property
    def plain_probes(self) -> np.ndarray:
        """(subjects,) nats of probes, before anything is accounted for."""
        return self._probes_without(np.zeros(len(self.plan.watchers.rows), dtype=bool))

    @property
    def by_probes(self) -> np.ndarray:
        """The same, 0 where they say next to nothing."""
        return _loud(self.plain_probes)

    def by_probes_without(self, ignore: np.ndarray) -> np.ndarray:
        """The same, these probes left out."""
        return _loud(self._probes_without(ignore))

    def _probes_without(self, ignore: np.ndarray) -> np.ndarray:
        if not any(not ignore[moment.failing].all() for moment in self.recent):
            return np.zeros(len(self.plan.subjects))  # probes that do not fail can only take away
        return probes.scores(self.plan, self.recent, self.layers, self.one_vantage, ignore)


def _loud(nats: np.ndarray) -> np.ndarray:
    if not nats.any():
        return nats
    return np.where((nats > 0) & (nats < LEAST_PROBE), 0.0, nats)


@dataclass(frozen=True)
class Found:
    """A subject that stands out: its score and its parts, and which services show."""

    subject: int
    score: float
    force: float
    by_counts: float
    by_probes: float
    active: np.ndarray


def choose(
    scene: Scene, keep: frozenset[int] = frozenset(), sure: frozenset[int] = frozenset()
) -> tuple[Found, ...]:
    """The subjects that explain the tick, strongest first.

    Args:
        keep: subjects of open alarms win ties. sure: those of them that are past their thresholds already.
    """
    found: list[Found] = []
    quiet, ignore = scene.quiet, np.zeros(len(scene.plan.watchers.rows), dtype=bool)
    bound, by_probes = scene.bound, scene.by_probes
    while len(found) < MOST_ALARMS:
        best = _best(scene, quiet, bound, by_probes, (keep, sure))
        if best is None or any(best.subject == each.subject for each in found):
            break
        found.append(best)
        quiet = scan.explained(quiet, accounted(scene.plan, quiet, best))
        ignore = ignore | _explained_probes(scene.plan, best.subject)
        bound, by_probes = scene.bound_over(quiet), scene.by_probes_without(ignore)
    return tuple(found)


def _best(
    scene: Scene, quiet: Expected, bound: np.ndarray, by_probes: np.ndarray,
    open_: tuple[frozenset[int], frozenset[int]],
) -> Found | None:  # fmt: skip
    plan, levels = scene.plan, scene.levels
    together = bound + by_probes if by_probes.any() else bound
    candidates = np.flatnonzero(together >= levels.least - SLACK)
    possible = levels.possible[plan.row_class[candidates]]
    measured = _measured(scene, candidates, by_probes)
    possible = np.where(measured, np.minimum(possible, levels.possible_by_probes), possible)
    near = together[candidates] >= possible - SLACK
    candidates, possible = candidates[near], possible[near]
    if len(candidates) == 0:
        return None
    if len(candidates) > MOST_WEIGHED:
        force = _most_force(scene, candidates, quiet) + by_probes[candidates] + scene.more[candidates]
        top = np.sort(np.argsort(-force, kind="stable")[:MOST_WEIGHED])
        candidates, possible = candidates[top], possible[top]
    weighed = weigh.counts(plan, candidates, quiet)
    more = by_probes[candidates] + scene.more[candidates]
    score = weighed.score + more
    past = score >= possible
    if not past.any():
        return None
    at = _pick(scene, candidates, score, np.where(past, weighed.force + more, -np.inf), by_probes, open_)
    subject = int(candidates[at])
    return Found(
        subject, float(score[at]), float(weighed.force[at] + more[at]), float(weighed.score[at]),
        float(by_probes[subject]), weighed.active[at],
    )  # fmt: skip


def _measured(scene: Scene, candidates: np.ndarray, by_probes: np.ndarray) -> np.ndarray:
    """(candidates,) bool: probes or passive counts say so too, so that the noise of reports is not what to fear."""
    return np.asarray((by_probes[candidates] >= LEAST_PROBE) | (scene.fallen[candidates] >= LEAST_PROBE))


def _pick(
    scene: Scene, candidates: np.ndarray, score: np.ndarray, force: np.ndarray, by_probes: np.ndarray,
    open_: tuple[frozenset[int], frozenset[int]],
) -> int:  # fmt: skip
    """The one that explains most; where that is not past an outage's threshold and others are, the best of those, but
    for wider ones that explain less."""
    keep, sure = open_
    at = _least_claim(scene.plan, candidates, force, keep)
    outage = scene.levels.outage[scene.plan.row_class[candidates]]
    measured = _measured(scene, candidates, by_probes)
    outage = np.where(measured, np.minimum(outage, scene.levels.by_probes), outage)
    told = score >= outage
    if told[at] or not told.any() or int(candidates[at]) in sure:
        return at
    told &= ~_wider(scene.plan, candidates, force, at)
    return _least_claim(scene.plan, candidates, np.where(told, force, -np.inf), keep) if told.any() else at


def _wider(plan: Plan, candidates: np.ndarray, force: np.ndarray, at: int) -> np.ndarray:
    """(candidates,) bool: holds all that the best one holds and explains less: what it stands out by is that one."""
    mine = plan.subjects[int(candidates[at])].cells
    less = force < force[at] - _slack(force[at])
    return np.array([
        bool(lower) and bool(np.isin(mine, plan.subjects[int(subject)].cells).all())
        for subject, lower in zip(candidates, less, strict=True)
    ])  # fmt: skip


def _slack(force: float) -> float:
    return max(STAY, 0.01 * force)


def _least_claim(plan: Plan, candidates: np.ndarray, force: np.ndarray, keep: frozenset[int]) -> int:
    near = [
        at for at in np.flatnonzero(force >= force.max() - _slack(force.max())) if int(candidates[at]) in keep
    ]
    if near:
        return int(max(near, key=lambda at: (force[at], -int(candidates[at]))))
    tied = np.flatnonzero(force >= force.max() - TIE)
    return int(min(tied, key=lambda at: _claim(plan, int(candidates[at]))))


def _claim(plan: Plan, subject: int) -> tuple[int, int, int]:
    """How much a subject claims: a place less than a component, a small one less than a large one."""
    picked = plan.subjects[subject]
    return picked.rank, len(picked.cells), subject


def _explained_probes(plan: Plan, subject: int) -> np.ndarray:
    mask = np.zeros(len(plan.watchers.rows), dtype=bool)
    mask[plan.cell_probe[plan.cell_subject == subject]] = True
    return mask


def _most_force(scene: Scene, candidates: np.ndarray, quiet: Expected) -> np.ndarray:
    """(candidates,) at most the force of their counts: each sum's own, plain, unplaced reports among them."""
    plan = scene.plan
    table = np.concatenate([plan.subject_parts[candidates], plan.unplaced[None, :]])
    best = scan.plain(quiet.sums.at(table), quiet.at(table)[0]).max(axis=0)
    return np.asarray(np.where(table[:-1] >= 0, best[:-1] + best[-1], 0.0).sum(axis=1))
