"""Where: which service areas of an alarm are affected by their own evidence, with the false ones held to a tenth.

Benjamini and Hochberg's step-up procedure (1995, J. R. Statist. Soc. B 57, 289-300) over the areas' p-values at the
time of asking. An area with too little data is "likely", never "fine".
"""

import msgspec
import numpy as np
from scipy.special import betainc

from lightship.detect import falls
from lightship.detect.onset import HEAVY, weight_of
from lightship.detect.plan import Plan, count_row
from lightship.detect.reports import TOLERATED
from lightship.detect.scan import GUARD, Pooled
from lightship.detect.table import Window
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.sources import Estimate

FALSE_SHARE = 0.1
LEAST_WEIGHT = HEAVY


def affected(
    plan: Plan,
    pool: Pooled,
    cv2: float,
    window: Window,
    subject: int,
    active: np.ndarray,
    fallen: falls.Fallen | None = None,
) -> tuple[AffectedArea, ...]:
    """The service areas below a subject, in the map's order. `fallen`: their passive counts in the window."""
    weights = weight_of(plan, subject, active)
    rows = np.flatnonzero((weights >= LEAST_WEIGHT) & ~plan.without_area)
    if len(rows) == 0:
        return ()
    p = _tail(plan, pool, cv2, window, rows)
    if fallen is not None:
        p = np.minimum(1.0, 2.0 * np.minimum(p, falls.tail(fallen, rows)))  # the better of two looks
    sure = significant(p)
    if plan.subjects[subject].row_class == "area":
        sure = np.ones(len(rows), dtype=bool)
    found = []
    for number, certain in zip(rows, sure, strict=True):
        row = count_row(plan, int(number))
        assert row.area is not None
        found.append(AffectedArea(row.service, row.area, "affected" if certain else "likely"))
    return tuple(found)


def shared_out(
    plan: Plan, subject: int, found: tuple[AffectedArea, ...], whole: Estimate
) -> tuple[AffectedArea, ...]:
    """The same areas with the share of their own lines that is out, where they are affected.

    The subject's share is shared out as the map says: an area with twice the loss has twice the share, 1 at most. A
    "likely" one has too little data of its own to say.
    """
    if whole.value is None or whole.low is None or whole.high is None:
        return found
    picked = plan.subjects[subject]
    loss = dict(zip((int(n) for n in picked.cells), (float(x) for x in picked.loss), strict=True))
    rows = [plan.feet.row_number[CountRow(each.service, each.area)] for each in found]
    lines = plan.feet.lines[rows]
    mine = np.array([loss.get(n, 0.0) for n in rows])
    even = float(mine @ lines / lines.sum()) if lines.sum() > 0 else 0.0
    if even <= 0:
        return found
    return tuple(
        _with_share(each, part / even, (whole.value, whole.low, whole.high))
        if each.state == "affected"
        else each
        for each, part in zip(found, mine, strict=True)
    )


def _with_share(area: AffectedArea, times: float, whole: tuple[float, float, float]) -> AffectedArea:
    value, low, high = (float(f"{min(times * each, 1.0):.2g}") for each in whole)
    return msgspec.structs.replace(area, share=(value, low, high))


def _tail(plan: Plan, pool: Pooled, cv2: float, window: Window, rows: np.ndarray) -> np.ndarray:
    """(rows,) P(as many reports or more | healthy), negative binomial with the tolerated excess in its mean."""
    seen = np.floor(window.reports[rows])
    mean = pool.level[rows] * window.effort[plan.service_of[rows]] * (1.0 + TOLERATED) + GUARD
    size = 1.0 / cv2
    some = np.maximum(seen, 1.0)
    return np.asarray(np.where(seen > 0, betainc(some, size, mean / (size + mean)), 1.0))


def significant(p: np.ndarray) -> np.ndarray:
    """(n,) bool: those that the procedure takes at a false share of a tenth."""
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= FALSE_SHARE * np.arange(1, len(p) + 1) / len(p))
    found = np.zeros(len(p), dtype=bool)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found


def has_centre(plan: Plan, pool: Pooled, window: Window, subject: int, active: np.ndarray) -> bool:
    """Does some area stand above the rest of a wide alarm? Tested against the common rate, with half of it unsure."""
    weights = weight_of(plan, subject, active)
    rows = np.flatnonzero((weights >= LEAST_WEIGHT) & ~plan.without_area)
    seen = window.reports[rows]
    even = weights[rows] * plan.reach[rows]
    if seen.sum() < 20 or even.sum() <= 0:
        return False
    mean = even * seen.sum() / even.sum() + GUARD
    size, some = 4.0, np.maximum(np.floor(seen), 1.0)
    p = np.where(seen > 0, betainc(some, size, mean / (size + mean)), 1.0)
    return bool((p < 1e-3 / len(rows)).any())
