"""The localiser's answer to what was seen, as the product gives it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lightship.detect.evidence import Detection, Evidence
from lightship.explain import core as explain
from lightship.explain.core import ExplainState
from lightship.explain.priors import component_odds
from lightship.explain.score import Parts, Scorer
from lightship.explain.table import tempered
from lightship.run.benches.explain.watching import Watch
from lightship.run.benches.explain.world import SETTINGS, World
from lightship.vocabulary.alarms import Alarm, AlarmId
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant, judged_at


@dataclass(frozen=True)
class Answer:
    """What is said after so many rounds.

    Args:
        parts: the best explanation, pseudo-causes among them.
        seconds: of one core.
    """

    evidence: Evidence
    state: ExplainState
    said: tuple[Diagnosis, ...]
    parts: Parts
    seconds: float

    @property
    def named(self) -> tuple[int, ...]:
        """The components that it says are out, ascending; doubts about the map left out."""
        known = self.state.known
        doubted = {known.feet.index[each] for said in self.said for each in said.map_doubts}
        return tuple(
            sorted(cause for cause, _ in self.parts if cause < known.components and cause not in doubted)
        )


def answers(watch: Watch, after: tuple[int, ...]) -> Iterator[Answer]:
    """Look round by round; after each of these counts of rounds, what is said."""
    state = watch.world.fresh
    for _ in range(max(after)):
        watch.look()
        if watch.rounds in after:
            answer = explained(watch.world, state, watch.evidence(), str(watch.rounds))
            state = answer.state
            yield answer


def explained(world: World, state: ExplainState, evidence: Evidence, news: str = "") -> Answer:
    """One step of the stage on this table. `news`: another one than last time makes it search for certain."""
    detection = _detection(evidence, news)
    tick = TickJudged(evidence.until, world.feet.network.version)
    began = time.process_time()
    after, said = explain.step(state, world.feet, SETTINGS, judged_at(evidence.until), detection, tick)
    seconds = time.process_time() - began
    number = {name: cause for cause, name in enumerate(after.known.names)}
    parts = tuple((number[name], share) for name, share in after.memory.parts)
    return Answer(evidence, after, said, parts, seconds)


def scorer(world: World, evidence: Evidence) -> Scorer:
    """The shipped objective on this table."""
    known = world.fresh.known
    return Scorer(known, tempered(evidence, known), component_odds(world.feet.network, {}))


def _detection(evidence: Evidence, news: str) -> Detection:
    """One open alarm about everything: where to look is no part of this bench."""
    when = Between(Instant(0), Instant(0), Instant(0))
    alarm = Alarm(
        AlarmId("bench"), "outage", f"everything {news}", "national", (), (), 20.0, 10.0, when, Instant(0),
        Estimate("share of lines"),
    )  # fmt: skip
    none = np.zeros(1)
    return Detection(evidence.until, (alarm,), (alarm,), evidence, none, none, none)
