"""Words for an incident that announced work explains. Who does the work is not said: that may be a third party."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from lightship.prevent.footprints import Footprints
from lightship.tell.times import moment
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import DAY, Instant

KICKER = "Planned work"
NEARLY_ALL = 0.9


def is_planned(incident: Incident) -> bool:
    """Whether it is told as planned work: while it lasts, and nothing more than that is out."""
    return incident.planned is not None and incident.is_open and incident.green_since is None


def sentence(incident: Incident, at: Instant, zone: str) -> str:
    """That it is planned, and until when."""
    assert incident.planned is not None, "only of planned work"
    ends = incident.planned.ends
    due = f"is to end by {moment(ends, at, zone)}" if ends > at else f"was to end by {moment(ends, at, zone)}"
    return f"This is planned work, which {due}."


def headline(said: str, services: str, incident: Incident) -> str:
    """The statement, with what it is before it.

    >>> _worded("broadband: about half of the connections are failing in York", "broadband")
    'planned work on broadband: about half of the connections are failing in York'
    """
    return _worded(said, services) if is_planned(incident) else said


def _worded(said: str, services: str) -> str:
    return f"planned work on {said}" if said.startswith(f"{services}: ") else f"planned work: {said}"


SHOWN_BEFORE, SHOWN_AFTER = 60 * DAY, 7 * DAY
"""Work is on the page so long before it begins and after it has ended."""
REACHES = 0.02
"""A service area of which the work takes less is not told."""


class Announced(msgspec.Struct, frozen=True):
    """Planned work as the public may read it: when, which services, where. Who does it, and to what, is not said.

    Args:
        id: stable, and says nothing of whoever announced it.
        areas: where service may fail, gates of the map respected; national: in nearly all of them.
        impact: what the announcer expects where it reaches.
    """

    id: str
    starts: Instant
    ends: Instant
    services: tuple[ServiceId, ...]
    areas: tuple[AreaId, ...]
    national: bool
    impact: Literal["degraded", "outage"]


def announced(works: Sequence[PlannedWork], feet: Footprints, at: Instant) -> tuple[Announced, ...]:
    """Work that customers may notice, the next first. What redundancy carries is nobody's business but ours."""
    found = (_announced(each, feet) for each in works if _in_time(each, at))
    return tuple(
        sorted((each for each in found if each is not None), key=lambda each: (each.starts, each.id))
    )


def _in_time(work: PlannedWork, at: Instant) -> bool:
    return work.starts - SHOWN_BEFORE <= at <= work.ends + SHOWN_AFTER


def _announced(work: PlannedWork, feet: Footprints) -> Announced | None:
    subjects = {each: 1.0 for each in work.subjects if each in feet.index}
    if not subjects or not (work.impact == "degraded" or work.impact == "outage"):
        return None
    lost = feet.losses(subjects)
    hit = [
        row for number, row in enumerate(feet.rows) if lost[number] >= REACHES and isinstance(row, CountRow)
    ]
    services = {row.service for row in hit}
    if not services:
        return None
    areas = tuple(dict.fromkeys(row.area for row in hit if row.area is not None))
    leaves = len(feet.network.places.leaves())
    return Announced(
        f"w-{sha256(work.id.encode()).hexdigest()[:10]}", work.starts, work.ends,
        tuple(each.id for each in feet.network.services if each.id in services), areas,
        leaves > 1 and len(areas) >= NEARLY_ALL * leaves, work.impact,
    )  # fmt: skip
