"""The score at which a detector alarms so many times over a stretch."""

import numpy as np

CLUSTER_HOURS = 2
"""Hours between two exceedances from which they are two alarms."""
LEAST = 1.0
"""Alarms over the stretch below which no threshold is set: it would be a guess."""
TAIL = 4
"""The tail is fitted to so many times the wanted number of peaks."""


def peaks(maxima: np.ndarray) -> np.ndarray:
    """Peaks of hourly maxima, highest first; of hours closer than `CLUSTER_HOURS` the highest counts.

    >>> peaks(np.array([1.0, 5.0, 4.0, 0.0, 0.0, 3.0])).tolist()
    [5.0, 3.0]
    """
    left, found = maxima.astype(np.float64).copy(), []
    for at in np.argsort(-maxima, kind="stable").tolist():
        if left[at] == -np.inf:
            continue
        found.append(float(left[at]))
        left[max(at - CLUSTER_HOURS, 0) : at + CLUSTER_HOURS + 1] = -np.inf
    return np.array(found)


def threshold(maxima: np.ndarray, alarms: float) -> float:
    """The score that is passed `alarms` times: a line through log rank against score over the highest peaks."""
    top = peaks(maxima)[: max(int(TAIL * max(alarms, LEAST)), 8)]
    rank = np.arange(1, len(top) + 1) - 0.5
    if np.ptp(top) <= 0:
        return float(top[0])
    slope, at_zero = np.polyfit(np.log(rank), top, 1)
    return float(at_zero + slope * np.log(max(alarms, LEAST)))
