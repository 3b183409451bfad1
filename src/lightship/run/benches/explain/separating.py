"""Is the first suggestion of an unsettled diagnosis any good? It is carried out on the simulated truth."""

from lightship.run.benches.explain.answering import Answer
from lightship.run.benches.explain.judged import Separated
from lightship.run.benches.explain.scoring import component_right, visible
from lightship.run.benches.explain.watching import Watch
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import NextTest

SETTLED = 9.0
"""Odds between the two likeliest possibilities from which one leads clearly."""


def separated(seen: Watch, answer: Answer) -> Separated | None:
    """The first diagnosis that leaves a rivalry open and suggests a test, after that test; None: there is none."""
    for said in answer.said:
        if said.separate_by and len(_rivals(said.separate_by[0])) == 2:
            return _carried_out(seen, said.separate_by[0])
    return None


def _rivals(test: NextTest) -> list[str]:
    """The two likeliest possibilities before the test, if neither leads clearly. It follows from what each outcome
    would mean.
    """
    before: dict[str, float] = {}
    for outcome in test.outcomes:
        for belief in outcome.then:
            before[belief.name] = before.get(belief.name, 0.0) + outcome.probability * belief.probability
    order = sorted(before, key=lambda name: (-before[name], name))[:2]
    close = len(order) == 2 and before[order[0]] < SETTLED * before[order[1]]
    return order if close else []


def _carried_out(seen: Watch, test: NextTest) -> Separated:
    """Settled: afterwards one of the two leads the other clearly, and the one left behind is not the truth alone."""
    outcome = test.outcomes[0 if _positive(seen, test) else 1]
    rivals = _rivals(test)
    after = {belief.name: belief.probability for belief in outcome.then}
    behind, ahead = sorted(rivals, key=lambda name: (after.get(name, 0.0), name))
    clear = after.get(ahead, 0.0) >= SETTLED * after.get(behind, 0.0) and after.get(ahead, 0.0) > 0.0
    wrong = _true(seen, behind) and not _true(seen, ahead)
    return Separated(test.test, clear and not wrong, any(_true(seen, name) for name in rivals))


def _positive(seen: Watch, test: NextTest) -> bool:
    """Whether it fails (a probe, with its noise), there is trouble (a feed), it is out (a person looks)."""
    index = seen.world.feet.index
    if test.by == "probe":
        return seen.would_fail(test.vantage, test.target)
    health = seen.world.truth.wiring.component_health(dict.fromkeys(seen.case.failed, 1.0))
    return any(index[each] in health for each in test.separates[:1])


def _true(seen: Watch, name: str) -> bool:
    """A possibility is a component, several with a plus between them, or words for no component at all."""
    parts = [ComponentId(each) for each in name.split(" + ")]
    known = [seen.world.feet.index[each] for each in parts if each in seen.world.feet.index]
    if not known:
        return not visible(seen.world, seen.case.failed)
    return any(component_right(seen.world, each, seen.case.failed) for each in known)
