"""What the exact optimum says about a case: the best explanation, and which faults it has the margin for."""

from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import naming_margin
from lightship.explain.score import Fit, Parts, Scorer
from lightship.run.benches.explain.answering import Answer, scorer
from lightship.run.benches.explain.cases import Case
from lightship.run.benches.explain.scoring import stands_for, visible
from lightship.run.benches.explain.world import World
from lightship.run.certifying.optimum import exact


def certified(world: World, case: Case, objective: Scorer, answer: Answer) -> Fit | None:
    """The optimum on what the first answer saw; None: not proven, or nothing but reports was seen."""
    if case.under.suite == "F":
        return None
    best = exact(objective, objective.fit(answer.parts))
    return best.fit if best.proven else None


def certain(world: World, case: Case, answer: Answer) -> tuple[int, ...] | None:
    """Visible faults that the optimum names and that the best explanation without their class is far enough behind."""
    objective = scorer(world, answer.evidence)
    said = objective.fit(answer.parts)
    best = exact(objective, said)
    if not best.proven:
        return None
    named, found = named_by(world, best.fit.parts), []
    for fault in visible(world, case.failed):
        alike = frozenset(one for one in named if one == fault or stands_for(world, one, fault, case.failed))
        if alike:
            less = exact(objective, said, _class(world, alike))
            if less.proven and best.fit.total - less.fit.total >= naming_margin(SHIPPED):
                found.append(fault)
    return tuple(found)


def named_by(world: World, parts: Parts) -> tuple[int, ...]:
    """The components of an explanation, ascending."""
    return tuple(sorted(cause for cause, _ in parts if cause < world.fresh.known.components))


def _class(world: World, some: frozenset[int]) -> frozenset[int]:
    """All components that take the same symptoms as one of them."""
    labels = {int(world.labels[one]) for one in some}
    return frozenset(n for n, label in enumerate(world.labels.tolist()) if label in labels) | some
