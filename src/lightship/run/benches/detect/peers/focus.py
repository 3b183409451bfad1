"""FOCuS: the likelihood ratio for a higher rate over every window that ends now.

Source: Ward, Dilillo, Eckley and Fearnhead (2023), J. Am. Stat. Assoc., doi 10.1080/01621459.2023.2235059. Functional
pruning makes the maximum cheap; the value is that of trying each window, max over w of X ln(X / M) - (X - M) where the
window's X is above its expectation M, and that is what is computed here: only windows that begin at a tick with
reports can be the best. `changepoint-online` gives the same numbers where the baseline is constant.
"""

import numpy as np

LONGEST = 180
"""Ticks: the longest window. A change that takes longer to show has been missed by then."""


def score(seen: np.ndarray, normal: np.ndarray, first: int = 0, longest: int = LONGEST) -> np.ndarray:
    """(series, ticks - first) nats, for ticks from `first` on; between reports the ratio only falls: 0 stands there.

    >>> score(np.array([[0.0, 3.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[0.   , 1.296]])
    """
    best = np.zeros(seen.shape)
    series, tick = np.nonzero(seen)
    x, due = seen[series, tick], np.cumsum(normal, axis=1)
    until, since = due[series, tick], due[series, tick] - normal[series, tick]
    reports = np.cumsum(x)
    before = reports - x
    ends, found = np.arange(len(x)), np.zeros(len(x))
    back = 0
    while len(ends):
        starts = ends - back
        inside = (starts >= 0) & (series[ends] == series[starts]) & (tick[ends] - tick[starts] < longest)
        ends, starts = ends[inside], starts[inside]
        found[ends] = np.maximum(
            found[ends], _ratio(reports[ends] - before[starts], until[ends] - since[starts])
        )
        back += 1
    best[series, tick] = found
    return best[:, first:]


def _ratio(many: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """X ln(X / M) - (X - M) where X is above M, 0 elsewhere."""
    found, at = np.zeros(len(many)), np.flatnonzero(many > mean)
    x, m = many[at], np.maximum(mean[at], 1e-12)
    found[at] = x * np.log(x / m) - (x - m)
    return found
