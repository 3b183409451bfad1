"""One case from the first round to +30 minutes, judged."""

from collections.abc import Collection

import numpy as np

from lightship.explain.score import Scorer
from lightship.run.benches.explain import baselines
from lightship.run.benches.explain.answering import Answer, answers, explained, scorer
from lightship.run.benches.explain.baselines import HIT_RATIOS, Symptoms
from lightship.run.benches.explain.cases import Case
from lightship.run.benches.explain.certain import certain, certified, named_by
from lightship.run.benches.explain.judged import Judged, Said, Totals
from lightship.run.benches.explain.scoring import Score, class_right, score, stands_for, visible
from lightship.run.benches.explain.separating import separated
from lightship.run.benches.explain.watching import Watch, watch
from lightship.run.benches.explain.world import World

LAST = 3
"""Rounds within 30 minutes."""


def judge(world: World, case: Case, *, certify: bool = False) -> Judged:
    """Look, answer, compare; `certify`: with the exact optimum, where the suite allows."""
    seen = watch(world, case)
    first, *later = answers(seen, tuple(dict.fromkeys((case.under.first, LAST))))
    given = [(case.under.first, first), *((LAST, each) for each in later)]
    objective = scorer(world, first.evidence)
    others, greedy_total = _others(world, case, objective)
    ids = world.feet.components
    best = certified(world, case, objective, first) if certify else None
    sure = certain(world, case, given[-1][1]) if certify and case.under.suite in "ABC" else None
    proven = {} if best is None else {"exact": score(world, named_by(world, best.parts), case.failed)}
    return Judged(
        suite=case.under.suite, cell=case.under.cell, number=case.number,
        failed=tuple(ids[each] for each in case.failed), named=tuple(ids[each] for each in first.named),
        scores={"ours": score(world, first.named, case.failed)} | others | proven,
        totals=_totals(world, case, objective, first, greedy_total),
        said=tuple(each for rounds, answer in given for each in _said(world, case, rounds, answer)),
        reported=tuple(ids[each] for each in _reported(world, case, given[-1][1])),
        seconds=first.seconds, update_seconds=_update(seen, given[-1][1]), separated=separated(seen, first),
        exact=None if best is None else best.total,
        sure=None if sure is None else tuple(ids[each] for each in sure),
    )  # fmt: skip


def _others(world: World, case: Case, objective: Scorer) -> tuple[dict[str, Score], float]:
    symptoms, plain = Symptoms.of(world, objective), baselines.greedy(objective)
    named: dict[str, Collection[int]] = {
        "constant": baselines.constant(world),
        "shared ancestor": baselines.shared_ancestor(symptoms),
        **{f"SCORE {each:g}": baselines.risk_groups(symptoms, each) for each in HIT_RATIOS},
        "greedy": named_by(world, plain.parts),
    }
    return {name: score(world, each, case.failed) for name, each in named.items()}, plain.total


def _totals(world: World, case: Case, objective: Scorer, answer: Answer, greedy: float) -> Totals:
    drawn = [tuple((each, 1.0) for each in some) for some in (case.failed, visible(world, case.failed))]
    return Totals(
        objective.fit(answer.parts).total, max(objective.fit(parts).total for parts in drawn), greedy
    )


def _said(world: World, case: Case, rounds: int, answer: Answer) -> list[Said]:
    return [
        Said(
            rounds, each.standing == "named to operators", class_right(world, each, case.failed), each.margin,
            each.probability, each.share, len(each.members), each.members[0],
        )
        for each in answer.said
        if each.members
    ]  # fmt: skip


def _reported(world: World, case: Case, answer: Answer) -> list[int]:
    """Visible faults that stand in a published class."""
    members = [
        world.feet.index[member]
        for each in answer.said
        if each.standing == "named to operators"
        for member in each.members
    ]
    return [
        fault
        for fault in visible(world, case.failed)
        if any(one == fault or stands_for(world, one, fault, case.failed) for one in members)
    ]


def _update(seen: Watch, answer: Answer) -> float:
    """Seconds of the next step when one more observation has come: one row that was up fails, as any may by chance."""
    rows = np.flatnonzero(seen.speaking & (seen.seen == 0))
    if len(rows):
        seen.test_again(int(rows[0]))
    return explained(seen.world, answer.state, seen.evidence(), str(LAST)).seconds
