"""What a quiet tick looks like: levels that learn slowly, a common factor that follows bursts, and how noisy it is.

A service's level is gamma-Poisson with a half-life of 28 days from the shipped prior; an area's is its share of the
service's by lines, corrected by its own history. Learning happens an hour at a time, leaves out rows in alarm, and
takes no hour for more than its expectation and two standard deviations.
"""

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.plan import Plan

LEVEL_KEEP = 0.5 ** (1.0 / (28 * 24))
"""Kept of the level's memory each hour."""
BURST_KEEP = 0.5 ** (1.0 / 60)
"""Kept of the common factor's memory each tick."""
BURST_EVENTS = 10.0
BURST_RANGE = (0.5, 2.0)
SPREAD_WEIGHT = 200.0
"""Hours of expected squares that the prior of the dispersion weighs."""
SPREAD_RANGE = (0.15, 0.8)


class Hour(msgspec.Struct, frozen=True):
    """The hour being gathered.

    Args:
        reports: (counts,) of the rows; effort: (services,) sum of readiness x common factor, rows in alarm left out.
        held: (counts,) bool: was in alarm during this hour.
    """

    reports: np.ndarray
    effort: np.ndarray
    held: np.ndarray
    ticks: int = 0


class Baseline(msgspec.Struct, frozen=True):
    """Memory of quiet times.

    Args:
        seen, effort: (services,) reports, and reach x effort, with the prior in them: level = seen / effort.
        row_seen, row_effort: (counts,) the same per row, without a prior.
        burst_seen, burst_expected: (services,) of the common factor.
        spread: (2, 2) [area, nation] x [excess squares, expected squares]: squared CV is their ratio.
        quiet_ticks: judged ticks with nothing open: below 30 days of them it is "not yet calibrated here".
    """

    seen: np.ndarray
    effort: np.ndarray
    row_seen: np.ndarray
    row_effort: np.ndarray
    burst_seen: np.ndarray
    burst_expected: np.ndarray
    spread: np.ndarray
    hour: Hour
    quiet_ticks: int = 0


def start(plan: Plan) -> Baseline:
    """The shipped prior."""
    services = len(plan.services)
    zeros, rows = np.zeros(services), np.zeros(plan.counts)
    area, nation = prior.CV_AREA**2, prior.CV_NATION**2
    spread = SPREAD_WEIGHT * np.array([[area, 1.0], [nation, 1.0]])
    seen = np.full(services, prior.LEVEL_EVENTS)
    hour = Hour(rows, zeros, np.zeros(plan.counts, dtype=bool))
    return Baseline(seen, seen / prior.QUIET_PER_LINE, rows, rows, zeros, zeros, spread, hour)


def levels(base: Baseline, plan: Plan) -> np.ndarray:
    """(counts,) reports per tick of each row at full readiness and a common factor of 1."""
    group = (base.seen / base.effort)[plan.service_of] * plan.reach
    expected = (base.seen / base.effort)[plan.service_of] * base.row_effort
    own = (base.row_seen + prior.OWN_EVENTS) / (expected + prior.OWN_EVENTS)
    return np.asarray(group * own)


def factors(base: Baseline) -> np.ndarray:
    """(services,) the common factor now."""
    raw = (base.burst_seen + BURST_EVENTS) / (base.burst_expected + BURST_EVENTS)
    return np.clip(raw, *BURST_RANGE)


def variation(base: Baseline) -> tuple[float, float]:
    """Squared coefficients of variation: an area's, the nation's."""
    area, nation = base.spread[:, 0] / base.spread[:, 1]
    low, high = SPREAD_RANGE
    return float(np.clip(area, low**2, high**2)), float(np.clip(nation, low**2, high**2))


def taken(
    base: Baseline, plan: Plan, reports: np.ndarray, ready: float, normal: np.ndarray, held: np.ndarray | None
) -> Baseline:
    """After one tick. `normal`: (services,) what was expected in it; `held`: rows in alarm now, None for none."""
    hour = base.hour
    effort = factors(base) * ready
    seen = np.bincount(plan.service_of, reports, minlength=len(plan.services))
    if held is not None:
        still = np.bincount(plan.service_of[held], minlength=len(plan.services)) > 0
        seen = np.where(still, normal, seen)
    allowed = normal + 2.0 * np.sqrt(normal + 0.25 * normal**2) + 1.0
    burst = BURST_KEEP * base.burst_seen + np.minimum(seen, allowed)
    plain = normal / np.maximum(factors(base), 1e-9)
    gathered = Hour(
        hour.reports + reports,
        hour.effort + effort,
        hour.held if held is None else hour.held | held,
        hour.ticks + 1,
    )
    return msgspec.structs.replace(
        base, burst_seen=burst, burst_expected=BURST_KEEP * base.burst_expected + plain, hour=gathered,
        quiet_ticks=base.quiet_ticks + (held is None),
    )  # fmt: skip


def amended(base: Baseline, reports: np.ndarray) -> Baseline:
    """With reports that came late: they belong to the hour that is being gathered."""
    return msgspec.structs.replace(
        base, hour=msgspec.structs.replace(base.hour, reports=base.hour.reports + reports)
    )


def learned(base: Baseline, plan: Plan) -> Baseline:
    """After the hour: its reports enter the levels and the dispersion, clipped, rows in alarm left out."""
    hour, free = base.hour, ~base.hour.held
    rate = levels(base, plan)
    expected = rate * hour.effort[plan.service_of]
    area, nation = variation(base)
    most = expected + 2.0 * np.sqrt(expected + (area + nation) * expected**2) + 1.0
    took = np.minimum(hour.reports, most)
    reach = plan.reach * hour.effort[plan.service_of]
    services = len(plan.services)
    sums = [np.bincount(plan.service_of[free], each[free], minlength=services) for each in (took, reach)]
    fresh = Hour(np.zeros(plan.counts), np.zeros(services), np.zeros(plan.counts, bool))
    return msgspec.structs.replace(
        base,
        seen=_kept(base.seen, prior.LEVEL_EVENTS) + sums[0],
        effort=_kept(base.effort, prior.LEVEL_EVENTS / prior.QUIET_PER_LINE) + sums[1],
        row_seen=LEVEL_KEEP * base.row_seen + np.where(free, took, 0.0),
        row_effort=LEVEL_KEEP * base.row_effort + np.where(free, reach, 0.0),
        spread=_spread(base, plan, took, expected, free),
        hour=fresh,
    )  # fmt: skip


def _kept(memory: np.ndarray, first: float) -> np.ndarray:
    """The prior stays, the history above it fades."""
    return np.asarray(first + LEVEL_KEEP * (memory - first))


def _spread(
    base: Baseline, plan: Plan, seen: np.ndarray, expected: np.ndarray, free: np.ndarray
) -> np.ndarray:
    services = len(plan.services)
    total = np.bincount(plan.service_of[free], seen[free], minlength=services)
    normal = np.bincount(plan.service_of[free], expected[free], minlength=services)
    common = (total + BURST_EVENTS) / (normal + BURST_EVENTS)
    rest = (expected * common[plan.service_of])[free]
    fresh = np.array([
        [float(np.sum((seen[free] - rest) ** 2 - rest)), float(np.sum(rest**2))],
        [float(np.sum((total - normal) ** 2 - normal)), float(np.sum(normal**2))],
    ])  # fmt: skip
    first = SPREAD_WEIGHT * np.array([[prior.CV_AREA**2, 1.0], [prior.CV_NATION**2, 1.0]])
    return np.asarray(first + LEVEL_KEEP * (base.spread - first) + fresh)
