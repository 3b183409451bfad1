"""CUSUM for counts: the evidence for a given multiple of the usual rate, added up from the best beginning.

Source: Page (1954), Biometrika 41, 100-115; for Poisson counts Lucas (1985), Technometrics 27, 129-144:
C <- max(0, C + x - k mu) with k = (r - 1) / ln r. In nats that is max(0, C + x ln r - (r - 1) mu).
"""

import numpy as np

RATIO = 2.0
"""The multiple that it is designed for: a doubling, the usual choice."""


def score(
    seen: np.ndarray, normal: np.ndarray, start: np.ndarray | None = None, ratio: float = RATIO
) -> np.ndarray:
    """(series, ticks) nats. `start`: (series,) the sum before the first tick; none: zeros.

    >>> score(np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[0.   , 0.386]])
    """
    walk = np.cumsum(seen * np.float32(np.log(ratio)) - np.float32(ratio - 1.0) * normal, axis=1)
    if start is not None:
        walk += start[:, None]
    # max(0, C + step), unrolled: how far the walk stands above its lowest point so far, or above 0.
    return np.asarray(walk - np.minimum(np.minimum.accumulate(walk, axis=1), 0.0))
