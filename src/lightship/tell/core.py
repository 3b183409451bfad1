"""Telling: whether there is something new to say, and the words. Pure; published words are never taken back."""

import msgspec

from lightship.follow.eta import differs
from lightship.follow.promises import is_due, promise
from lightship.prevent.footprints import Footprints
from lightship.tell.answers import operators_answers, public_answers, whose
from lightship.tell.headline import headline
from lightship.tell.message import text
from lightship.tell.naming import public_cause
from lightship.tell.planned import is_planned
from lightship.tell.where import LIST_AT_MOST, sure_areas, told_scope, where_words
from lightship.vocabulary.decisions import ChangeIncident, Decision, Keys, OpenIncident, Publish
from lightship.vocabulary.incidents import Eta, Incident, IncidentId, Status
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import MINUTE, Instant
from lightship.vocabulary.updates import Update

NOT_OFTENER = 5 * MINUTE
"""Between two updates of an incident, except its first, a change of status, and what a person says."""


MATTERS = 1.5
"""A number that grew or fell by less than this factor is not news."""


class Told(msgspec.Struct, frozen=True):
    """What the public has last been told of an incident.

    Args:
        promised: when the next update comes; absent: none was promised.
        where, cause, headline: as they were worded. areas: how many. share: of lines, 0-1; absent: not known.
        said: how many of the operators' words are out.
        planned: it was told as planned work.
        pending: something has changed and waits for its turn.
    """

    incident: IncidentId
    number: int
    at: Instant
    promised: Instant | None
    status: Status
    services: tuple[ServiceId, ...]
    where: str
    national: bool
    areas: int
    share: float | None
    cause: str
    component_back: bool
    green: bool
    eta: Eta | None
    said: int
    reopened: int
    whose: str | None
    headline: str
    pending: bool = False
    planned: bool = False


class TellState(msgspec.Struct, frozen=True):
    """What has been told of each incident that is remembered, oldest first."""

    told: tuple[Told, ...] = ()

    def of(self, incident: IncidentId) -> Told | None:
        """What has been told of that incident; None: nothing."""
        return next((each for each in self.told if each.incident == incident), None)


def start(settings: Settings) -> TellState:
    """Nothing has been told yet."""
    return TellState()


def step(
    state: TellState, feet: Footprints, settings: Settings, at: Instant, incidents: tuple[Incident, ...],
    changed: tuple[Incident, ...], keys: Keys,
) -> tuple[TellState, tuple[Publish, ...]]:  # fmt: skip
    """What to publish now, incident by incident, oldest first.

    Args:
        incidents: open and recent ones as they stand. changed: those of them that changed in this event.
    """
    moved = {each.id for each in changed}
    kept: list[Told] = []
    said: list[Publish] = []
    for incident in incidents:
        told = state.of(incident.id)
        if incident.public and (
            told is None or incident.id in moved or told.pending or _due(told, incident, at)
        ):
            told, publish = _consider(told, incident, incidents, feet, settings, at, keys)
            said += [publish] if publish is not None else []
        if told is not None:
            kept.append(told)
    return msgspec.structs.replace(state, told=tuple(kept)), tuple(said)


def _due(told: Told, incident: Incident, at: Instant) -> bool:
    return incident.is_open and told.promised is not None and is_due(told.promised, at)


def _consider(
    told: Told | None, incident: Incident, incidents: tuple[Incident, ...], feet: Footprints, settings: Settings,
    at: Instant, keys: Keys,
) -> tuple[Told | None, Publish | None]:  # fmt: skip
    now = _facts(incident, told, feet, settings, at)
    why = news(now, told) if told is not None else ("first update" if incident.is_open else "")
    due = told is not None and _due(told, incident, at)
    if not why and not due:
        return (msgspec.structs.replace(told, pending=False) if told is not None else None), None
    if told is not None and not due and not _urgent(now, told) and at - told.at < NOT_OFTENER:
        return msgspec.structs.replace(told, pending=True), None
    promised = promise(at, settings) if incident.is_open else None
    now = msgspec.structs.replace(now, promised=promised)
    same = not why and told is not None and now.headline == told.headline
    update = _update(now, told, incident, incidents, feet, settings, at, unchanged=same)
    due_why = "the promised update is due" + ("; nothing has changed" if same else "")
    return now, Publish(keys.take(), why or due_why, update)


