"""What a quiet tick looks like: levels and weeks that are learned slowly, a common factor that follows bursts, noise.

    expected of a row = level of its service x lines x own factor x readiness x profile of the week x common factor

A service's level is gamma-Poisson with a half-life of 28 days from the shipped prior; an area's is its share of the
service's by lines, corrected by its own history; the week is the shipped one, corrected by the service's own. Learning
happens an hour at a time, leaves out rows in alarm, and takes no hour for more than its expectation and two standard
deviations. Where nobody reports anything, although twenty would have, the intake is taken to be silent: such ticks are
no data.
"""

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.dispersion import FIRST, LEVEL_KEEP, spread_after, sum_spread_after, variation
from lightship.detect.hours import WEEK, Hour
from lightship.detect.plan import Plan

PROFILE_KEEP = 0.5 ** (1.0 / (56 * 24))
"""Kept of the week's memory each hour."""
PROFILE_EVENTS = 30.0
"""Reports in an hour of the week after which a service's own counts as much as the shipped one."""
PROFILE_RANGE = (0.2, 5.0)
BURST_KEEP = 0.5 ** (1.0 / 60)
"""Kept of the common factor's memory each tick."""
BURST_EVENTS = 10.0
BURST_RANGE = (0.5, 2.0)
SETTLING = 60
"""Ticks of a deployment's life in which only the level is learned, from all that comes: nobody knows yet what is usual
here, and reports alone make no alarm."""
SURE = 20.0
"""Reports of a row after which its level is sure enough to learn its noise."""
GETTING_TO_KNOW = 2 * 1440
"""Ticks in which hours teach all that they hold, and are no quiet history yet."""
SILENCE = 20.0
"""Expected reports from which on none at all is a gap in what arrives: by chance that happens once in e^20 times."""


class Gathered(msgspec.Struct, frozen=True):
    """The hour being gathered.

    Args:
        reports: (counts,) of the rows; effort: (services,) sum of readiness x profile x common factor; plain: without
            the common factor.
        held: (counts,) bool: was in alarm during this hour; no rows: none was.
        of_week: the hour of people's week.
    """

    reports: np.ndarray
    effort: np.ndarray
    plain: np.ndarray
    held: np.ndarray
    of_week: int = 0


class Baseline(msgspec.Struct, frozen=True):
    """Memory of quiet times.

    Args:
        seen, effort: (services,) reports, and reach x effort, with the prior in them: level = seen / effort.
        row_seen, row_effort: (counts,) the same per row, without a prior.
        week_seen, week_due: (services, 168) reports by hour of the week, and what the shipped week made expect.
        burst_seen, burst_expected: (services,) of the common factor.
        spread: (2, 2) [area, nation] x [excess squares, expected squares]: squared CV is their ratio.
        sum_spread: (2, parts) the same of each pooled sum, without a prior, over `noise_hours` hours.
        watched: ticks judged. silence: reports that should have come since the last one that came.
    """

    seen: np.ndarray
    effort: np.ndarray
    row_seen: np.ndarray
    row_effort: np.ndarray
    week_seen: np.ndarray
    week_due: np.ndarray
    burst_seen: np.ndarray
    burst_expected: np.ndarray
    spread: np.ndarray
    sum_spread: np.ndarray
    hour: Gathered
    watched: int = 0
    noise_hours: float = 0.0
    silence: float = 0.0

    @property
    def known(self) -> bool:
        """What is usual here is known well enough to set thresholds by."""
        return self.watched >= GETTING_TO_KNOW

    @property
    def gap(self) -> bool:
        """So many reports should have come, and none did, that it is the intake that is silent."""
        return self.silence >= SILENCE

    @property
    def settling(self) -> bool:
        """Nothing is known yet of what is usual here."""
        return self.watched < SETTLING


def start(plan: Plan) -> Baseline:
    """The shipped prior."""
    services = len(plan.services)
    zeros, rows, week = np.zeros(services), np.zeros(plan.counts), np.zeros((services, WEEK))
    seen = np.full(services, prior.LEVEL_EVENTS)
    sums = np.zeros((2, len(plan.part_service)))
    return Baseline(
        seen, seen / prior.QUIET_PER_LINE, rows, rows, week, week, zeros, zeros, FIRST, sums, _nothing(plan)
    )


