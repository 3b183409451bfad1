"""Is it the work that was announced? Only while that lasts, only where it reaches, and only as hard as it can hit."""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.follow.state import Followed
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.incidents import Incident, Planned
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.time import MINUTE, Instant

SLACK = 5 * MINUTE
"""Work that begins so much early, or ends so much late, is still on time."""
OUTSIDE = 0.1
"""Share of an alarm's areas that may lie outside: areas are told apart by few reports."""
HARDER = 0.25
"""By how much more of the lines there may be out than the work takes, at the least that is believed."""
REACHES = 0.02
"""A row of which the work takes less is not reached."""


def judged(
    followed: Followed, alarms: Sequence[Alarm], works: Sequence[PlannedWork], feet: Footprints, at: Instant
) -> tuple[Followed, tuple[str, ...]]:
    """The incident, with the announced work that explains all of it, or with none; and why that changed."""
    incident = followed.incident
    if not incident.is_open or not (works or incident.planned):
        return followed, ()
    found = explaining(incident, alarms, works, feet, at)
    if found == incident.planned:
        return followed, ()
    why = "announced work explains it" if found else _no_more(incident, works, at)
    incident = msgspec.structs.replace(incident, planned=found, changed_at=at)
    return msgspec.structs.replace(followed, incident=incident), (why,)


def explaining(
    incident: Incident, alarms: Sequence[Alarm], works: Sequence[PlannedWork], feet: Footprints, at: Instant
) -> Planned | None:
    """The work that explains all of it, work that goes on at once taken together; None: none does."""
    if not alarms:  # nothing stands any more: what explained it goes on explaining it
        return incident.planned
    on = [each for each in works if _is_on(each, incident, at)]
    subjects = dict.fromkeys(s for each in on for s in each.subjects if s in feet.index)
    if not subjects:
        return None
    lost = feet.losses(dict.fromkeys(subjects, 1.0))
    down = _down(subjects, feet)
    if not all(_within(alarm, lost, down, feet) for alarm in alarms):
        return None
    return Planned(
        tuple(each.id for each in on), min(each.starts for each in on), max(each.ends for each in on)
    )


def _is_on(work: PlannedWork, incident: Incident, at: Instant) -> bool:
    """Work that promised no loss of service explains none."""
    begun = work.starts - SLACK <= min(at, incident.onset.latest)
    return begun and at <= work.ends + SLACK and work.impact in ("degraded", "outage")


def _down(subjects: dict[ComponentId, None], feet: Footprints) -> frozenset[ComponentId]:
    """What the work touches, and what hangs on that. For membership only."""
    health = feet.wiring.component_health({feet.index[each]: 1.0 for each in subjects})
    below = (feet.components[number] for number, left in health.items() if left < 1.0 - REACHES)
    return frozenset((*subjects, *below))


def _within(alarm: Alarm, lost: np.ndarray, down: frozenset[ComponentId], feet: Footprints) -> bool:
    sure = [each for each in alarm.areas if each.state == "affected"] or [*alarm.areas]
    if sure:
        rows = [feet.row_number.get(CountRow(each.service, each.area)) for each in sure]
        shares = np.array([0.0 if row is None else lost[row] for row in rows])
        outside = float(np.mean(shares < REACHES))
        low = alarm.share.low or 0.0
        return outside <= OUTSIDE and low <= float(shares.max()) + HARDER
    if alarm.subject in down or any(member in down for member in alarm.members):
        return True
    mine = [n for n, row in enumerate(feet.rows) if isinstance(row, ProbeRow) and row.target == alarm.subject]
    return bool(mine) and all(lost[n] >= REACHES for n in mine)


def _no_more(incident: Incident, works: Sequence[PlannedWork], at: Instant) -> str:
    assert incident.planned is not None, "only asked where there was one"
    if at > incident.planned.ends + SLACK:
        return "announced work should have ended"
    if not any(each.id in incident.planned.works for each in works):
        return "the announced work was called off"
    return "it is larger than the announced work"
