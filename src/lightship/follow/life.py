"""One incident through one tick: scope, cause, clocks, status, estimate, close. Each step says what it changed."""

from collections.abc import Sequence

import msgspec

from lightship.detect.evidence import Evidence
from lightship.follow import causes, clocks, eta
from lightship.follow.answering import looked_at, watched_paths
from lightship.follow.identity import ServiceAreaKey, same_class, take_id
from lightship.follow.scope import append, is_material, is_urgent, may_change, scope_of
from lightship.follow.state import SCOPE_EVERY, Followed, FollowState, Seen
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm, Partial
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident, Status
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import HOUR, MINUTE, Instant

Step = tuple[Incident, tuple[str, ...]]

ONSET_SETTLES = HOUR
ONSET_MOVED = 2 * MINUTE


def open_incident(
    state: FollowState, alarm: Alarm, own: Diagnosis | None, elsewhere: dict[ServiceAreaKey, None], feet: Footprints,
    at: Instant, zone: str,
) -> tuple[FollowState, Followed]:  # fmt: skip
    """A new incident from one alarm."""
    state, name = take_id(state, at, zone)
    incident = Incident(
        name, "identified" if causes.named(own) else "investigating", at, at, alarm.since, (alarm.id,),
        (scope_of((alarm,), None, elsewhere, feet, at, own),), diagnoses=(own,) if own else (), public=alarm.public,
        public_reports=alarm.reports, networks=alarm.networks, measured=_measured(alarm),
        partial=alarm.partial,
    )  # fmt: skip
    return state, Followed(incident, (_seen(alarm),))


def _seen(alarm: Alarm) -> Seen:
    return Seen(alarm.id, alarm.state, alarm.row_class, alarm.members)


def _measured(alarm: Alarm) -> bool:
    return alarm.row_class == "probe" or alarm.reports == 0


def join(followed: Followed, alarm: Alarm, at: Instant) -> Followed:
    """The incident with one more alarm."""
    incident = followed.incident
    alarms = tuple(dict.fromkeys((*incident.alarms, alarm.id)))
    others = tuple(each for each in followed.seen if each.id != alarm.id)
    incident = msgspec.structs.replace(
        incident, alarms=alarms, public=incident.public or alarm.public,
        measured=incident.measured or _measured(alarm), changed_at=at,
    )  # fmt: skip
    return msgspec.structs.replace(followed, incident=incident, seen=(*others, _seen(alarm)))


def reopened(followed: Followed, at: Instant) -> Followed:
    """A closed incident, open again: its clocks run anew, its history goes on."""
    incident = msgspec.structs.replace(
        followed.incident, status="investigating", reopened=followed.incident.reopened + 1, resolved_at=None,
        green_since=None, service_restored_at=None, component_restored_at=None, changed_at=at, suppressed=False,
    )  # fmt: skip
    return msgspec.structs.replace(followed, incident=incident)


def advance(
    followed: Followed, alarms: Sequence[Alarm], diagnoses: Sequence[Diagnosis], feeds: tuple[FeedEvent, ...],
    evidence: Evidence, elsewhere: dict[ServiceAreaKey, None], feet: Footprints, at: Instant, stirred: bool,
) -> tuple[Followed, tuple[str, ...]]:  # fmt: skip
    """An open incident through one tick.

    Args:
        alarms: its standing alarms, strongest first. feeds: what feeds said lately. elsewhere: others' service areas.
        stirred: one of its alarms changed in this tick; else its scope is weighed every five minutes only.
    """
    found = causes.match(followed, alarms, diagnoses, feet)
    incident, because = _diagnosed(followed, found, at)
    milestones = because
    incident, why = _publicly(incident, feeds, alarms)
    because += why
    if stirred or at - followed.weighed_at >= SCOPE_EVERY or is_urgent(incident.scope, alarms):
        followed = msgspec.structs.replace(followed, weighed_at=at)
        incident, why = _scoped(incident, alarms, elsewhere, feet, at)
        because += why
    incident, why = _dated(incident, alarms, at)
    because += why
    paths = looked_at(watched_paths(followed.paths, incident.diagnosis, feet), evidence, at)
    followed = msgspec.structs.replace(followed, incident=incident, paths=paths)
    incident, why = _clocked(followed, feeds, feet)
    milestones, because = milestones + why, because + why
    incident, why = _stated(msgspec.structs.replace(followed, incident=incident), at)
    because += why
    incident, why = _estimated(incident, at, milestones)
    because += why
    if because:
        incident = msgspec.structs.replace(incident, changed_at=at)
    return msgspec.structs.replace(followed, incident=incident), because


def _diagnosed(followed: Followed, found: Diagnosis | None, at: Instant) -> Step:
    incident = followed.incident
    if found is None:
        return incident, ()
    found = causes.held(followed, found)
    if incident.status == "monitoring" and causes.named(incident.diagnosis) and not causes.named(found):
        # What still fails while it heals says little about what had failed: a named cause is not unnamed by it.
        return incident, ()
    why = causes.news(found, incident.diagnosis, at)
    if not why:
        return incident, ()
    other = bool(found.members) and not same_class(found, incident.diagnosis)
    back = None if other else incident.component_restored_at
    return msgspec.structs.replace(
        incident, diagnoses=(*incident.diagnoses, found), component_restored_at=back
    ), (why,)


