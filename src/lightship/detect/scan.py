"""The scan of counts: pooled sums over four time scales, scored by a dispersion-scaled deviance.

    W <- q W + x, B <- q B + mu, P <- q^2 P + mu with q = 1 - 1/h;  V = P + cv^2 B^2;  c = V / B
    S = w ln(w / m) - (w - m) with w = W / c, m = B / c, where W > B, and 0 elsewhere

Since expectations of one service rise and fall together, B and P are kept once per service and multiplied by each
sum's level: only W is kept per sum, in a unit that fades instead of it. A tick thus touches the sums that its reports
fall into and no others, and what is scored are the sums with enough in them to matter.
"""

from dataclasses import dataclass, replace

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.baseline import Baseline, levels
from lightship.detect.dispersion import sum_variation, variation
from lightship.detect.plan import Plan, gathered

SCALES = np.array([2.0, 8.0, 30.0, 90.0])
KEEP = 1.0 - 1.0 / SCALES
GUARD = 0.05
"""Reports that any sum may see in any window without surprise, whatever its level: stray ones."""
LEAST_SEEN = 1.5
"""Reports that a sum must hold to be looked at: a single one, however rare, is worth two nats at most."""
LEAST_SCORE = 2.0
"""Nats from which on a sum stands out."""
SMALLEST = 1e-12
"""Unit below which the sums are written anew in units of one."""


class Sums(msgspec.Struct, frozen=True):
    """The windows.

    Args:
        seen: (scales, parts) float32, weighted reports, in units of `unit`: (scales,).
        told: the same of reports that an ended alarm has accounted for, fading with the window; no columns: none.
        effort, effort2: (scales, services) of readiness x common factor.
        lively: sums that stood out or were touched by a report since: a window without a new report fades faster than
            its expectation, so that no other can have come to stand out. Absent: all have to be looked at.
    """

    seen: np.ndarray
    unit: np.ndarray
    effort: np.ndarray
    effort2: np.ndarray
    told: np.ndarray
    lively: np.ndarray | None = None

    def at(self, parts: np.ndarray) -> np.ndarray:
        """(scales, *parts) reports in these sums."""
        return np.asarray(self.seen[:, parts] * self.unit.reshape(-1, *(1,) * parts.ndim))


class Pooled(msgspec.Struct, frozen=True):
    """Levels of the sums, made from the baseline each time it learns.

    Args:
        level: (counts,). by_service: (services,) the same added up. mean, square: (parts,) of weights x level, of
            weights^2 x level.
        cv2: (parts,) squared coefficient of variation of the slow noise.
    """

    level: np.ndarray
    by_service: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    cv2: np.ndarray


def start(plan: Plan) -> Sums:
    """Nothing seen yet."""
    services = np.zeros((4, len(plan.services)))
    seen = np.zeros((4, len(plan.part_service)), np.float32)
    return Sums(seen, np.ones(4), services, services, seen[:, :0])


def pooled(plan: Plan, base: Baseline) -> Pooled:
    """The sums' levels."""
    level = levels(base, plan)
    mean, square = plan.pool @ level, plan.pool2 @ level
    area, nation = variation(base.spread)
    alone = (plan.pool2 @ level**2) / np.maximum(mean, 1e-150) ** 2
    unknown = (plan.pool2 @ (level**2 / (base.row_seen + prior.OWN_EVENTS))) / np.maximum(mean, 1e-150) ** 2
    unsure = 1.0 / base.seen[plan.part_service] if len(plan.part_service) else np.empty(0)
    by_service = np.bincount(plan.service_of, level, minlength=len(plan.services))
    noise = sum_variation(base.sum_spread, base.noise_hours, area * alone + nation)
    return Pooled(level, by_service, mean, square, noise + prior.CV_LEVEL**2 + unsure + unknown)


def taken(
    sums: Sums, plan: Plan, rows: np.ndarray, reports: np.ndarray, effort: np.ndarray, ticks: int
) -> Sums:
    """After a tick that came `ticks` after the one before; ticks in between had no data and say nothing.

    Args:
        rows, reports: parallel, of the tick. effort: (services,) of the tick.
    """
    keep = KEEP**ticks
    faded = _rebased(msgspec.structs.replace(sums, unit=sums.unit * keep))
    return msgspec.structs.replace(
        added(faded, plan, rows, reports, np.ones(4)),
        effort=keep[:, None] * sums.effort + effort, effort2=keep[:, None] ** 2 * sums.effort2 + effort,
    )  # fmt: skip


def _rebased(sums: Sums) -> Sums:
    if float(sums.unit.min()) >= SMALLEST:
        return sums
    unit = sums.unit[:, None].astype(np.float32)
    return msgspec.structs.replace(sums, seen=sums.seen * unit, told=sums.told * unit, unit=np.ones(4))


