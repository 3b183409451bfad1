"""How many: the share of an alarm's lines that is out, from reports and probes over every severity."""

import numpy as np

from lightship.detect import falls, prior
from lightship.detect.evidence import Evidence
from lightship.detect.onset import HEAVY, weight_of
from lightship.detect.plan import Plan
from lightship.detect.prior import eagerness
from lightship.detect.reports import LEAST_LINES, TOLERATED
from lightship.detect.scan import Pooled
from lightship.detect.table import Window
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.sources import Estimate, Source
from lightship.vocabulary.time import Tick

GRID = np.geomspace(2.0**-12, 1.0, 49)
WHOLE = 0.5
"""Prior probability that a component which fails, fails whole."""
ASSUMED_SHARE = 2.0
"""A partial share on the map is known to this factor, unless measured."""
EAGER_SD = 0.5
_STEP = np.log10(GRID[1] / GRID[0])
_LOGS = _STEP * np.arange(-np.floor(1.5 / _STEP), np.floor(1.5 / _STEP) + 1)
EAGER = 10.0**_LOGS
"""How eager people are to report, against the prior: log10 of the ratio is known to +-0.5 (one standard deviation) over
recorded outages, so the same number of reports may mean a third or three times as many lines. As fine as `GRID`: a
coarser one would let a few thousand reports pick out the one share that fits a point of it."""
EAGER_LOG_WEIGHTS = -0.5 * (_LOGS / EAGER_SD) ** 2 - np.log(np.exp(-0.5 * (_LOGS / EAGER_SD) ** 2).sum())
KEEN, KEEN_RANGE = 0.5, (0.1, 10.0)
"""A service whose quiet days bring x times the shipped level has people who report more, a form that is nearer at
hand, or more small troubles: counts cannot tell which. Half of it, in the log, is taken for eagerness."""
COARSE = 1.25
"""No share is told more closely than to this factor, whatever the evidence: the grid and the map are no finer."""
UNIT = "share of lines"


def share_out(
    plan: Plan,
    pool: Pooled,
    cv2: float,
    window: Window,
    subject: int,
    active: np.ndarray,
    began: Tick,
    fallen: falls.Fallen | None = None,
) -> Estimate:
    """The share of the LINES in the subject's footprint, in the services that show, that is out; 90 % interval.

    A component that carries a tenth of every line and failed whole gives 0.1 of the footprint's lines.
    """
    picked = plan.subjects[subject]
    weights = weight_of(plan, subject, active)
    rows = np.flatnonzero(weights > HEAVY)
    loss = np.zeros(len(plan.feet.rows))
    loss[picked.cells] = picked.loss
    carried = _carried(plan, rows, loss)
    eager = _eagerness(window, began)
    nats = by_reports(plan, pool, cv2, window, rows, loss, eager) + _by_probes(plan, window, loss)
    if fallen is not None:
        nats = nats + falls.by_share(fallen, rows, loss, GRID)
    low, middle, high = _quantiles(nats, picked.component is not None)
    wide = ASSUMED_SHARE if carried < 0.999 else COARSE
    return Estimate(
        UNIT, rounded(carried * middle), rounded(carried * low / wide), rounded(min(carried * high * wide, 1.0)),
        Source("measured", note="reports, probes and counts under the map's shares"),
    )  # fmt: skip


def _carried(plan: Plan, rows: np.ndarray, loss: np.ndarray) -> float:
    lines = plan.feet.lines[rows]
    return float(loss[rows] @ lines / lines.sum()) if lines.sum() > 0 else 1.0


def _eagerness(window: Window, began: Tick) -> float:
    """How ready to report people are within the window, on average, an outage having begun then."""
    ages = range(window.since - began, window.until - began + 1)
    return sum(eagerness(age) for age in ages) / len(ages)


def by_reports(
    plan: Plan, pool: Pooled, cv2: float, window: Window, rows: np.ndarray, loss: np.ndarray, eager: float
) -> np.ndarray:
    """(shares of GRID,) nats, however eager people are."""
    if len(rows) == 0:
        return np.zeros(len(GRID))
    quiet = float((pool.level[rows] * window.effort[plan.service_of[rows]]).sum())
    ready = plan.propensity[rows] * _keen(plan, pool)[plan.service_of[rows]]
    whole = float((plan.reach[rows] * ready * loss[rows]).sum()) * window.ready * eager
    c, lines = 1.0 + cv2 * quiet, float(plan.feet.lines[rows].sum())
    seen = float(window.reports[rows].sum())
    healthy = max(quiet * (1.0 + TOLERATED), 1e-9)
    more = whole * EAGER[:, None] * np.maximum(GRID, min(LEAST_LINES / max(lines, LEAST_LINES), 1.0))[None, :]
    drawn = (seen * np.log1p(more / healthy) - more) / c
    return np.asarray(np.logaddexp.reduce(drawn + EAGER_LOG_WEIGHTS[:, None], axis=0))


def _keen(plan: Plan, pool: Pooled) -> np.ndarray:
    """(services,) how eager people are here, against the prior, by how often they report on quiet days."""
    reach = np.bincount(plan.service_of, plan.reach, minlength=len(plan.services))
    usual = np.maximum(reach * prior.QUIET_PER_LINE, 1e-12)
    return np.asarray(np.clip((np.maximum(pool.by_service, 1e-12) / usual) ** KEEN, *KEEN_RANGE))


def _by_probes(plan: Plan, window: Window, loss: np.ndarray) -> np.ndarray:
    first, size = plan.watchers.first, len(plan.watchers.rows)
    if size == 0:
        return np.zeros(len(GRID))
    table = Evidence(
        window.since, window.until, window.probes, window.attempts > 0, window.failures, window.wrong
    )
    mine = loss[first : first + size]
    return np.array([float(table.of(mine * q).sum()) for q in GRID])


def _quantiles(nats: np.ndarray, may_fail_whole: bool) -> tuple[float, float, float]:
    before = np.full(len(GRID), 1.0 / len(GRID))
    if may_fail_whole:
        before = before * (1.0 - WHOLE)
        before[-1] += WHOLE
    weight = before * np.exp(nats - nats.max())
    below = np.cumsum(weight / weight.sum())
    low, middle, high = (
        float(GRID[min(int(np.searchsorted(below, q)), len(GRID) - 1)]) for q in (0.05, 0.5, 0.95)
    )
    return low, middle, high