def _publicly(incident: Incident, feeds: tuple[FeedEvent, ...], alarms: Sequence[Alarm]) -> Step:
    because: tuple[str, ...] = ()
    said = causes.released(incident, feeds)
    if said is not None and incident.public_cause is None:
        incident = msgspec.structs.replace(incident, public_cause=said[0], public_cause_source=said[1])
        because += ("the party concerned has published the cause",)
    if not incident.public and any(alarm.public for alarm in alarms):
        incident = msgspec.structs.replace(incident, public=True)
        because += ("there is enough evidence for a public statement",)
    networks = max((alarm.networks for alarm in alarms), default=0)
    if networks > incident.networks:
        incident = msgspec.structs.replace(incident, networks=networks)
        because += ("more networks see it",)
    partial = parted(alarms)
    if partial != incident.partial:
        told = _telling(partial) != _telling(incident.partial)
        incident = msgspec.structs.replace(incident, partial=partial)
        because += ("the networks that see it have changed",) if told else ()
    return incident, because


def parted(alarms: Sequence[Alarm]) -> Partial | None:
    """The division of what still stands; None: most networks see some of it. What has ended leaves the last word."""
    standing = [alarm.partial for alarm in alarms if alarm.state == "outage"]
    if not standing:
        standing = [alarm.partial for alarm in alarms]
    known = [each for each in standing if each is not None]
    return max(known, key=lambda each: each.failing) if known and len(known) == len(standing) else None


def _telling(partial: Partial | None) -> tuple[object, ...] | None:
    """What of it people would have to be told: numbers go up and down by themselves."""
    return None if partial is None else (partial.family, partial.region)


def _scoped(
    incident: Incident,
    alarms: Sequence[Alarm],
    elsewhere: dict[ServiceAreaKey, None],
    feet: Footprints,
    at: Instant,
) -> Step:
    if not may_change(incident, at) and not is_urgent(incident.scope, alarms):
        return incident, ()
    scope = scope_of(alarms, incident.scope, elsewhere, feet, at, incident.diagnosis)
    why = is_material(scope, incident.scope)
    if not why:
        return incident, ()
    reports = max((alarm.reports for alarm in alarms), default=incident.public_reports)
    scopes = append(incident.scopes, scope)
    return msgspec.structs.replace(incident, scopes=scopes, public_reports=reports), (why,)


def _dated(incident: Incident, alarms: Sequence[Alarm], at: Instant) -> Step:
    """Better evidence dates the onset better, in the first hour. What was published stays published."""
    if not alarms or at - incident.opened_at > ONSET_SETTLES or incident.reopened:
        return incident, ()
    since = alarms[0].since
    moved = max(
        abs(since.likeliest - incident.onset.likeliest), abs(since.earliest - incident.onset.earliest)
    )
    narrower = since.latest - since.earliest <= incident.onset.latest - incident.onset.earliest
    if moved < ONSET_MOVED or not (narrower or since.likeliest < incident.onset.likeliest):
        return incident, ()
    return msgspec.structs.replace(incident, onset=since), ("the onset is dated better",)


def _clocked(followed: Followed, feeds: tuple[FeedEvent, ...], feet: Footprints) -> Step:
    incident = followed.incident
    because: tuple[str, ...] = ()
    if incident.component_restored_at is None:
        back = clocks.component_back(followed, feeds, feet)
        if back is not None:
            incident = msgspec.structs.replace(incident, component_restored_at=back)
            because = ("the component is back",)
    elif clocks.component_failed(followed, feeds, feet):
        incident = msgspec.structs.replace(incident, component_restored_at=None)
        because = ("the component failed again",)
    green = clocks.green_since(followed)
    if green != incident.green_since:
        incident = msgspec.structs.replace(incident, green_since=green, service_restored_at=green)
        because = (*because, "all evidence is healthy" if green is not None else "it fails again")
    return incident, because


def _stated(followed: Followed, at: Instant) -> Step:
    incident = followed.incident
    green = incident.green_since
    if green is not None and at - green >= clocks.window(incident):
        done = msgspec.structs.replace(incident, status="resolved", resolved_at=at)
        return done, ("all evidence has been healthy long enough",)
    status = status_of(incident)
    if status == incident.status:
        return incident, ()
    return msgspec.structs.replace(incident, status=status), (f"the status is {status}",)


def status_of(incident: Incident) -> Status:
    """The status of an open incident, from its clocks and its cause."""
    if incident.green_since is not None or incident.component_restored_at is not None:
        return "monitoring"
    return "identified" if causes.named(incident.diagnosis) else "investigating"


MILESTONES = (
    "the cause is named to operators now", "the cause is confirmed by a person now", "the kind of cause is known now",
    "the component is back", "the component failed again", "it fails again",
)  # fmt: skip


def _estimated(incident: Incident, at: Instant, milestones: tuple[str, ...]) -> Step:
    if not incident.is_open:
        return incident, ()
    milestone = next((each for each in milestones if each in MILESTONES), "")
    new = eta.next_eta(incident, at, milestone)
    if new is None:
        return incident, ()
    return msgspec.structs.replace(incident, etas=(*incident.etas, new)), (
        "when it is back is estimated anew",
    )
