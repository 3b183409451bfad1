"""Thresholds by class of row: the budget of false alarms is split between the classes, each paying its own noise.

The deployment's own quiet history gives them, by `promise.fitted`; before thirty quiet days the shipped fit does, which
the same function made from simulated quiet days (`shipped.py`).
"""

from dataclasses import dataclass

import numpy as np

from lightship.detect.plan import Plan
from lightship.detect.quiet import COLUMNS, Quiet
from lightship.detect.shipped import SHIPPED
from lightship.vocabulary.settings import Settings

POSSIBLE_TIMES, POSSIBLE_A_YEAR = 52.0 / 12.0, 52.0
"""A possible one may be false so many times as often as an outage, and once a week in any case."""
BY_PROBES, POSSIBLE_BY_PROBES = 13.0, 9.0
"""Evidence of probes alone, whatever the class, is never asked for less than this: three networks in one round, or two
in two, while others answer. Quiet history may ask for more."""
LEAST = 7.0
"""Nats that a score must have, however quiet it is here."""


@dataclass(frozen=True)
class Levels:
    """Nats for "outage" and for "possible": (subjects,) for any evidence, and for evidence of probes alone."""

    outage: np.ndarray
    possible: np.ndarray
    by_probes: float
    possible_by_probes: float


def thresholds(plan: Plan, settings: Settings, quiet: Quiet) -> Levels:
    """What a subject must score."""
    outage = levels(quiet, settings.false_alarms_a_year)
    often = max(POSSIBLE_A_YEAR, POSSIBLE_TIMES * settings.false_alarms_a_year)
    possible = np.minimum(levels(quiet, often), outage)
    return Levels(
        outage[plan.row_class], possible[plan.row_class],
        max(float(outage[-1]), BY_PROBES), max(float(possible[-1]), POSSIBLE_BY_PROBES),
    )  # fmt: skip


def levels(quiet: Quiet, a_year: float) -> np.ndarray:
    """(COLUMNS,) nats at which the whole deployment alarms `a_year` times a year."""
    shipped = SHIPPED.levels(a_year)
    own = quiet.fit.levels(a_year) if quiet.fit is not None else np.full(COLUMNS, np.nan)
    found = np.where(np.isfinite(own), own, shipped)
    return np.asarray(np.maximum(np.nan_to_num(found, nan=LEAST), LEAST))
