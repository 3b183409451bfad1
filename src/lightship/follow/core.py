"""Following: alarms and diagnoses become incidents with a life. Pure; everything that changes says why."""

import msgspec

from lightship.detect.evidence import Detection
from lightship.follow import acts, clocks, life, planned, promises
from lightship.follow.identity import Home, best_diagnosis, home
from lightship.follow.merging import elsewhere, is_one, merge
from lightship.follow.state import REMEMBER, REMEMBER_AT_MOST, Followed, FollowState
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.decisions import (
    ChangeIncident,
    Decision,
    Keys,
    OpenIncident,
    Publish,
    RaiseAlarm,
    WarnOperator,
)  # fmt: skip
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import Due, OperatorAct
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import Instant

Stepped = tuple[FollowState, tuple[Decision, ...]]
Reasons = dict[str, tuple[str, ...]]
"""Per incident that changed: why."""


def start(settings: Settings) -> FollowState:
    """Nothing is followed yet."""
    return FollowState()


def step(
    state: FollowState, feet: Footprints, settings: Settings, at: Instant, detection: Detection,
    diagnoses: tuple[Diagnosis, ...], feeds: tuple[FeedEvent, ...], keys: Keys, works: tuple[PlannedWork, ...] = (),
) -> Stepped:  # fmt: skip
    """One judged tick: open, join, advance, merge and close incidents. `works`: announced work.

    Decisions come in the order: alarms, incidents oldest first, warnings.
    """
    before = {each.incident.id: each.incident for each in state.followed}
    raised = _raised(state, detection.alarms, keys)
    state = clocks.remember_feeds(state, feeds, at)
    state = _dismissals_end(state, detection.alarms)
    because: Reasons = {}
    state, aside = _house(state, detection.alarms, diagnoses, feet, at, settings, because, keys)
    state = _advance(state, detection, diagnoses, works, feet, at, because)
    state = _merge(state, at, because)
    state, broken = _warn(state, at, keys)
    state = _forget(_noted(state, detection.alarms), at)
    told = (*raised, *_changes(state, before, because, keys), *aside, *broken)
    return state, (*told, *_own_lines(detection, keys))


def _own_lines(detection: Detection, keys: Keys) -> tuple[Decision, ...]:
    """What cannot be seen is said to operators, and never concluded from."""
    return tuple(
        WarnOperator(keys.take(), "the own line is up again", f"the line of {vantage} is up again; it counts as before")
        if up else WarnOperator(
            keys.take(), "the own line is in doubt",
            f"what is measured from {vantage} fails together: its own line seems down, and nothing can be said",
        )
        for vantage, up in detection.lines
    )  # fmt: skip


def _raised(state: FollowState, alarms: tuple[Alarm, ...], keys: Keys) -> tuple[Decision, ...]:
    known = dict(state.alarms)
    return tuple(
        RaiseAlarm(keys.take(), alarm.reason or f"it is {alarm.state} now", alarm)
        for alarm in alarms if known.get(alarm.id) != alarm.state
    )  # fmt: skip


def _noted(state: FollowState, alarms: tuple[Alarm, ...]) -> FollowState:
    return msgspec.structs.replace(
        state, alarms=tuple((alarm.id, alarm.state) for alarm in alarms if alarm.state != "recovered")
    )


def _dismissals_end(state: FollowState, alarms: tuple[Alarm, ...]) -> FollowState:
    if not state.dismissed:
        return state
    standing = {alarm.id for alarm in alarms if alarm.state != "recovered"}
    return msgspec.structs.replace(
        state, dismissed=tuple(each for each in state.dismissed if each in standing)
    )


