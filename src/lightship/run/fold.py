"""The core is a fold: `step(state, event) -> (state, decisions)`, pure, the same for live running and for replay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import msgspec

from lightship.detect import core as detect
from lightship.detect.evidence import Detection
from lightship.explain import core as explain
from lightship.explain.short import changes, in_words
from lightship.follow import core as follow
from lightship.follow.state import FollowState
from lightship.learn.watched import Watched
from lightship.learn.watched import after as watched_after
from lightship.prevent.footprints import Footprints, footprints
from lightship.run.charts import Charts
from lightship.tell import core as tell
from lightship.tell.outbox import audience, planning
from lightship.tell.outbox.audience import Audience
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import (
    ChangeIncident,
    Decision,
    Keys,
    OpenIncident,
    Probe,
    Publish,
    Send,
    WarnOperator,
)
from lightship.vocabulary.events import (
    Due,
    EffectReported,
    Logged,
    MapChanged,
    OperatorAct,
    SettingsChanged,
    SubscriptionChanged,
    Taken,
    TickAmended,
    TickJudged,
    WorkPlanned,
)
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.redundancy_lost import RedundancyLost
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant

VERDICTS = {
    "confirm": "confirmed",
    "name-cause": "confirmed",
    "release-cause": "confirmed",
    "suppress": "false",
}
"""What an operator's act says of the alarms of an incident."""


@dataclass(frozen=True)
class Stages:
    """What each stage remembers, and the map that they read it by."""

    feet: Footprints
    detect: detect.DetectState
    explain: explain.ExplainState
    follow: FollowState
    tell: tell.TellState
    charts: Charts


@dataclass(frozen=True)
class CoreState:
    """All that the core knows. Without a map there are no stages yet, and ticks are refused.

    Args:
        taken: how far what lies on disk has been counted. works: announced work, under way or to come.
    """

    settings: Settings = field(default_factory=Settings)
    stages: Stages | None = None
    seq: int = 0
    audience: Audience = field(default_factory=Audience)
    watched: Watched = field(default_factory=Watched)
    taken: Taken = field(default_factory=Taken)
    works: tuple[PlannedWork, ...] = ()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Open and recent incidents."""
        return self.stages.follow.incidents if self.stages else ()


Stepped = tuple[CoreState, tuple[Decision, ...]]


def step(state: CoreState, logged: Logged) -> Stepped:
    """Apply one event. Pure: the same log gives the same decisions, to the byte."""
    state = replace(state, seq=logged.seq)
    keys, event = Keys(logged.seq), logged.event
    match event:
        case SettingsChanged(settings=settings):
            return _settle(state, settings), ()
        case MapChanged(map=network):
            return replace(state, stages=_begin(state, network)), ()
        case WorkPlanned(works=works):
            return replace(state, works=works), ()
        case TickJudged():
            seen = watched_after(state.watched, event, state.settings.zone)
            taken = state.taken if event.early else event.taken
            return _tick(replace(state, watched=seen, taken=taken), logged.at, event, keys)
        case TickAmended():
            return _amend(state, event), ()
        case OperatorAct():
            return _act(state, logged.at, event, keys)
        case Due():
            return _due(state, logged.at, event, keys)
        case SubscriptionChanged():
            return replace(state, audience=state.audience.after(event)), ()
        case EffectReported():
            return state, ()
        case _:
            assert_never(event)


def _settle(state: CoreState, settings: Settings) -> CoreState:
    return replace(state, settings=settings)


def _begin(state: CoreState, network: NetworkMap) -> Stages:
    """A new map: numeric state begins anew, what people follow goes on."""
    feet, settings = footprints(network), state.settings
    following = state.stages.follow if state.stages else follow.start(settings)
    telling = state.stages.tell if state.stages else tell.start(settings)
    detecting = detect.start(feet, settings, state.stages.detect if state.stages else None)
    explaining = explain.start(feet, settings, state.stages.explain if state.stages else None)
    return Stages(feet, detecting, explaining, following, telling, Charts.of(feet))


def _stages(state: CoreState) -> Stages:
    assert state.stages is not None, "the log has a tick before any map"
    return state.stages


def _tick(state: CoreState, at: Instant, tick: TickJudged, keys: Keys) -> Stepped:
    now, settings = _stages(state), state.settings
    feet = now.feet
    assert tick.map_version == feet.network.version, "a tick was counted by another map"
    detecting, detection = detect.step(now.detect, feet, settings, at, tick)
    explaining, diagnoses = explain.step(now.explain, feet, settings, at, detection, tick)
    following, decisions = follow.step(
        now.follow, feet, settings, at, detection, diagnoses, tick.feeds, keys, state.works
    )
    charts = now.charts if tick.early else now.charts.after(detection)
    after = replace(now, detect=detecting, explain=explaining, follow=following, charts=charts)
    told, said = _tell(replace(state, stages=after), at, decisions, keys)
    short = now.explain.memory.short, explaining.memory.short
    return told, (*said, *_asked(detection, keys), *_shortened(*short, feet, keys))


def _shortened(
    before: tuple[RedundancyLost, ...], after: tuple[RedundancyLost, ...], feet: Footprints, keys: Keys
) -> Iterator[WarnOperator]:
    """Nobody else would notice: for operators, once when it begins and once when it ends."""
    if before is not after:
        for reason, each in changes(before, after):
            yield WarnOperator(keys.take(), reason, in_words(each, feet.network))


def _asked(detection: Detection, keys: Keys) -> Iterator[Probe]:
    for each in detection.asked:
        reason = f"undecided: down with probability {each.belief:.2f}"
        yield Probe(keys.take(), reason, each.row.vantage, each.row.target, each.row.family, each.wait)


def _tell(state: CoreState, at: Instant, decisions: tuple[Decision, ...], keys: Keys) -> Stepped:
    now = _stages(state)
    changed = tuple(d.incident for d in decisions if isinstance(d, OpenIncident | ChangeIncident))
    telling, said = tell.step(now.tell, now.feet, state.settings, at, now.follow.incidents, changed, keys)
    decisions = tell.fill(telling, decisions, now.follow.incidents, now.feet, state.settings, at)
    following = follow.told(now.follow, said)
    after = replace(now, follow=following, tell=telling)
    told, sends = _send(state, said, keys)
    return replace(state, stages=after, audience=told), (*decisions, *said, *sends)


def _send(
    state: CoreState, said: Sequence[Publish], keys: Keys
) -> tuple[Audience, tuple[Send | WarnOperator, ...]]:
    now = _stages(state)
    return planning.step(state.audience, said, now.follow.incidents, now.feet, state.settings, keys)


def _amend(state: CoreState, event: TickAmended) -> CoreState:
    now = _stages(state)
    if event.map_version != now.feet.network.version:
        return state
    return replace(
        state, stages=replace(now, detect=detect.amend(now.detect, now.feet, state.settings, event))
    )


def _act(state: CoreState, at: Instant, act: OperatorAct, keys: Keys) -> Stepped:
    now, settings = _stages(state), state.settings
    explaining = explain.tell_act(now.explain, now.feet, settings, at, act)
    following, decisions = follow.act(now.follow, now.feet, settings, at, act, keys)
    after = replace(now, detect=_judged(now, act), explain=explaining, follow=following)
    return _tell(replace(state, stages=after), at, decisions, keys)


def _judged(now: Stages, act: OperatorAct) -> detect.DetectState:
    """Whether alarms were false is for people to say: what they say of an incident holds for its alarms."""
    verdict = VERDICTS.get(act.act)
    alarms = [each.alarms for each in now.follow.incidents if each.id == act.incident]
    return detect.said(now.detect, alarms[0], verdict) if verdict and alarms else now.detect


def _due(state: CoreState, at: Instant, due: Due, keys: Keys) -> Stepped:
    now = _stages(state)
    following, decisions = follow.due(now.follow, now.feet, state.settings, at, due, keys)
    return _tell(replace(state, stages=replace(now, follow=following)), at, decisions, keys)


class Frozen(msgspec.Struct, frozen=True):
    """A snapshot as it lies on disk: each stage's own bytes, and what they are read by."""

    seq: int
    settings: Settings
    map: NetworkMap | None
    detect: bytes = b""
    explain: bytes = b""
    follow: bytes = b""
    tell: bytes = b""
    charts: bytes = b""
    audience: bytes = b""
    watched: Watched = Watched()
    taken: Taken = Taken()
    works: tuple[PlannedWork, ...] = ()


