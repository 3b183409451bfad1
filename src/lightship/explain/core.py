"""Explain: which components are out, with what margin, on what evidence. Pure; remembers little."""

from dataclasses import replace

import msgspec

from lightship.detect.evidence import Detection, Evidence
from lightship.explain.again import (
    THOROUGH_AGAIN,
    THOROUGH_FIRST,
    as_before,
    new_words,
    too_soon,
    weigh,
)
from lightship.explain.calibration import SHIPPED
from lightship.explain.diagnose import Case, diagnosis, nothing_named
from lightship.explain.history import learned, watched
from lightship.explain.hypothesis import Hypotheses, hypotheses
from lightship.explain.listen import failing, listened
from lightship.explain.neighbour import somebody_elses
from lightship.explain.observers import missed
from lightship.explain.priors import component_odds
from lightship.explain.score import Fit, Parts
from lightship.explain.short import short, told
from lightship.explain.solve import Solved, solve
from lightship.explain.state import ExplainState, Memory, Weighed, closed
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import OperatorAct, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant, start_of

__all__ = ["ExplainState", "restore", "snapshot", "solved_again", "start", "step", "tell_act"]

REPLACED_BY = 3.0
"""Nats that another explanation must gain before it replaces the standing one."""

MOST_DIAGNOSED = 8
"""Classes that get a margin of their own. A storm has more: they stand in `also`, strongest first."""


def start(feet: Footprints, settings: Settings, before: ExplainState | None = None) -> ExplainState:
    """Compile the map. Of a state under another map goes on what failed before and how observers err."""
    kept = Memory(history=before.memory.history, misses=before.memory.misses) if before else Memory()
    return ExplainState(hypotheses(feet), kept)


def step(
    state: ExplainState,
    feet: Footprints,
    settings: Settings,
    at: Instant,
    detection: Detection,
    tick: TickJudged,
) -> tuple[ExplainState, tuple[Diagnosis, ...]]:
    """One tick. Nothing open: nothing said, nearly free. Else one diagnosis per class, the strongest first."""
    memory = listened(state.memory, at, tick)
    memory = _noticed(state.known, memory, at, tick)
    memory = _concluded(state.known, memory, settings, at, detection, tick)
    return ExplainState(state.known, _shortened(state.known, memory, at, tick)), memory.diagnoses


def _concluded(
    known: Hypotheses, memory: Memory, settings: Settings, at: Instant, detection: Detection, tick: TickJudged
) -> Memory:  # fmt: skip
    if all(alarm.state == "recovered" for alarm in detection.alarms):
        return closed(memory)
    memory = failing(memory, tick.probes)
    if not new_words(memory, detection, tick) and too_soon(memory, detection):
        return memory
    now = weigh(memory, detection.evidence, detection)
    if not new_words(memory, detection, tick) and as_before(memory, now):
        return memory
    return _explained(known, memory, settings, at, detection, now)


def _shortened(known: Hypotheses, memory: Memory, at: Instant, tick: TickJudged) -> Memory:
    """With what is out and not missed; nearly free while nothing is."""
    down = told(memory.down, at, tick.feeds)
    if not down and not memory.parts and not memory.short:
        return memory if not memory.down else msgspec.structs.replace(memory, down=())
    # What is only suspected comes and goes.
    parts = memory.parts if memory.named else ()
    found = short(known, down, parts, memory.short, at)
    return msgspec.structs.replace(memory, down=down, short=found)


def tell_act(
    state: ExplainState, feet: Footprints, settings: Settings, at: Instant, act: OperatorAct
) -> ExplainState:
    """A person confirms the strongest diagnosis, names a component or a kind of cause; it stands until all is over."""
    if act.act == "name-kind" and act.category is not None and state.memory.weighed is not None:
        kinds = tuple(dict.fromkeys((*state.memory.kinds, act.category)))
        return _worded_anew(state, msgspec.structs.replace(state.memory, kinds=kinds))
    told = act.component if act.act == "name-cause" else None
    if act.act == "confirm" and state.memory.diagnoses:
        told = act.component or state.memory.diagnoses[0].chosen
    if told is None or told not in feet.index or state.memory.weighed is None:
        return state
    confirmed = tuple(dict.fromkeys((*state.memory.confirmed, told)))
    return _worded_anew(state, msgspec.structs.replace(state.memory, confirmed=confirmed))


