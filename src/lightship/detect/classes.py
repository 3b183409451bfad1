"""Thresholds by class of row: the budget of false alarms is split between the classes, each paying its own noise.

Nats of the scan's score that a quiet deployment passes once in a given time; see docs/why/0007-the-scan.md for the
simulation that gave the constants, and its command.
"""

import numpy as np

from lightship.detect.plan import CLASSES, Plan
from lightship.detect.prior import AS_OF
from lightship.vocabulary.alarms import RowClass
from lightship.vocabulary.settings import Settings

CALIBRATED_AT = 12.0
"""False alarms a year that the constants below were fitted for; AS_OF dates them, too."""
CONSTANTS_AS_OF = AS_OF

OUTAGE: dict[RowClass, float] = {
    "head-end": 16.5, "metro": 16.0, "core": 16.0, "national": 17.0, "area": 17.0, "region": 16.0, "nation": 17.0,
    "probe": 13.0, "neighbour": 17.0,
}  # fmt: skip
SLOPE = 0.8
"""The rate of false alarms falls by exp(-0.8) with each nat of threshold, over all classes."""
POSSIBLE_A_YEAR = 52.0
BY_PROBES = 13.0
"""Evidence of probes alone, whatever the class: three networks in one round, or two in two, while others answer."""
POSSIBLE_BY_PROBES = 9.0
QUIET_TICKS = 30 * 1440
"""Thirty quiet days make a deployment's own calibration; before, it is "not yet calibrated here"."""


def thresholds(plan: Plan, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """(subjects,) nats for "outage" and for "possible"."""
    shift = np.log(CALIBRATED_AT / max(settings.false_alarms_a_year, 1e-3)) / SLOPE
    outage = np.array([OUTAGE[row_class] for row_class in CLASSES])[plan.row_class] + shift
    apart = np.log(max(POSSIBLE_A_YEAR / max(settings.false_alarms_a_year, 1e-3), 1.0)) / SLOPE
    return outage, outage - apart


def calibration(quiet_ticks: int) -> str:
    """What may be said of the promise."""
    return "calibrated here" if quiet_ticks >= QUIET_TICKS else "not yet calibrated here"