def _facts(incident: Incident, told: Told | None, feet: Footprints, settings: Settings, at: Instant) -> Told:
    """What a reader would be told now."""
    scope, cause = told_scope(incident), public_cause(incident, feet.network, settings)
    return Told(
        incident.id, told.number + 1 if told else 1, at, None, _status(incident, bool(cause)), tuple(scope.services),
        where_words(scope, feet.network), scope.national, len(sure_areas(scope)), scope.share.value,
        cause.words if cause else "", incident.component_restored_at is not None, incident.green_since is not None,
        incident.etas[-1] if incident.etas else None, len(incident.said), incident.reopened,
        whose(incident), headline(incident, feet, settings), planned=is_planned(incident),
    )  # fmt: skip


def _status(incident: Incident, cause_told: bool) -> Status:
    """The public status: a cause that only operators know is no "identified" to the public."""
    return "investigating" if incident.status == "identified" and not cause_told else incident.status


def news(now: Told, told: Told) -> str:
    """What a reader does not know yet, in words; empty: nothing."""
    found = (
        ("a person has something to say", now.said > told.said),
        ("it failed again", now.reopened > told.reopened),
        ("announced work explains it", now.planned and not told.planned),
        ("announced work does not explain it any more", told.planned and not now.planned and not now.green),
        (f"the status is {now.status} now", now.status != told.status),
        ("it is a neighbour's trouble" if now.whose == "neighbour" else "it is ours", now.whose != told.whose),
        ("all looks healthy" if now.green else "it fails again", now.green != told.green),
        ("the equipment is back" if now.component_back else "the equipment failed again",
         now.component_back != told.component_back),
        ("other services are hit", now.services != told.services),
        ("other places are hit", _elsewhere(now, told)),
        ("how many are hit changed", _matters(now.share, told.share)),
        ("what is known of the cause changed", now.cause != told.cause),
        ("when it is back is estimated anew", _eta_news(now.eta, told.eta)),
    )  # fmt: skip
    return "; ".join(words for words, new in found if new)


def _elsewhere(now: Told, told: Told) -> bool:
    """Whether a reader would act on it: a list of names changed, or the number of areas by half."""
    if now.national or told.national:
        return now.national != told.national
    if min(now.areas, told.areas) <= LIST_AT_MOST:
        return now.where != told.where
    return _matters(now.areas, told.areas)


def _matters(now: float | None, told: float | None) -> bool:
    if now is None or told is None:
        return now is not told
    return not told / MATTERS <= now <= told * MATTERS


def _eta_news(now: Eta | None, told: Eta | None) -> bool:
    if now is None or now == told:
        return False
    return told is None or differs(now, told)


def _urgent(now: Told, told: Told) -> bool:
    more = now.said > told.said or now.reopened > told.reopened
    return more or now.status != told.status or now.planned != told.planned


def _update(
    now: Told, told: Told | None, incident: Incident, incidents: tuple[Incident, ...], feet: Footprints,
    settings: Settings, at: Instant, unchanged: bool,
) -> Update:  # fmt: skip
    spoken = incident.said[-1].text if now.said > (told.said if told else 0) else ""
    since = told.at if told is not None and unchanged else None
    worded = spoken or text(incident, feet, settings, at, now.promised, since)
    return Update(
        incident.id, now.number, at, now.status, headline(incident, feet, settings), worded,
        public_answers(incident, incidents, feet, settings, at, now.promised), now.promised,
        "operator" if spoken else "automation", settings.simulated,
    )  # fmt: skip


def fill(
    state: TellState, decisions: tuple[Decision, ...], incidents: tuple[Incident, ...], feet: Footprints,
    settings: Settings, at: Instant,
) -> tuple[Decision, ...]:  # fmt: skip
    """The decisions about incidents with their answers filled in, the operators' ones too. `state` is after `step`."""
    filled: list[Decision] = []
    for each in decisions:
        if isinstance(each, OpenIncident | ChangeIncident):
            told = state.of(each.incident.id)
            asked = (each.incident, incidents, feet, settings, at, told.promised if told else None)
            answers = (*public_answers(*asked), *operators_answers(*asked))
            each = msgspec.structs.replace(
                each, incident=msgspec.structs.replace(each.incident, answers=answers)
            )
        filled.append(each)
    return tuple(filled)


def snapshot(state: TellState) -> bytes:
    """The state as bytes."""
    return msgspec.msgpack.encode(state)


def restore(data: bytes, feet: Footprints, settings: Settings) -> TellState:
    """The state that `snapshot` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    return msgspec.msgpack.decode(data, type=TellState)
