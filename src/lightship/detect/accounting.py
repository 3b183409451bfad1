"""What a subject accounts for: its excess, shared out over its rows, so that the rest can be looked at by itself."""

from typing import TYPE_CHECKING

import numpy as np

from lightship.detect import scan, weigh
from lightship.detect.plan import Plan
from lightship.detect.prior import WRONG_SERVICE
from lightship.detect.scan import Expected

if TYPE_CHECKING:
    from lightship.detect.choose import Found


def accounted(plan: Plan, quiet: Expected, found: "Found") -> np.ndarray:
    """(scales, parts) the excess that a subject accounts for, with what its reporters say of other services."""
    excess = np.zeros((len(scan.SCALES), plan.counts))
    for service, part in enumerate(plan.subject_parts[found.subject]):
        if part >= 0:
            over = _over(quiet, int(part))
            excess += _spread(plan, int(part), over)
            excess += _unplaced(plan, service, over * plan.part_fill[part], quiet, found.subject)
    return np.asarray((plan.pool @ (excess + _spill(plan, excess)).T).T)


def _over(quiet: Expected, part: int) -> np.ndarray:
    """(scales,) what a sum holds beyond its expectation."""
    one = np.array([part])
    return np.asarray(np.maximum(quiet.sums.at(one) - quiet.at(one)[0], 0.0)[:, 0])


def _unplaced(plan: Plan, service: int, placed: np.ndarray, quiet: Expected, subject: int) -> np.ndarray:
    """(scales, counts) what it accounts for of the reports without an area."""
    part = int(plan.unplaced[service])
    over = _over(quiet, part)
    return _spread(
        plan, part, over if plan.national[subject] else np.minimum(over, placed * weigh.UNPLACED_ODDS[-1])
    )


def _spread(plan: Plan, part: int, over: np.ndarray) -> np.ndarray:
    """(scales, counts) a sum's excess shared out over its rows by weight and reach."""
    start, end = plan.pool.indptr[part], plan.pool.indptr[part + 1]
    rows, weights = plan.pool.indices[start:end], plan.pool.data[start:end]
    reach = plan.carried.data[start:end] * plan.reach[rows]
    found = np.zeros((len(over), plan.counts))
    found[:, rows] = over[:, None] * (reach / max(float(reach @ weights), 1e-12))
    return found


def _spill(plan: Plan, excess: np.ndarray) -> np.ndarray:
    """(scales, counts) what people who mean these rows report of other services in the same area."""
    size = int(plan.place_of.max(initial=0)) + 1
    there = np.stack([np.bincount(plan.place_of, row, minlength=size) for row in excess])
    return np.asarray(WRONG_SERVICE * (there[:, plan.place_of] - excess))
