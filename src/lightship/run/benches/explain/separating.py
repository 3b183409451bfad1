"""Is the first suggestion of an unsettled diagnosis any good? It is carried out on the simulated truth."""

from lightship.run.benches.explain.answering import Answer
from lightship.run.benches.explain.judged import Separated
from lightship.run.benches.explain.scoring import component_right
from lightship.run.benches.explain.watching import Watch
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Diagnosis, NextTest, Outcome

SETTLED = 0.9
"""Probability from which one of the possibilities leads clearly."""


def separated(seen: Watch, answer: Answer) -> Separated | None:
    """The first diagnosis that leaves a rivalry open and suggests a test, after that test; None: there is none."""
    for said in answer.said:
        if said.separate_by and not _settled(said.separate_by[0]):
            return _carried_out(seen, said)
    return None


def _settled(test: NextTest) -> bool:
    """What is believed before the test follows from what would be believed after it."""
    before: dict[str, float] = {}
    for outcome in test.outcomes:
        for belief in outcome.then:
            before[belief.name] = before.get(belief.name, 0.0) + outcome.probability * belief.probability
    return max(before.values(), default=1.0) >= SETTLED


def _carried_out(seen: Watch, said: Diagnosis) -> Separated:
    test = said.separate_by[0]
    outcome = test.outcomes[0 if _positive(seen, test) else 1]
    leader = outcome.then[0]
    return Separated(
        test.test, leader.probability >= SETTLED and _true(seen, leader.name), _answerable(seen, outcome)
    )


def _positive(seen: Watch, test: NextTest) -> bool:
    """Whether it fails (a probe, with its noise), there is trouble (a feed), it is out (a person looks)."""
    index = seen.world.feet.index
    if test.by == "probe":
        return seen.would_fail(test.vantage, test.target)
    health = seen.world.truth.wiring.component_health(dict.fromkeys(seen.case.failed, 1.0))
    return any(index[each] in health for each in test.separates[:1])


def _answerable(seen: Watch, outcome: Outcome) -> bool:
    """Whether the truth is among what was thought possible at all."""
    return any(_true(seen, each.name) for each in outcome.then)


def _true(seen: Watch, name: str) -> bool:
    """A possibility is a component, several with a plus between them, or words for no component at all."""
    parts = [ComponentId(each) for each in name.split(" + ")]
    known = [seen.world.feet.index[each] for each in parts if each in seen.world.feet.index]
    return bool(known) and any(component_right(seen.world, each, seen.case.failed) for each in known)