def _nothing(plan: Plan) -> Gathered:
    services = np.zeros(len(plan.services))
    return Gathered(np.zeros(plan.counts), services, services, np.zeros(0, dtype=bool))


def carried(before: Baseline, was: Plan, plan: Plan) -> Baseline:
    """What was learned under another map, for the services and rows that are still there."""
    fresh = start(plan)
    number = {service: n for n, service in enumerate(was.services)}
    to = [n for n, service in enumerate(plan.services) if service in number]
    at = [number[plan.services[n]] for n in to]
    rows = [(n, was.feet.row_number.get(row)) for n, row in enumerate(plan.feet.rows[: plan.counts])]
    new = [n for n, old in rows if old is not None and old < was.counts]
    old = [old for _, old in rows if old is not None and old < was.counts]
    kept = {
        name: _moved(getattr(fresh, name), to, getattr(before, name), at)
        for name in ("seen", "effort", "week_seen", "week_due", "burst_seen", "burst_expected")
    }
    kept |= {
        name: _moved(getattr(fresh, name), new, getattr(before, name), old)
        for name in ("row_seen", "row_effort")
    }
    watched = before.watched if len(to) == len(plan.services) else 0
    return msgspec.structs.replace(fresh, **kept, spread=before.spread, watched=watched)


def _moved(into: np.ndarray, to: list[int], out_of: np.ndarray, at: list[int]) -> np.ndarray:
    found = into.copy()
    found[to] = out_of[at]
    return found


def levels(base: Baseline, plan: Plan) -> np.ndarray:
    """(counts,) reports per tick of each row at full readiness and a common factor of 1."""
    per_line = (base.seen / base.effort)[plan.service_of]
    own = (base.row_seen + prior.OWN_EVENTS) / (per_line * base.row_effort + prior.OWN_EVENTS)
    return np.asarray(per_line * plan.reach * own)


def factors(base: Baseline) -> np.ndarray:
    """(services,) the common factor now."""
    raw = (base.burst_seen + BURST_EVENTS) / (base.burst_expected + BURST_EVENTS)
    return np.clip(raw, *BURST_RANGE)


def profile(base: Baseline, when: Hour) -> np.ndarray:
    """(services,) what a service's own week makes of the shipped one, interpolated between the middles of the hours."""
    own = (base.week_seen + PROFILE_EVENTS) / (base.week_due + PROFILE_EVENTS)
    part = abs(when.minute + 0.5 - 30.0) / 60.0
    beside = (when.of_week + (1 if when.minute >= 30 else -1)) % WEEK
    here, there = own[:, when.of_week], own[:, beside]
    return np.asarray(np.clip(here * (1.0 - part) + there * part, *PROFILE_RANGE))


def heard(base: Baseline, reports: int, normal: float) -> Baseline:
    """With what is known of silence after this tick."""
    return msgspec.structs.replace(base, silence=0.0 if reports else base.silence + normal)


def taken(
    base: Baseline, plan: Plan, rows: np.ndarray, reports: np.ndarray, shape: np.ndarray, normal: np.ndarray,
    held: np.ndarray | None, of_week: int,
) -> Baseline:  # fmt: skip
    """After one tick; one in a gap teaches nothing.

    Args:
        rows, reports: parallel. shape: (services,) readiness x profile. normal: (services,) what was expected.
        held: (counts,) rows in alarm now, None for none.
    """
    if base.gap:
        return msgspec.structs.replace(base, watched=base.watched + 1)
    hour, factor = base.hour, factors(base)
    if base.settling:
        normal = np.zeros_like(normal)  # nobody knows it yet, so that nothing can be said of a burst
    seen = np.bincount(plan.service_of[rows], reports, minlength=len(plan.services))
    if held is not None:
        still = np.bincount(plan.service_of[held], minlength=len(plan.services)) > 0
        seen = np.where(still, normal, seen)
    allowed = normal + 2.0 * np.sqrt(normal + 0.25 * normal**2) + 1.0
    gathered = hour.reports
    if len(rows):
        gathered = gathered.copy()
        gathered[rows] += reports
    both = hour.held if held is None else held if len(hour.held) == 0 else hour.held | held
    return msgspec.structs.replace(
        base,
        burst_seen=BURST_KEEP * base.burst_seen + (0.0 if base.settling else np.minimum(seen, allowed)),
        burst_expected=BURST_KEEP * base.burst_expected + normal / np.maximum(factor, 1e-9),
        hour=Gathered(gathered, hour.effort + factor * shape, hour.plain + shape, both, of_week),
        watched=base.watched + 1,
    )


