"""The floor: what somebody could hear who knows the footprint, the beginning, the noise and how many will report.

Nobody can be sooner in the long run, so that a cell of outages most of which this one misses is told, and not scored.
Its evidence is the log likelihood ratio of the expected reports against none, divided by the dispersion that is left
when the slow noise is known until the beginning; its threshold is that of one test an hour on each footprint.
"""

import numpy as np

from lightship.run.benches.detect.trial import CENSORED, Trial
from lightship.simulate.counts.cells import Cells
from lightship.simulate.counts.quiet import BLOCK, Day, Quiet
from lightship.simulate.counts.setting import Setting

HOURS_A_YEAR = 8766.0


def threshold(footprints: int, budget: float) -> float:
    """Nats that one of so many footprints passes by chance `budget` times a year, tested once an hour.

    >>> round(threshold(4500, 120.0), 1)
    12.7
    """
    return float(np.log(footprints * HOURS_A_YEAR / budget))


def delay(trial: Trial, whole: Cells, normal: np.ndarray, setting: Setting, nats: float) -> float:
    """Minutes until its evidence passes `nats`; CENSORED: missed. It hears the rows that are out, and no others.

    Args:
        whole: counts from the beginning on, the outage's and the ordinary ones.
        normal: (CENSORED, rows hit) true expectation of ordinary reports, slow noise as it was at the beginning.
    """
    number = np.full(max(int(whole.row.max(initial=0)), int(trial.hit.max())) + 1, -1)
    number[trial.hit] = np.arange(len(trial.hit))
    at = number[whole.row]
    mine = (at >= 0) & (whole.tick < CENSORED)
    seen = np.zeros(normal.shape)
    seen[whole.tick[mine], at[mine]] = whole.bounded[mine]
    out = np.isin(trial.hit, trial.outages[0].rows)
    seen, normal, more = seen[:, out], np.maximum(normal[:, out], 1e-12), trial.expected[:, out]
    evidence = np.cumsum((seen * np.log1p(more / normal) - more).sum(axis=1))
    past = np.flatnonzero(evidence / _dispersion(normal, setting) >= nats)
    return float(past[0] + 1) if len(past) else float(CENSORED)


def _dispersion(normal: np.ndarray, setting: Setting) -> np.ndarray:
    """(CENSORED,) variance over mean of what was seen so far."""
    each = np.cumsum(normal, axis=0)
    total = np.maximum(each.sum(axis=1), 1e-12)
    moved = 1.0 - np.exp(-2.0 * np.arange(1, CENSORED + 1) / setting.memory)
    own, common = setting.cv_area**2 * (each**2).sum(axis=1), setting.cv_nation**2 * total**2
    return np.asarray(1.0 + moved * (own + common) / total)


def true_normal(quiet: Quiet, day: Day, trial: Trial) -> np.ndarray:
    """(CENSORED, rows hit) ordinary reports to be expected, with the slow noise of the beginning."""
    grown = (1.0 + quiet.setting.growth) ** (trial.day / 365.0)
    level = quiet.level[trial.hit] * grown / quiet.mean_habit / len(day.habit)
    ready = day.habit[trial.minute : trial.minute + CENSORED]
    return np.asarray(ready[:, None] * (level * day.frailty[trial.minute // BLOCK, trial.hit])[None, :])