def _house(
    state: FollowState, alarms: tuple[Alarm, ...], diagnoses: tuple[Diagnosis, ...], feet: Footprints, at: Instant,
    settings: Settings, because: Reasons, keys: Keys,
) -> tuple[FollowState, tuple[Decision, ...]]:  # fmt: skip
    """Every alarm in the state "outage" gets its incident."""
    housed = {seen.id for each in state.followed if each.incident.is_open for seen in each.seen}
    aside: list[Decision] = []
    known = dict(state.alarms)
    for alarm in strongest_first(alarms):
        if alarm.state != "outage" or alarm.id in housed or alarm.id in state.dismissed:
            continue
        own = best_diagnosis(alarm, diagnoses, feet)
        if _is_neighbours(alarm, own, diagnoses):
            if known.get(alarm.id) != "outage":
                text = f"{alarm.subject}: the evidence points to another network, ours looks healthy"
                aside.append(WarnOperator(keys.take(), "a neighbour's trouble opens no incident", text))
            continue
        state = _settle(state, home(state, alarm, own, at, feet), alarm, own, feet, at, settings, because)
    return state, tuple(aside)


def strongest_first(alarms: tuple[Alarm, ...]) -> list[Alarm]:
    """Alarms by falling score; equal ones by id."""
    return sorted(alarms, key=lambda alarm: (-alarm.score, alarm.id))


def _is_neighbours(alarm: Alarm, own: Diagnosis | None, diagnoses: tuple[Diagnosis, ...]) -> bool:
    if own is not None:
        return own.neighbour
    return alarm.row_class == "neighbour" or (bool(diagnoses) and all(each.neighbour for each in diagnoses))


def _settle(
    state: FollowState, where: Home, alarm: Alarm, own: Diagnosis | None, feet: Footprints, at: Instant,
    settings: Settings, because: Reasons,
) -> FollowState:  # fmt: skip
    if where.index is None:
        taken = elsewhere(state.followed, -1)
        state, new = life.open_incident(state, alarm, own, taken, feet, at, settings.zone)  # type: ignore[arg-type]
        because[new.incident.id] = (where.reason,)
        return msgspec.structs.replace(state, followed=(*state.followed, new))
    old = state.followed[where.index]
    if where.kind == "reopen":
        old = _disjoint(life.reopened(old, at), elsewhere(state.followed, where.index))
    joined = life.join(old, alarm, at)
    because[joined.incident.id] = (*because.get(joined.incident.id, ()), where.reason)
    return _put(state, where.index, joined)


def _disjoint(followed: Followed, taken: dict[tuple[str, str], None]) -> Followed:
    """A reopened incident leaves alone what others have come to hold since it closed."""
    scope = followed.incident.scope
    areas = tuple(each for each in scope.areas if (each.service, each.area) not in taken)
    if len(areas) == len(scope.areas):
        return followed
    scopes = (*followed.incident.scopes, msgspec.structs.replace(scope, areas=areas))
    return msgspec.structs.replace(
        followed, incident=msgspec.structs.replace(followed.incident, scopes=scopes)
    )


def _put(state: FollowState, index: int, followed: Followed) -> FollowState:
    return msgspec.structs.replace(
        state, followed=(*state.followed[:index], followed, *state.followed[index + 1 :])
    )


def _advance(
    state: FollowState, detection: Detection, diagnoses: tuple[Diagnosis, ...], works: tuple[PlannedWork, ...],
    feet: Footprints, at: Instant, because: Reasons,
) -> FollowState:  # fmt: skip
    by_id = {alarm.id: alarm for alarm in detection.alarms}
    standing = [alarm for alarm in strongest_first(detection.alarms) if alarm.state != "recovered"]
    for index, each in enumerate(state.followed):
        if not each.incident.is_open:
            continue
        looked = clocks.look(each, by_id, at)  # type: ignore[arg-type]  # ids are texts
        mine = {seen.id for seen in looked.seen}
        alarms = [alarm for alarm in standing if alarm.id in mine]
        after, why = life.advance(
            looked, alarms, diagnoses, state.feeds,
            detection.evidence, elsewhere(state.followed, index), feet, at,  # type: ignore[arg-type]
            any(alarm.id in mine for alarm in detection.changed),
        )  # fmt: skip
        after, more = planned.judged(after, alarms, works, feet, at)
        why += more
        if why:
            because[after.incident.id] = (*because.get(after.incident.id, ()), *why)
        state = _put(state, index, after)
    return state


