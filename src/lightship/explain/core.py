"""Explain: which components are out, with what margin, on what evidence. Pure; remembers little."""

import msgspec
import numpy as np

from lightship.detect.evidence import Detection, Evidence
from lightship.explain.diagnose import Case, classes_in, diagnosis, nothing_named
from lightship.explain.hypothesis import Hypotheses, hypotheses
from lightship.explain.listen import failing, listened
from lightship.explain.neighbour import somebody_elses
from lightship.explain.priors import component_odds
from lightship.explain.score import Fit, Parts, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search
from lightship.explain.state import ExplainState, Memory, Weighed, closed
from lightship.explain.table import CAP, tempered
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import OperatorAct, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant

__all__ = ["ExplainState", "restore", "snapshot", "start", "step", "tell_act"]

REPLACED_BY = 3.0
"""Nats that another explanation must gain before it replaces the standing one."""

CHANGED_BY = 3.0
CHANGED_SHARE = 0.15
SEARCH_AGAIN = 10
LOOK_AGAIN = 3
"""A search is made anew when an alarm or a feed says something new, when the evidence for or against trouble has moved
by more nats than CHANGED_BY and by more than CHANGED_SHARE of itself, and every SEARCH_AGAIN ticks. From the tenth
search on the evidence is looked at every LOOK_AGAIN ticks only."""

THOROUGH_FIRST, THOROUGH_AGAIN = 5, 4
"""The first searches, one of every so many later ones, and each after new words of an alarm are made from scratch and
with the beam; the ones between follow up what stands."""

MOST_DIAGNOSED = 4
"""Classes that get a margin of their own. A storm has more: they stand in `also`, strongest first."""


def start(feet: Footprints, settings: Settings) -> ExplainState:
    """Compile the map; nothing is carried over from another one."""
    return ExplainState(hypotheses(feet), Memory())


def step(
    state: ExplainState, feet: Footprints, settings: Settings, at: Instant, detection: Detection, tick: TickJudged
) -> tuple[ExplainState, tuple[Diagnosis, ...]]:
    """One tick. Nothing open: nothing said, nearly free. Else one diagnosis per class, the strongest first."""
    memory = listened(state.memory, at, tick)
    if all(alarm.state == "recovered" for alarm in detection.alarms):
        return ExplainState(state.known, closed(memory)), ()
    memory = failing(memory, tick.probes)
    if not _new_words(memory, detection, tick) and _too_soon(memory, detection):
        return ExplainState(state.known, memory), memory.diagnoses
    now = _weigh(memory, detection.evidence, detection)
    if not _new_words(memory, detection, tick) and _as_before(memory, now):
        return ExplainState(state.known, memory), memory.diagnoses
    memory = _explained(state.known, memory, at, detection, now)
    return ExplainState(state.known, memory), memory.diagnoses


def tell_act(
    state: ExplainState, feet: Footprints, settings: Settings, at: Instant, act: OperatorAct
) -> ExplainState:
    """A person confirms the strongest diagnosis, or names a component; it stands until all is over."""
    told = act.component if act.act == "name-cause" else None
    if act.act == "confirm" and state.memory.diagnoses:
        told = act.component or state.memory.diagnoses[0].chosen
    if told is None or told not in feet.index or state.memory.weighed is None:
        return state
    confirmed = tuple(dict.fromkeys((*state.memory.confirmed, told)))
    # The next tick words everything anew.
    weighed = msgspec.structs.replace(state.memory.weighed, up=-1.0)
    return ExplainState(state.known, msgspec.structs.replace(state.memory, confirmed=confirmed, weighed=weighed))


def snapshot(state: ExplainState) -> bytes:
    """What is remembered, as bytes; the compiled map follows from the map."""
    return msgspec.json.encode(state.memory)


def restore(data: bytes, feet: Footprints, settings: Settings) -> ExplainState:
    """The state that `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    return ExplainState(hypotheses(feet), msgspec.json.decode(data, type=Memory))


def _weigh(memory: Memory, evidence: Evidence, detection: Detection) -> Weighed:
    ell = np.where(evidence.has_data[:, None], evidence.ell, 0.0)
    up = np.clip(ell.max(axis=1, initial=0.0), 0.0, CAP).sum()
    down = np.clip(-ell.min(axis=1, initial=0.0), 0.0, CAP).sum()
    searches = memory.weighed.searches + 1 if memory.weighed else 0
    return Weighed(detection.tick, round(float(up), 6), round(float(down), 6), searches)


def _new_words(memory: Memory, detection: Detection, tick: TickJudged) -> bool:
    return memory.weighed is None or bool(detection.changed) or bool(tick.feeds)


def _too_soon(memory: Memory, detection: Detection) -> bool:
    before = memory.weighed
    return (
        before is not None
        and before.searches >= SEARCH_AGAIN
        and before.up >= 0.0
        and (detection.tick - before.tick) % LOOK_AGAIN != 0
    )


def _as_before(memory: Memory, now: Weighed) -> bool:
    before = memory.weighed
    if before is None or now.tick - before.tick >= SEARCH_AGAIN:
        return False
    return not (_moved(before.up, now.up) or _moved(before.down, now.down))


def _moved(before: float, now: float) -> bool:
    return abs(now - before) > max(CHANGED_BY, CHANGED_SHARE * abs(before))


def _explained(known: Hypotheses, memory: Memory, at: Instant, detection: Detection, now: Weighed) -> Memory:
    odds = component_odds(known.feet.network, dict(memory.failed_before))
    scorer = Scorer(known, tempered(detection.evidence, known), odds)
    screen = Screen(scorer)
    early = now.searches < THOROUGH_FIRST
    thorough = early or bool(detection.changed) or now.searches % THOROUGH_AGAIN == 0
    case = Case(at, scorer, screen, memory, thorough)
    fit = _best(case, _parts(known, memory.parts))
    said = _said(case, fit, detection)
    named = tuple(d.members for d in said if d.standing != "under investigation")
    standing = tuple((known.names[cause], share) for cause, share in fit.parts)
    return msgspec.structs.replace(memory, parts=standing, diagnoses=said, weighed=now, named=named)


def _best(case: Case, standing: Parts) -> Fit:
    """The best explanation; the standing one as long as nothing beats it by enough."""
    best = search(case.scorer, case.screen, start=(standing,) if standing else (), thorough=case.thorough)
    if not standing:
        return best
    held = case.scorer.fit(standing)
    kept = held.total > 0.0 and best.total - held.total < REPLACED_BY
    grown = _causes(held) <= _causes(best)
    return held if kept and not grown else best


def _causes(fit: Fit) -> frozenset[int]:
    return frozenset(cause for cause, _ in fit.parts)


def _parts(known: Hypotheses, standing: tuple[tuple[str, float], ...]) -> Parts:
    number = {name: cause for cause, name in enumerate(known.names)}
    return tuple((number[name], share) for name, share in standing if name in number)


def _said(case: Case, fit: Fit, detection: Detection) -> tuple[Diagnosis, ...]:
    found = classes_in(case, fit)[:MOST_DIAGNOSED]
    if found:
        return tuple(diagnosis(case, fit, part, members) for part, members in found)
    return (nothing_named(case, fit, somebody_elses(case.scorer, detection.alarms, case.memory.heard)),)
