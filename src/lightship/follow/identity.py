"""Which alarm belongs to which incident. A service area belongs to one open incident at a time."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from lightship.follow.state import REOPEN_WITHIN, SLACK, Followed, FollowState
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId, lineage
from lightship.vocabulary.time import Between, Instant
from lightship.vocabulary.zones import local

ServiceAreaKey = tuple[ServiceId, AreaId]

MOST = 0.5
"""An alarm lies in a footprint, or in an incident, when this share of its service areas does."""


class Home(msgspec.Struct, frozen=True):
    """Where an alarm belongs. `index` counts in `FollowState.followed`; absent for `open`."""

    kind: Literal["join", "reopen", "open"]
    index: int | None
    reason: str


def take_id(state: FollowState, at: Instant, zone: str) -> tuple[FollowState, IncidentId]:
    """The next id: the local date of opening and a running number, "20160720-1"."""
    day = local(at, zone).strftime("%Y%m%d")
    number = state.number + 1 if day == state.day else 1
    taken = {each.incident.id for each in state.followed}
    while f"{day}-{number}" in taken:
        number += 1
    return msgspec.structs.replace(state, day=day, number=number), IncidentId(f"{day}-{number}")


def claims(alarm: Alarm) -> dict[ServiceAreaKey, None]:
    """The service areas that an alarm speaks of, in its order."""
    return dict.fromkeys((each.service, each.area) for each in alarm.areas)


def holds(incident: Incident) -> dict[ServiceAreaKey, None]:
    """The service areas that belong to an incident."""
    return dict.fromkeys((each.service, each.area) for each in incident.scope.areas)


def class_of(diagnosis: Diagnosis) -> frozenset[ComponentId]:
    """Everything that the diagnosis says is out. For membership only, never iterated."""
    return frozenset((*diagnosis.members, *((diagnosis.chosen,) if diagnosis.chosen else ())))


def same_class(one: Diagnosis | None, other: Diagnosis | None) -> bool:
    """Whether two diagnoses name (nearly) the same class: one chosen lies in the other's class."""
    if one is None or other is None or not one.members or not other.members:
        return False
    return one.chosen in class_of(other) or other.chosen in class_of(one)


def overlap(one: Between, other: Between, slack: int = SLACK) -> bool:
    """Whether two onset intervals overlap, with some slack (ms)."""
    return one.earliest <= other.latest + slack and other.earliest <= one.latest + slack


def covered(diagnosis: Diagnosis, alarm: Alarm, feet: Footprints) -> float:
    """How well a diagnosis explains an alarm, 0-1: 1 where it names what scored, else how alike the sets of rows are.

    Both ways count: a national component touches every town, but is a poor explanation of one town alone.
    """
    named = class_of(diagnosis)
    if alarm.subject in named or any(member in named for member in alarm.members):
        return 1.0
    inside, rows, foot = _meet(diagnosis, alarm, feet)
    return inside / (rows + foot - inside) if inside else 0.0


def covers(diagnosis: Diagnosis, alarm: Alarm, feet: Footprints) -> bool:
    """Whether the diagnosis' footprint covers the alarm."""
    named = class_of(diagnosis)
    if alarm.subject in named or any(member in named for member in alarm.members):
        return True
    inside, rows, _ = _meet(diagnosis, alarm, feet)
    return rows > 0 and inside >= MOST * rows


def _meet(diagnosis: Diagnosis, alarm: Alarm, feet: Footprints) -> tuple[int, int, int]:
    """Rows in both, rows of the alarm, count rows of the footprint."""
    foot = foot_rows(diagnosis, feet)
    rows = alarm_rows(alarm, feet)
    if not len(foot) or not len(rows):
        return 0, len(rows), len(foot)
    kind = ProbeRow if not alarm.areas else CountRow
    foot = np.array([row for row in foot.tolist() if isinstance(feet.rows[row], kind)], dtype=np.int64)
    return len(np.intersect1d(foot, rows)), len(rows), len(foot)


def foot_rows(diagnosis: Diagnosis, feet: Footprints) -> np.ndarray:
    """Rows that the diagnosis' chosen component takes down, ascending; none for an unknown cause."""
    number = feet.index.get(diagnosis.chosen) if diagnosis.chosen else None
    if number is None:
        return np.empty(0, dtype=np.int64)
    return np.sort(feet.share.indices[feet.share.indptr[number] : feet.share.indptr[number + 1]])