def snapshot(state: CoreState) -> bytes:
    """The state as bytes: `restore(snapshot(state))` goes on exactly as `state` would."""
    now, told = state.stages, audience.snapshot(state.audience)
    if now is None:
        nothing = Frozen(
            state.seq, state.settings, None, audience=told, watched=state.watched, taken=state.taken, works=state.works
        )  # fmt: skip
        return msgspec.msgpack.encode(nothing)
    frozen = Frozen(
        state.seq, state.settings, now.feet.network, detect.snapshot(now.detect), explain.snapshot(now.explain),
        follow.snapshot(now.follow), tell.snapshot(now.tell), now.charts.snapshot(), told, state.watched,
        state.taken, state.works,
    )  # fmt: skip
    return msgspec.msgpack.encode(frozen)


def restore(data: bytes) -> CoreState:
    """The state that `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    frozen = msgspec.msgpack.decode(data, type=Frozen)
    if frozen.map is None:
        heard = audience.restore(frozen.audience)
        return CoreState(frozen.settings, None, frozen.seq, heard, frozen.watched, frozen.taken, frozen.works)
    feet, settings = footprints(frozen.map), frozen.settings
    stages = Stages(
        feet, detect.restore(frozen.detect, feet, settings), explain.restore(frozen.explain, feet, settings),
        follow.restore(frozen.follow, feet, settings), tell.restore(frozen.tell, feet, settings),
        Charts.restore(frozen.charts),
    )  # fmt: skip
    heard = audience.restore(frozen.audience)
    return CoreState(settings, stages, frozen.seq, heard, frozen.watched, frozen.taken, frozen.works)
