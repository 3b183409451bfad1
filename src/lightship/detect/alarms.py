"""An alarm's life: possible, outage, recovered; one id while it lasts, a better subject without a new one."""

import msgspec
import numpy as np

from lightship.detect.moments import Moment
from lightship.detect.onset import HEAVY, weight_of
from lightship.detect.plan import Plan
from lightship.detect.scan import Pooled
from lightship.detect.severity import UNIT
from lightship.vocabulary.alarms import Alarm, AlarmId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant, Tick, end_of, start_of

RECENT = 10
QUIET = 15
"""Ticks without anything before an alarm has recovered; more where reports come so seldom that silence says little."""
QUIET_MORE = 45
QUIET_WATCHED = 5
"""The same for what probes of one place alone have seen: they measure several times a tick."""
STEADY = 60
"""Ticks after which an alarm keeps its subject: what remains then is often the tail of a component that is back."""
YOUNG = 15
"""Ticks within which an alarm may still turn out to be part of something larger."""
SCOPE_AGES = (0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 45)
SCOPE_EVERY = 30


class Open(msgspec.Struct, frozen=True):
    """An alarm that stands, with what it remembers.

    Args:
        alarm: as last said. subject: id of the scanned row (the alarm itself may be said of somebody else).
        born: tick of the first word. active: (services,) which services show.
        quiet: ticks in a row without evidence; probes_quiet, reports_quiet: of each kind.
        by_probes: probes were ever part of it.
    """

    alarm: Alarm
    subject: str
    born: Tick
    active: tuple[bool, ...]
    quiet: int = 0
    probes_quiet: int = 0
    reports_quiet: int = 0
    by_probes: bool = False
    by_reports: bool = False


def scope_is_due(age: int) -> bool:
    """Areas are tested at fixed ages, since a test that is asked for ever says yes in the end."""
    return age in SCOPE_AGES or age % SCOPE_EVERY == 0


def heavy_rows(plan: Plan, subject: int, active: np.ndarray) -> np.ndarray:
    """Row numbers that stand for a subject when two are compared."""
    counts = np.flatnonzero(weight_of(plan, subject, active) > HEAVY)
    return np.concatenate([counts, plan.cell_probe[plan.cell_subject == subject] + plan.watchers.first])


def alike(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Rows in both, as a share of all rows of the two, and of the rows of the smaller."""
    both = len(np.intersect1d(one, other))
    return both / max(len(one) + len(other) - both, 1), both / max(min(len(one), len(other)), 1)


def reports_are_quiet(
    plan: Plan, pool: Pooled, ring: tuple[Moment, ...], subject: int, active: np.ndarray
) -> bool:
    """Have the last ten ticks brought no more than a quiet time would?"""
    weights = weight_of(plan, subject, active)
    latest = ring[-RECENT:]
    seen = sum(float(weights[m.rows] @ m.reports) for m in latest)
    level = np.bincount(plan.service_of, weights * pool.level, minlength=len(plan.services))
    quiet = sum(float(level @ m.effort) for m in latest)
    parts = [part for part in plan.subject_parts[subject] if part >= 0]
    cv2 = max((float(pool.cv2[part]) for part in parts), default=0.0)
    return seen <= quiet + max(0.5, float(np.sqrt(quiet + cv2 * quiet**2)))


def probes_are_quiet(plan: Plan, ring: tuple[Moment, ...], subject: int) -> bool:
    """Has no path of the subject failed in this tick, as far as its vantages are to be believed?"""
    if not ring:
        return True
    mine = plan.cell_probe[plan.cell_subject == subject]
    return len(np.intersect1d(ring[-1].failing, mine)) == 0


def probes_speak(plan: Plan, ring: tuple[Moment, ...], subject: int) -> bool:
    """Was a path of the subject measured in this tick, by a vantage whose own line is not in doubt?"""
    if not ring:
        return False
    mine = plan.cell_probe[plan.cell_subject == subject]
    believed = ring[-1].probes[ring[-1].wrong < 0.5]
    return len(np.intersect1d(believed, mine)) > 0


def enough_quiet(open_: Open, reports: int, age: int) -> int:
    """Ticks of silence that make a recovery: fifteen, or the time in which five reports would have come."""
    if open_.by_probes or reports == 0:
        return QUIET
    rate = reports / max(age - open_.quiet, 1)
    return QUIET + int(min(QUIET_MORE, 5.0 / rate))


def says_more(before: Alarm, after: Alarm) -> bool:
    """Has anything changed that people would have to be told?"""
    return _gist(before) != _gist(after)


def _gist(alarm: Alarm) -> tuple[object, ...]:
    areas = () if alarm.national else alarm.areas
    parted = None if alarm.partial is None else (alarm.partial.family, alarm.partial.region)
    return alarm.state, alarm.subject, alarm.services, areas, alarm.national, alarm.public, parted


def blank(identity: AlarmId, tick: Tick, at: Instant) -> Alarm:
    """An alarm of which nothing has been said yet."""
    began = Between(start_of(tick), start_of(tick), end_of(tick))
    return Alarm(identity, "possible", "", "area", (), (), 0.0, 0.0, began, at, Estimate(UNIT), public=False)
