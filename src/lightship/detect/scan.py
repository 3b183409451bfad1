"""The scan of counts: pooled sums over four time scales, scored by a dispersion-scaled deviance.

    W <- q W + x, B <- q B + mu, P <- q^2 P + mu with q = 1 - 1/h;  V = P + cv^2 B^2;  c = V / B
    S = w ln(w / m) - (w - m) with w = W / c, m = B / c, where W > B, and 0 elsewhere

Since expectations of one service rise and fall together, B and P are kept once per service and multiplied by each
sum's level: only W is kept per sum.
"""

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.baseline import Baseline, levels, variation
from lightship.detect.plan import Plan

SCALES = np.array([2.0, 8.0, 30.0, 90.0])
KEEP = 1.0 - 1.0 / SCALES
GUARD = 0.05
"""Reports that any sum may see in any window without surprise, whatever its level: stray ones."""


class Sums(msgspec.Struct, frozen=True):
    """The windows.

    Args:
        seen: (scales, parts) weighted reports. effort, effort2: (scales, services) of readiness x common factor.
        told: (scales, parts) reports that an ended alarm has accounted for, fading with the window.
    """

    seen: np.ndarray
    effort: np.ndarray
    effort2: np.ndarray
    told: np.ndarray


class Pooled(msgspec.Struct, frozen=True):
    """Levels of the sums, made from the baseline each time it learns.

    Args:
        level: (counts,). mean, square: (parts,) of weights x level, of weights^2 x level.
        cv2: (parts,) squared coefficient of variation of the slow noise.
    """

    level: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    cv2: np.ndarray


def start(plan: Plan) -> Sums:
    """Nothing seen yet."""
    parts, services = np.zeros((4, len(plan.part_service))), np.zeros((4, len(plan.services)))
    return Sums(parts, services, services, parts)


def pooled(plan: Plan, base: Baseline) -> Pooled:
    """The sums' levels."""
    level = levels(base, plan)
    mean, square = plan.pool @ level, plan.pool2 @ level
    area, nation = variation(base)
    alone = (plan.pool2 @ level**2) / np.maximum(mean, 1e-150) ** 2
    unsure = 1.0 / base.seen[plan.part_service] if len(plan.part_service) else np.empty(0)
    return Pooled(level, mean, square, area * alone + nation + prior.CV_LEVEL**2 + unsure)


def taken(sums: Sums, plan: Plan, reports: np.ndarray, effort: np.ndarray, ticks: int) -> Sums:
    """After a tick that came `ticks` after the one before; ticks in between had no data and say nothing."""
    keep = (KEEP**ticks)[:, None]
    fresh = plan.pool @ reports
    return Sums(
        keep * sums.seen + fresh,
        keep * sums.effort + effort,
        keep**2 * sums.effort2 + effort,
        keep * sums.told,
    )


def amended(sums: Sums, plan: Plan, reports: np.ndarray, age: int) -> Sums:
    """With reports of a tick `age` ticks ago, by the weight that their age leaves them."""
    late = (KEEP**age)[:, None] * (plan.pool @ reports)
    return msgspec.structs.replace(sums, seen=sums.seen + late)


class Expected(msgspec.Struct, frozen=True):
    """(scales, parts) mean and variance of the windows in quiet times, and what is accounted for already."""

    mean: np.ndarray
    variance: np.ndarray


def expected(sums: Sums, plan: Plan, pool: Pooled) -> Expected:
    """What the windows would hold with nothing (new) out."""
    mean = pool.mean * sums.effort[:, plan.part_service] + GUARD
    variance = pool.square * sums.effort2[:, plan.part_service] + GUARD + pool.cv2 * mean**2
    return explained(Expected(mean, variance), sums.told) if sums.told.any() else Expected(mean, variance)


def explained(quiet: Expected, excess: np.ndarray) -> Expected:
    """With an excess that is accounted for; how people spread over areas and minutes leaves half of it unsure."""
    return Expected(quiet.mean + excess, quiet.variance + excess + (0.5 * excess) ** 2)


def deviance(seen: np.ndarray, quiet: Expected) -> np.ndarray:
    """(scales, parts) S, exact where it may matter (beyond 2 standard deviations), 0 elsewhere."""
    over = seen - quiet.mean
    score = np.zeros_like(seen)
    at = np.nonzero((over > 0) & (over * over > 4.0 * quiet.variance))
    if len(at[0]):
        mean, c = quiet.mean[at], quiet.variance[at] / quiet.mean[at]
        score[at] = (seen[at] * np.log(seen[at] / mean) - over[at]) / c
    return score