def _merge(state: FollowState, at: Instant, because: Reasons) -> FollowState:
    for older in range(len(state.followed)):
        for younger in range(older + 1, len(state.followed)):
            one, other = state.followed[older], state.followed[younger]
            why = (
                is_one(one.incident, other.incident)
                if one.incident.is_open and other.incident.is_open
                else ""
            )
            if not why:
                continue
            kept, gone = merge(one, other, at)
            because[kept.incident.id] = (
                *because.get(kept.incident.id, ()),
                f"took over {gone.incident.id}: {why}",
            )
            because[gone.incident.id] = (f"merged into {kept.incident.id}: {why}",)
            state = _put(_put(state, older, kept), younger, gone)
    return state


def _changes(
    state: FollowState, before: dict[IncidentId, Incident], because: Reasons, keys: Keys
) -> tuple[Decision, ...]:
    made: list[Decision] = []
    for each in state.incidents:
        if each.id not in because:
            continue
        reason = "; ".join(dict.fromkeys(because[each.id]))
        kind = ChangeIncident if each.id in before else OpenIncident
        made.append(kind(keys.take(), reason, each))
    return tuple(made)


def _warn(state: FollowState, at: Instant, keys: Keys) -> tuple[FollowState, tuple[Decision, ...]]:
    """A broken promise is an alarm of its own, once per promise."""
    warnings: list[Decision] = []
    for index, each in enumerate(state.followed):
        promised = each.incident.next_update_by
        if not each.incident.is_open or promised is None or not promises.is_broken(promised, at):
            continue
        if each.warned != promised:
            text = f"incident {each.incident.id}: an update was promised and is late"
            warnings.append(WarnOperator(keys.take(), "a promise is broken", text, each.incident.id))
            state = _put(state, index, msgspec.structs.replace(each, warned=promised))
    return state, tuple(warnings)


def _forget(state: FollowState, at: Instant) -> FollowState:
    keep = [e for e in state.followed if e.incident.is_open or at - e.incident.changed_at <= REMEMBER]
    closed = sum(not each.incident.is_open for each in keep)
    surplus = max(closed - REMEMBER_AT_MOST, 0)
    kept: list[Followed] = []
    for each in keep:
        if not each.incident.is_open and surplus > 0:
            surplus -= 1
            continue
        kept.append(each)
    return state if len(kept) == len(state.followed) else msgspec.structs.replace(state, followed=tuple(kept))


def act(
    state: FollowState, feet: Footprints, settings: Settings, at: Instant, act: OperatorAct, keys: Keys
) -> Stepped:
    """A person's act on an incident. One that names no incident that is remembered changes nothing."""
    for index, each in enumerate(state.followed):
        if each.incident.id != act.incident or each.incident.status == "merged":
            continue
        if act.act == "reopen":
            each = _disjoint(each, elsewhere(state.followed, index))
        after, reason = acts.acted(each, act, feet, at)
        if not reason:
            break
        state = _put(state, index, after)
        if act.act in ("close", "suppress"):
            stand = tuple(seen.id for seen in each.seen if seen.recovered_at is None)
            state = msgspec.structs.replace(state, dismissed=(*state.dismissed, *stand))
        return state, (ChangeIncident(keys.take(), reason, after.incident),)
    text = f"{act.act}: there is no incident {act.incident or '(none named)'} that this can be done to"
    return state, (WarnOperator(keys.take(), "an act changed nothing", text, act.incident),)


def due(
    state: FollowState, feet: Footprints, settings: Settings, at: Instant, due: Due, keys: Keys
) -> Stepped:
    """A timer ran out. Following asks for none: promises are kept on judged ticks."""
    return state, ()


def told(state: FollowState, said: tuple[Publish, ...]) -> FollowState:
    """What was published binds: its promise is the incident's."""
    promised = {each.update.incident: each.update.next_update_by for each in said}
    for index, each in enumerate(state.followed):
        if each.incident.id in promised:
            incident = msgspec.structs.replace(each.incident, next_update_by=promised[each.incident.id])
            state = _put(state, index, msgspec.structs.replace(each, incident=incident))
    return state


def snapshot(state: FollowState) -> bytes:
    """The state as bytes."""
    return msgspec.msgpack.encode(state)


def restore(data: bytes, feet: Footprints, settings: Settings) -> FollowState:
    """The state that `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    return msgspec.msgpack.decode(data, type=FollowState)