def _worded_anew(state: ExplainState, memory: Memory) -> ExplainState:
    """In the next tick."""
    assert memory.weighed is not None, "nothing is open"
    weighed = msgspec.structs.replace(memory.weighed, up=-1.0)
    return ExplainState(state.known, msgspec.structs.replace(memory, weighed=weighed))


def snapshot(state: ExplainState) -> bytes:
    """What is remembered, as bytes; the compiled map follows from the map."""
    return msgspec.json.encode(state.memory)


def restore(data: bytes, feet: Footprints, settings: Settings) -> ExplainState:
    """The state that `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    return ExplainState(hypotheses(feet), msgspec.json.decode(data, type=Memory))


def solved_again(before: ExplainState, after: ExplainState, at: Instant, evidence: Evidence) -> Solved:
    """The search that led from one state to the next, made again, with the explanation that it left."""
    known, memory = after.known, after.memory
    odds = component_odds(known.feet.network, learned(known.feet.network, memory.history, at))
    thorough = not memory.diagnoses or memory.diagnoses[0].searched.how != "follow-up"
    solved = solve(known, evidence, odds, _parts(known, before.memory.parts), thorough, memory.misses)
    return replace(solved, fit=solved.scorer.fit(_parts(known, memory.parts)))


def _explained(
    known: Hypotheses, memory: Memory, settings: Settings, at: Instant, detection: Detection, now: Weighed
) -> Memory:  # fmt: skip
    odds = component_odds(known.feet.network, learned(known.feet.network, memory.history, at))
    news = memory.weighed is None or memory.weighed.alarms != now.alarms
    thorough = news or now.searches < THOROUGH_FIRST or now.searches % THOROUGH_AGAIN == 0
    standing = _parts(known, memory.parts)
    solved = _best(solve(known, detection.evidence, odds, standing, thorough, memory.misses), memory)
    onset = start_of(detection.evidence.since)
    said = _said(Case(at, solved, memory, settings.margin_curve or SHIPPED, onset), detection)
    parts = tuple((known.names[cause], share) for cause, share in solved.fit.parts)
    named = tuple(d.members for d in said if d.standing != "under investigation")
    return msgspec.structs.replace(memory, parts=parts, diagnoses=said, weighed=now, named=named)


def _noticed(known: Hypotheses, memory: Memory, at: Instant, tick: TickJudged) -> Memory:
    """With since when we watch, and with the probes that answer through what is named and out whole."""
    if memory.history.since is None:
        memory = msgspec.structs.replace(memory, history=watched(memory.history, at))
    sure = frozenset(
        each for d in memory.diagnoses if d.standing != "under investigation" for each in d.members
    )
    whole = {known.feet.index[name]: 1.0 for name, share in memory.parts if share == 1.0 and name in sure}  # type: ignore[index]
    if not whole or not tick.probes.rows:
        return memory
    misses = missed(memory.misses, known, known.losses(whole), tick.probes)
    return memory if misses == memory.misses else msgspec.structs.replace(memory, misses=misses)


def _best(solved: Solved, memory: Memory) -> Solved:
    """With the standing explanation as long as nothing beats it by enough."""
    standing = _parts(solved.scorer.known, memory.parts)
    if not standing:
        return solved
    held, best = solved.scorer.fit(standing), solved.fit
    kept = held.total > 0.0 and best.total - held.total < REPLACED_BY
    grown = _causes(held) <= _causes(best)
    return replace(solved, fit=held) if kept and not grown else solved


def _causes(fit: Fit) -> frozenset[int]:
    return frozenset(cause for cause, _ in fit.parts)


def _parts(known: Hypotheses, standing: tuple[tuple[str, float], ...]) -> Parts:
    number = {name: cause for cause, name in enumerate(known.names)}
    return tuple((number[name], share) for name, share in standing if name in number)


def _said(case: Case, detection: Detection) -> tuple[Diagnosis, ...]:
    found = case.solved.classes()[:MOST_DIAGNOSED]
    fit = case.solved.fit
    if found:
        return tuple(diagnosis(case, fit, part, members) for part, members in found)
    return (nothing_named(case, fit, somebody_elses(case.scorer, detection.alarms, case.memory.heard)),)
