"""What a person does to an incident: confirm, name, release, say, close, reopen, suppress."""

from typing import assert_never

import msgspec

from lightship.follow.life import reopened, status_of
from lightship.follow.scope import append
from lightship.follow.state import Followed
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Belief, Diagnosis, Explained, Kind
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import Incident, Said
from lightship.vocabulary.time import Instant

Acted = tuple[Followed, str]

KIND_STATED = 0.95
"""Belief in a kind of cause that a person named: people err, too."""


def acted(followed: Followed, act: OperatorAct, feet: Footprints, at: Instant) -> Acted:
    """The incident after a person's act, and what changed in words (empty: nothing did)."""
    match act.act:
        case "confirm":
            return _confirm(followed, act, at)
        case "name-cause":
            return _name(followed, act, feet, at)
        case "name-kind":
            return _name_kind(followed, act, at)
        case "release-cause":
            cause = msgspec.structs.replace(
                followed.incident, public_cause=act.text or None, public_cause_source=""
            )
            return _with(followed, cause, at), "a person released the cause"
        case "say":
            return _with(followed, _said(followed.incident, act, at), at), "a person has something to say"
        case "close" | "suppress":
            return _close(followed, act, at)
        case "reopen":
            if followed.incident.status != "resolved":
                return followed, ""
            return _with(
                reopened(followed, at), _said(reopened(followed, at).incident, act, at), at
            ), "a person reopened it"
        case _:
            assert_never(act.act)


def _with(followed: Followed, incident: Incident, at: Instant) -> Followed:
    return msgspec.structs.replace(followed, incident=msgspec.structs.replace(incident, changed_at=at))


def _said(incident: Incident, act: OperatorAct, at: Instant) -> Incident:
    if not act.text:
        return incident
    return msgspec.structs.replace(incident, said=(*incident.said, Said(at, act.operator, act.text)))


def _confirm(followed: Followed, act: OperatorAct, at: Instant) -> Acted:
    """A confirmed incident is public; a confirmed diagnosis keeps that standing while its class holds."""
    incident = msgspec.structs.replace(followed.incident, public=True)
    diagnosis = incident.diagnosis
    if diagnosis is None or not diagnosis.members:
        return _with(followed, _said(incident, act, at), at), "a person confirmed the incident"
    sure = msgspec.structs.replace(
        diagnosis, at=at, standing="confirmed by a person", reason=f"confirmed by {act.operator}"
    )
    followed = msgspec.structs.replace(followed, confirmed=diagnosis.members)
    return _diagnosed(followed, _said(incident, act, at), sure, at), "a person confirmed the cause"


def _name(followed: Followed, act: OperatorAct, feet: Footprints, at: Instant) -> Acted:
    if act.component is None or act.component not in feet.index:
        return followed, ""
    sure = _stated(act.component, followed.incident.diagnosis, act.operator, at)
    followed = msgspec.structs.replace(followed, named=act.component, confirmed=(act.component,))
    return _diagnosed(followed, _said(followed.incident, act, at), sure, at), "a person named the cause"


def _name_kind(followed: Followed, act: OperatorAct, at: Instant) -> Acted:
    """The kind of cause, for operators; the public reads what is released."""
    diagnosis = followed.incident.diagnosis
    if act.category is None or diagnosis is None:
        return followed, ""
    others = tuple(each for each in diagnosis.categories if each.name != act.category)
    sure = msgspec.structs.replace(diagnosis, at=at, categories=(Kind(act.category, KIND_STATED), *others))
    return _diagnosed(
        followed, _said(followed.incident, act, at), sure, at
    ), "a person named the kind of cause"


def _stated(component: ComponentId, before: Diagnosis | None, operator: str, at: Instant) -> Diagnosis:
    blank = before or Diagnosis(
        at, "confirmed by a person", (), None, (), 0.0, 1.0, 1.0, Explained(0, 0, 0, 0), (), (), (), (), ()
    )
    return msgspec.structs.replace(
        blank, at=at, standing="confirmed by a person", members=(component,), chosen=component,
        beliefs=(Belief(component, 1.0),), probability=1.0, neighbour=False, reason=f"named by {operator}",
    )  # fmt: skip


def _diagnosed(followed: Followed, incident: Incident, sure: Diagnosis, at: Instant) -> Followed:
    incident = msgspec.structs.replace(incident, diagnoses=(*incident.diagnoses, sure))
    if incident.is_open:
        incident = msgspec.structs.replace(incident, status=status_of(incident))
    return _with(followed, incident, at)


def _close(followed: Followed, act: OperatorAct, at: Instant) -> Acted:
    if not followed.incident.is_open:
        return followed, ""
    incident = _said(followed.incident, act, at)
    last = incident.scope
    areas = tuple(AffectedArea(each.service, each.area, "recovered") for each in last.areas)
    scopes = append(incident.scopes, msgspec.structs.replace(last, at=at, areas=areas))
    incident = msgspec.structs.replace(
        incident, status="resolved", resolved_at=at, scopes=scopes, suppressed=act.act == "suppress",
        service_restored_at=incident.green_since,
    )  # fmt: skip
    return _with(
        followed, incident, at
    ), "a person closed it" if act.act == "close" else "a person found no outage"
