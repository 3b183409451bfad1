"""The rule of public counters: many times the usual number of reports for this time of day.

Source: Downdetector's methodology page ("significantly higher than the typical volume for that time of day"); it names
no threshold and no window. Taken here: 15 minutes, and a baseline of one report at least, without which the first
report of a village at night would be an outage.
"""

import numpy as np

MINUTES = 15
LEAST_NORMAL = 1.0


def score(seen: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """How many times the usual; both are sums over the last `MINUTES` (`windows.trailing`).

    >>> score(np.array([[0.0, 6.0]]), np.array([[1.0, 2.0]]))
    array([[0., 3.]])
    """
    return np.asarray(seen / np.maximum(normal, LEAST_NORMAL))