def amended(base: Baseline, rows: np.ndarray, reports: np.ndarray) -> Baseline:
    """With reports that came late: they belong to the hour that is being gathered."""
    gathered = base.hour.reports.copy()
    gathered[rows] += reports
    return msgspec.structs.replace(base, hour=msgspec.structs.replace(base.hour, reports=gathered))


def learned(base: Baseline, plan: Plan) -> Baseline:
    """After the hour: its reports enter levels, week and dispersion, clipped, rows in alarm left out."""
    hour, services = base.hour, len(plan.services)
    free = ~hour.held if len(hour.held) else np.ones(plan.counts, dtype=bool)
    expected = levels(base, plan) * hour.effort[plan.service_of]
    area, nation = variation(base.spread)
    sd = np.sqrt(expected + (area + nation) * expected**2)
    took = np.minimum(hour.reports, expected + 2.0 * sd + 1.0) if base.known else hour.reports
    took = np.where(free, took, 0.0)
    reach = np.where(free, plan.reach, 0.0)
    by_service = np.bincount(plan.service_of, took, minlength=services)
    lines = np.bincount(plan.service_of, reach, minlength=services)
    after = msgspec.structs.replace(
        base,
        seen=_kept(base.seen, prior.LEVEL_EVENTS) + by_service,
        effort=_kept(base.effort, prior.LEVEL_EVENTS / prior.QUIET_PER_LINE) + lines * hour.plain,
        row_seen=LEVEL_KEEP * base.row_seen + took,
        row_effort=LEVEL_KEEP * base.row_effort + reach * hour.effort[plan.service_of],
        hour=_nothing(plan),
    )
    if base.watched <= SETTLING:
        return after
    after = _week(after, base, plan, by_service, free)
    return _noise(after, base, plan, np.minimum(hour.reports, expected + 4.0 * sd + 1.0), expected, free)


def _noise(
    after: Baseline, base: Baseline, plan: Plan, seen: np.ndarray, expected: np.ndarray, free: np.ndarray
) -> Baseline:
    """With the hour's dispersion, once levels are known: before, it would be their error that is learned."""
    if not base.known:
        return after
    return msgspec.structs.replace(
        after,
        noise_hours=LEVEL_KEEP * base.noise_hours + 1.0,
        spread=spread_after(base.spread, plan, seen, expected, free, base.row_seen >= SURE),
        sum_spread=sum_spread_after(
            base.sum_spread, plan, np.where(free, seen, 0.0), np.where(free, expected, 0.0), free
        ),
    )


def _kept(memory: np.ndarray, first: float) -> np.ndarray:
    """The prior stays, the history above it fades."""
    return np.asarray(first + LEVEL_KEEP * (memory - first))


def _week(after: Baseline, base: Baseline, plan: Plan, seen: np.ndarray, free: np.ndarray) -> Baseline:
    """With the hour in the service's own week: against what the shipped week made expect at its level."""
    now = base.hour.of_week
    own = (base.week_seen[:, now] + PROFILE_EVENTS) / (base.week_due[:, now] + PROFILE_EVENTS)
    due = np.where(free, levels(base, plan), 0.0)
    shipped = np.bincount(plan.service_of, due, minlength=len(plan.services)) * base.hour.plain / own
    week_seen, week_due = PROFILE_KEEP * base.week_seen, PROFILE_KEEP * base.week_due
    week_seen[:, now] += seen
    week_due[:, now] += shipped
    return msgspec.structs.replace(after, week_seen=week_seen, week_due=week_due)
