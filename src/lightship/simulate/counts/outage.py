"""Outages with known truth, and the reports that they bring."""

from dataclasses import dataclass

import numpy as np

from lightship.simulate.counts.cells import Cells, of_reports
from lightship.simulate.counts.rows import Rows

PROPENSITY = (0.002, 0.05)
"""Share of the people hit who report in an hour, by day, least and most; drawn evenly in the log. Assumed."""
RAMPS = (0, 10, 60)
"""Minutes until all of it is out."""
MEDIAN_HOURS, DURATION_SIGMA = 2.4, 0.9
"""Lognormal duration. The median is that of recorded outages (docs/reference/incidents.md); the spread is assumed."""
ASTRAY = 0.1
"""Reports that name another service of the same area, as a share of those about an outage. Assumed."""


@dataclass(frozen=True)
class Outage:
    """What is out.

    Args:
        scope: what kind of thing failed ("head-end", "scattered" ...). subject: the component or area, "" for none.
        rows: (n,) count rows with an area, ascending; lines: (n,) lines of each that are out at the height.
        ramp, minutes: until the height, and from the beginning to the end.
        propensity: share of the people hit that reports in an hour, by day.
    """

    scope: str
    subject: str
    rows: np.ndarray
    lines: np.ndarray
    ramp: float
    minutes: float
    propensity: float

    @property
    def size(self) -> float:
        """Lines out at the height."""
        return float(self.lines.sum())


def drawn_course(chance: np.random.Generator) -> tuple[float, float, float]:
    """(ramp, duration in minutes, propensity) of an outage."""
    low, high = np.log(PROPENSITY)
    minutes = 60.0 * MEDIAN_HOURS * np.exp(DURATION_SIGMA * chance.standard_normal())
    return float(chance.choice(RAMPS)), float(minutes), float(np.exp(low + (high - low) * chance.random()))


def severity(outage: Outage, ticks: int) -> np.ndarray:
    """(ticks,) share of its lines that is out in each tick after its beginning."""
    middle = np.arange(ticks) + 0.5
    risen = np.minimum(middle / max(outage.ramp, 1e-9), 1.0)
    return np.asarray(np.where(middle < outage.minutes, risen, 0.0))


def eager(outage: Outage, ready: np.ndarray) -> np.ndarray:
    """(ticks,) expected reports per line that is out at the height.

    People report once: each minute takes its share of those who have not. `ready`: (ticks,) readiness, 1 by day.
    """
    out = severity(outage, len(ready))
    hazard = outage.propensity / 60.0 * ready
    newly = np.diff(out, prepend=0.0).clip(min=0.0)
    silent, found = 0.0, np.zeros(len(ready))
    for n, (arrives, rate, now) in enumerate(zip(newly.tolist(), hazard.tolist(), out.tolist(), strict=True)):
        silent = (silent + arrives) * (now > 0)
        found[n] = silent * (1.0 - np.exp(-rate))
        silent -= found[n]
    return found


def expected(outage: Outage, rows: Rows, ready: np.ndarray, unplaced: float) -> tuple[np.ndarray, np.ndarray]:
    """(rows hit in reports,) row numbers and (ticks, those) expected reports on top of the ordinary ones."""
    each = eager(outage, ready)
    per_row = np.zeros(len(rows))
    placed, service = outage.lines * (1.0 - unplaced), rows.service[outage.rows]
    np.add.at(per_row, outage.rows, placed * (1.0 - ASTRAY))
    np.add.at(per_row, rows.unplaced[service], outage.lines * unplaced)
    others = rows.astray[outage.rows]
    other = (others >= 0) & (np.arange(others.shape[1]) != service[:, None])
    share = placed * ASTRAY / np.maximum(other.sum(axis=1), 1)
    np.add.at(per_row, others[other], np.repeat(share, other.sum(axis=1)))
    hit = np.flatnonzero(per_row)
    return hit, each[:, None] * per_row[hit][None, :]


def reports(
    outage: Outage, rows: Rows, ready: np.ndarray, unplaced: float, chance: np.random.Generator
) -> Cells:
    """Its reports, ticks counted from its beginning."""
    hit, mean = expected(outage, rows, ready, unplaced)
    counts = chance.poisson(mean)
    tick, at = np.nonzero(counts)
    many = counts[tick, at]
    return of_reports(np.repeat(tick, many), np.repeat(hit[at], many), len(rows))