def added(sums: Sums, plan: Plan, rows: np.ndarray, reports: np.ndarray, weight: np.ndarray) -> Sums:
    """With these reports, by a weight for each scale."""
    if len(rows) == 0:
        return sums
    at, owner = gathered(plan.touch.indptr, rows)
    parts, fresh = plan.touch.indices[at], plan.touch.data[at] * reports[owner]
    seen = sums.seen.copy()
    for row, times in zip(seen, weight / sums.unit, strict=True):
        np.add.at(row, parts, (fresh * times).astype(np.float32))
    return msgspec.structs.replace(sums, seen=seen, lively=_with(sums, parts))


def _with(sums: Sums, parts: np.ndarray) -> np.ndarray | None:
    if sums.lively is None:
        return None
    marked = np.zeros(sums.seen.shape[1], dtype=bool)
    marked[sums.lively] = True
    marked[parts] = True
    return np.flatnonzero(marked)


def amended(sums: Sums, plan: Plan, rows: np.ndarray, reports: np.ndarray, age: int) -> Sums:
    """With reports of a tick `age` ticks ago, by the weight that their age leaves them."""
    return added(sums, plan, rows, reports, KEEP**age)


def told(sums: Sums, excess: np.ndarray) -> Sums:
    """With (scales, parts) reports accounted for by an alarm that ended."""
    before = sums.told if sums.told.shape[1] else np.zeros_like(sums.seen)
    return msgspec.structs.replace(sums, told=before + (excess / sums.unit[:, None]).astype(np.float32))


@dataclass(frozen=True)
class Expected:
    """What the windows would hold with nothing (new) out: worked out for the sums that are asked for.

    Args:
        mean, variance: (scales, parts) accounted for already; no columns: nothing is.
    """

    sums: Sums
    plan: Plan
    pool: Pooled
    mean: np.ndarray
    variance: np.ndarray

    def at(self, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(scales, *parts) mean and variance of these sums."""
        service = self.plan.part_service[parts]
        mean = self.pool.mean[parts] * self.sums.effort[:, service] + GUARD
        variance = (
            self.pool.square[parts] * self.sums.effort2[:, service] + GUARD + self.pool.cv2[parts] * mean**2
        )
        if self.mean.shape[1]:
            return mean + self.mean[:, parts], variance + self.variance[:, parts]
        return mean, variance


def expected(sums: Sums, plan: Plan, pool: Pooled) -> Expected:
    """What the windows would hold with nothing new out."""
    none = np.zeros((len(SCALES), 0))
    quiet = Expected(sums, plan, pool, none, none)
    return explained(quiet, sums.told * sums.unit[:, None]) if sums.told.shape[1] else quiet


def explained(quiet: Expected, excess: np.ndarray) -> Expected:
    """With an excess that is accounted for; how people spread over areas and minutes leaves half of it unsure."""
    mean, variance = excess, excess + (0.5 * excess) ** 2
    if quiet.mean.shape[1]:
        mean, variance = mean + quiet.mean, variance + quiet.variance
    return replace(quiet, mean=mean, variance=variance)


def standing(quiet: Expected) -> tuple[np.ndarray, np.ndarray]:
    """The sums that stand out at any scale, ascending, and the best score of each."""
    sums = quiet.sums
    parts = sums.lively if sums.lively is not None else _all_with_enough(sums)
    seen = sums.at(parts)
    enough = np.flatnonzero((seen >= LEAST_SEEN).any(axis=0))
    parts, seen = parts[enough], seen[:, enough]
    score = deviance(seen, *quiet.at(parts)).max(axis=0, initial=0.0)
    out = np.flatnonzero(score >= LEAST_SCORE)
    return parts[out], score[out]


def _all_with_enough(sums: Sums) -> np.ndarray:
    hot = np.zeros(sums.seen.shape[1], dtype=bool)
    for row, unit in zip(sums.seen, sums.unit, strict=True):
        hot |= row >= np.float32(LEAST_SEEN / unit)
    return np.flatnonzero(hot)


def watched(sums: Sums, stood: np.ndarray) -> Sums:
    """With the sums to look at next time: those that stand out now. Others must first be touched by a report."""
    return msgspec.structs.replace(sums, lively=stood)


def anew(sums: Sums) -> Sums:
    """With all to be looked at next time: what is usual has changed."""
    return msgspec.structs.replace(sums, lively=None)


def deviance(seen: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """S, elementwise: exact where it may matter (beyond 2 standard deviations), 0 elsewhere."""
    over = seen - mean
    score = np.zeros_like(over)
    at = np.nonzero((over > 0) & (over * over > 4.0 * variance))
    if len(at[0]):
        c = variance[at] / mean[at]
        score[at] = (seen[at] * np.log(seen[at] / mean[at]) - over[at]) / c
    return np.asarray(score)


def plain(seen: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The deviance with no dispersion, 0 where nothing is in excess."""
    found = np.zeros_like(seen)
    at = np.nonzero(seen > mean)
    found[at] = seen[at] * np.log(seen[at] / mean[at]) - (seen[at] - mean[at])
    return np.asarray(found)