def alarm_rows(alarm: Alarm, feet: Footprints) -> np.ndarray:
    """Rows that an alarm speaks of, ascending: its service areas, or the probes of its target."""
    if alarm.areas:
        wanted = claims(alarm)
        found = [
            n for n, r in enumerate(feet.rows) if isinstance(r, CountRow) and (r.service, r.area) in wanted
        ]
    else:
        found = [n for n, r in enumerate(feet.rows) if isinstance(r, ProbeRow) and r.target == alarm.subject]
    return np.array(found, dtype=np.int64)


def best_diagnosis(alarm: Alarm, diagnoses: Sequence[Diagnosis], feet: Footprints) -> Diagnosis | None:
    """The diagnosis that explains an alarm best; None where none touches it."""
    scored = [(covered(each, alarm, feet), -n) for n, each in enumerate(diagnoses)]
    best = max(scored, default=(0.0, 0))
    return diagnoses[-best[1]] if best[0] > 0 else None


def home(
    state: FollowState, alarm: Alarm, own: Diagnosis | None, at: Instant, feet: Footprints
) -> Home:  # fmt: skip
    """Where a new alarm belongs: an open incident, one that closed within six hours, or a new one.

    Args:
        own: the diagnosis that explains the alarm, if any.
    """
    for index, each in enumerate(state.followed):
        reason = _joins(each, alarm, own, feet) if each.incident.is_open else ""
        if reason:
            return Home("join", index, reason)
    for index in reversed(range(len(state.followed))):
        reason = _reopens(state.followed[index].incident, alarm, own, at)
        if reason:
            return Home("reopen", index, reason)
    return Home("open", None, "a new alarm that belongs to no open incident")


def _joins(followed: Followed, alarm: Alarm, own: Diagnosis | None, feet: Footprints) -> str:
    incident, together = followed.incident, overlap(followed.incident.onset, alarm.since)
    if any(seen.id == alarm.id for seen in followed.seen):
        return "its alarm came back"
    if same_class(own, incident.diagnosis) and together:
        return "the same components explain both"
    if _named_apart(own, incident):
        return ""
    if incident.diagnosis and covers(incident.diagnosis, alarm, feet) and together:
        return "the diagnosis' footprint covers it"
    if not alarm.areas or not incident.scope.areas:
        return _joins_without_areas(incident, alarm, together, feet)
    return _joins_by_areas(incident, alarm, together)


def _named_apart(own: Diagnosis | None, incident: Incident) -> bool:
    """Another cause is named for this alarm: then it is an incident of its own, wherever it lies."""
    mine = incident.diagnosis
    if own is None or mine is None or own.standing == "under investigation":
        return False
    return not same_class(own, mine)


def _joins_by_areas(incident: Incident, alarm: Alarm, together: bool) -> str:
    mine, theirs = holds(incident), claims(alarm)
    both = sum(key in mine for key in theirs)
    if both >= MOST * len(theirs):
        return "most of its service areas belong to this incident"
    if both >= MOST * len(mine) and together:
        return "it holds most of this incident's service areas and began together"
    return ""


def _joins_without_areas(incident: Incident, alarm: Alarm, together: bool, feet: Footprints) -> str:
    wide = (not incident.scope.areas or incident.scope.national) and (not alarm.areas or alarm.national)
    services = incident.scope.services
    if wide and any(service in services for service in alarm.services):
        return "the same service is out"
    roots = [lineage(feet.network.services, service)[-1] for service in services]
    if wide and together and any(lineage(feet.network.services, s)[-1] in roots for s in alarm.services):
        return "services of one family began to fail together"
    return ""


def _reopens(incident: Incident, alarm: Alarm, own: Diagnosis | None, at: Instant) -> str:
    ended = incident.resolved_at
    if incident.status != "resolved" or ended is None or at - ended > REOPEN_WITHIN or incident.suppressed:
        return ""
    if same_class(own, incident.diagnosis):
        return "the same components failed again within six hours"
    if _named_apart(own, incident) or not any(s in incident.scope.services for s in alarm.services):
        return ""
    mine, theirs = holds(incident), claims(alarm)
    both = sum(key in mine for key in theirs)
    alike = both >= MOST * (len(mine) + len(theirs) - both)
    return "the same service areas failed again within six hours" if alike else ""
