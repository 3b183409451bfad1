"""One diagnosis from one cause of the best explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lightship.explain.calibration import STAYS_NAMED
from lightship.explain.chosen import why_chosen
from lightship.explain.classes import ClassFound
from lightship.explain.curve import naming_margin, probability_right
from lightship.explain.kinds import kinds
from lightship.explain.kinds.scene import Scene
from lightship.explain.listen import about
from lightship.explain.naming import component_name, name_of
from lightship.explain.records import evidence, explained, runner_up
from lightship.explain.redundancy import redundancy_lost
from lightship.explain.score import Fit, Part, Scorer
from lightship.explain.separate import next_tests
from lightship.explain.solve import Solved
from lightship.explain.state import Memory
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import (
    Belief,
    Category,
    Diagnosis,
    Explained,
    RunnerUp,
    Searched,
    Standing,
)
from lightship.vocabulary.margin_curve import MarginCurve
from lightship.vocabulary.observables import FeedRow
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.signals import Failure
from lightship.vocabulary.time import Instant

MODEL = "joint-likelihood-2"
BELIEVED = 0.01
"""Members below this are counted in the class and not listed in `beliefs`."""


@dataclass(frozen=True)
class Case:
    """What one search had to go by."""

    at: Instant
    solved: Solved
    memory: Memory
    curve: MarginCurve
    onset: Instant

    @property
    def scorer(self) -> Scorer:
        """What scores explanations of this evidence."""
        return self.solved.scorer

    @property
    def thorough(self) -> bool:
        """Whether the search began from nothing, too."""
        return self.solved.thorough

    @property
    def ids(self) -> tuple[ComponentId, ...]:
        """The ids of the components."""
        return self.scorer.known.feet.components


def diagnosis(case: Case, fit: Fit, part: Part, found: ClassFound) -> Diagnosis:
    """The class of one component, with all that speaks for and against it."""
    scorer, known = case.scorer, case.scorer.known
    others = case.solved.rivals(found)
    margin = max(0.0, others[0].behind)
    members = tuple(case.ids[member] for member in found.members)
    beliefs = dict(zip(members, found.beliefs, strict=True))
    standing = _standing(case, members, margin)
    speaks_for, against = evidence(scorer, fit, part, found, others)
    short = redundancy_lost(known, fit.parts)
    out = frozenset(found.members)
    of_kinds = kinds(_scene(case, part, beliefs, standing))
    return Diagnosis(
        at=case.at, standing=standing, members=members, chosen=members[0],
        beliefs=tuple(Belief(each, rounded(chance)) for each, chance in beliefs.items() if chance >= BELIEVED),
        margin=rounded(margin), probability=rounded(probability_right(margin, case.curve)), share=part[1],
        explained=explained(scorer, fit, part), evidence_for=speaks_for, evidence_against=against,
        runners_up=tuple(runner_up(scorer, fit, found, rival) for rival in others),
        separate_by=next_tests(scorer, fit, found, others), categories=of_kinds,
        also=tuple(case.ids[c] for c, _ in fit.parts if c < known.components and c not in out | case.solved.doubts),
        map_doubts=tuple(case.ids[c] for c, _ in fit.parts if c in case.solved.doubts),
        blind_spots=_blind_spots(case, found), redundancy_lost=tuple(case.ids[each] for each in short),
        map_version=known.feet.network.version, model=MODEL, reason=_reason(case, fit, found, margin),
        why_chosen=why_chosen(scorer, fit, part, found), searched=_searched(case), noise=scorer.table.noise,
        curve=case.curve.version,
    )  # fmt: skip


def nothing_named(case: Case, fit: Fit, neighbour: bool) -> Diagnosis:
    """No component: an unknown cause or a mistake of the map explains it best, or nothing does yet."""
    short_list = []
    for option in case.solved.screen.best(case.scorer.nothing, 12):
        causes = [cause for cause, _ in option.parts if cause < case.scorer.known.components]
        other = case.scorer.fit(option.parts)
        if causes:
            members = tuple(case.ids[cause] for cause in causes)
            short_list.append(RunnerUp(members, rounded(max(0.0, fit.total - other.total))))
    first = {each.members: each for each in sorted(short_list, key=lambda r: (-r.nats_behind, r.members))}
    ordered = sorted(first.values(), key=lambda r: (r.nats_behind, r.members))[:3]
    return Diagnosis(
        at=case.at, standing="under investigation", members=(), chosen=None, beliefs=(), margin=0.0, probability=0.0,
        share=0.0, explained=Explained(0, 0, 0, int((case.scorer.table.top >= 2.0).sum())), evidence_for=(),
        evidence_against=(), runners_up=tuple(ordered), separate_by=(), categories=(), neighbour=neighbour,
        map_version=case.scorer.known.feet.network.version, model=MODEL, reason=_why_nothing(case, fit, neighbour),
        searched=_searched(case), noise=case.scorer.table.noise, curve=case.curve.version,
    )  # fmt: skip


def _standing(case: Case, members: Sequence[ComponentId], margin: float) -> Standing:
    memory = case.memory
    if any(member in memory.confirmed for member in members):
        return "confirmed by a person"
    was_named = any(member in named for named in memory.named for member in members[:1])
    needed = STAYS_NAMED if was_named else naming_margin(case.curve)
    return "named to operators" if margin >= needed else "under investigation"


def _searched(case: Case) -> Searched:
    return Searched("thorough" if case.thorough else "follow-up", len(case.scorer.totals))


def _scene(case: Case, part: Part, beliefs: Mapping[ComponentId, float], standing: Standing) -> Scene:
    known, components = case.scorer.known, case.scorer.known.feet.network.component
    theirs = sum(belief for member, belief in beliefs.items() if components[member].owner)
    sure = standing == "confirmed by a person" and theirs > 0.5
    stated: frozenset[Category] = frozenset(
        (*case.memory.kinds, "third-party") if sure else case.memory.kinds
    )
    taken = known.feet.wiring.component_health(
        {known.feet.index[member]: 1.0 for member in list(beliefs)[:1]}
    )
    return Scene(
        beliefs, components, about(known, case.memory.heard, beliefs), _failures(case, part), case.onset, part[1],
        stated, frozenset(case.ids[number] for number, left in taken.items() if left < 0.5),
    )  # fmt: skip


def _failures(case: Case, part: Part) -> list[Failure]:
    touched = case.scorer.fit((part,)).loss > 0.0
    return [failure for row, failure in case.memory.failures if touched[row]]


def _blind_spots(case: Case, found: ClassFound) -> tuple[str, ...]:
    known = case.scorer.known
    watched = {row.subject for row in known.feet.rows if isinstance(row, FeedRow)}
    if len(found.members) == 1:
        return ()
    blind = [case.ids[member] for member in found.members if case.ids[member] not in watched]
    return tuple(f"no feed speaks of {component_name(known, each)}" for each in blind[:5])


def _reason(case: Case, fit: Fit, found: ClassFound, margin: float) -> str:
    known = case.scorer.known
    extra = [name_of(known, cause) for cause, _ in fit.parts if cause >= known.components]
    beside = f"; beside it {', '.join(extra)}" if extra else ""
    return f"{margin:.1f} nats over the best explanation without this class of {len(found.members)}{beside}"


def _why_nothing(case: Case, fit: Fit, neighbour: bool) -> str:
    if neighbour:
        return "reports rise, our own probes are fine, and a neighbour is down"
    if not fit.parts:
        return "the evidence does not outweigh the odds against any cause yet"
    return f"explained best by {', '.join(name_of(case.scorer.known, cause) for cause, _ in fit.parts)}"
