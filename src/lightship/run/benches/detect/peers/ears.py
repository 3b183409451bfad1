"""EARS C2: standard deviations above the mean of seven earlier days, two days apart from today.

Source: Hutwagner, Thompson, Seeman and Treadwell (2003), J. Urban Health 80, i89-i96: C2 = (y - mean) / sd over days
t-9 to t-3. Restated for minutes: y is a window of 15 minutes, the days are the same minutes of days t-9 to t-3, and the
mean is the baseline that all detectors here are given, so that sd is that of the seven residuals. Poisson's sd is its
floor.
"""

import numpy as np

MINUTES = 15
LAGS = range(3, 10)
"""Days back."""
LEAST_SD = 0.5
"""Reports: keeps one report in a village at night from being many deviations."""


def c2(today: float, days: np.ndarray) -> float:
    """The published statistic on daily counts; `days`: the seven of t-9 to t-3.

    >>> c2(10.0, np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 4.0]))
    6.0
    """
    return float((today - days.mean()) / days.std(ddof=1))


def residuals(seen: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """(series, ticks) squares of what windows were off the baseline; both are sums over the last `MINUTES`."""
    return np.asarray((seen - normal) ** 2)


def score(seen: np.ndarray, normal: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Deviations above the baseline, of sums over the last `MINUTES`.

    Args:
        squares: (series, ticks) mean of `residuals` over the days of `LAGS`.
    """
    return np.asarray((seen - normal) / np.sqrt(np.maximum(np.maximum(squares, normal), LEAST_SD**2)))
