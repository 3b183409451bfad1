"""Thresholds by class of row: the budget of false alarms is split between the classes, each paying its own noise.

The deployment's own quiet history gives them, by `promise.fitted`; before thirty quiet days the shipped fit does, which
the same function made from simulated quiet days (`shipped.py`).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightship.detect.plan import CLASSES
from lightship.detect.promise import Fit
from lightship.detect.quiet import COLUMNS, Quiet
from lightship.detect.shipped import SHIPPED
from lightship.vocabulary.settings import Settings

POSSIBLE_TIMES, POSSIBLE_A_YEAR = 52.0 / 12.0, 52.0
"""A possible one may be false so many times as often as an outage, and once a week in any case."""
BY_PROBES, POSSIBLE_BY_PROBES = 13.0, 9.0
"""Evidence of probes alone, whatever the class, is never asked for less than this: three networks in one round, or two
in two, while others answer. Quiet history may ask for more. Where probes or passive counts speak, it is also the most
that is asked for: what reports do by chance is then not what to fear."""
LEAST = 7.0
"""Nats that a score must have, however quiet it is here."""


@dataclass(frozen=True)
class Levels:
    """Nats for "outage" and for "possible", for any evidence by class of row, and for evidence of probes alone."""

    outage: np.ndarray
    possible: np.ndarray
    by_probes: float
    possible_by_probes: float

    @property
    def least(self) -> float:
        """What anything must score at least."""
        return min(float(self.possible.min()), self.possible_by_probes)


def thresholds(settings: Settings, quiet: Quiet) -> Levels:
    """What a subject must score."""
    return _thresholds(quiet.fit, quiet.early, settings.false_alarms_a_year)


@lru_cache(maxsize=16)
def _thresholds(fit: Fit | None, early: Fit | None, a_year: float) -> Levels:
    often = max(POSSIBLE_A_YEAR, POSSIBLE_TIMES * a_year)
    outage = np.maximum(levels(fit, early, a_year), _floor(BY_PROBES))
    possible = np.minimum(np.maximum(levels(fit, early, often), _floor(POSSIBLE_BY_PROBES)), outage)
    return Levels(outage[:-1], possible[:-1], float(outage[-1]), float(possible[-1]))


def _floor(nats: float) -> np.ndarray:
    """(COLUMNS,) least of what stands on probes alone: probed targets, and any class by probes."""
    found = np.zeros(COLUMNS)
    found[[CLASSES.index("probe"), -1]] = nats
    return found


def levels(fit: Fit | None, early: Fit | None, a_year: float) -> np.ndarray:
    """(COLUMNS,) nats at which the whole deployment alarms `a_year` times a year.

    Args:
        fit: of its own history, believed where it says. early: of its first weeks, believed where it asks for more.
    """
    found = SHIPPED.levels(a_year)
    if fit is not None:
        own = fit.levels(a_year)
        found = np.where(np.isfinite(own), own, found)
    elif early is not None:
        found = np.fmax(found, early.levels(a_year))
    return np.asarray(np.maximum(np.nan_to_num(found, nan=LEAST), LEAST))
