"""NAB's score, from its published definition.

Source: Lavin and Ahmad (2015), Evaluating Real-time Anomaly Detection Algorithms - the Numenta Anomaly Benchmark,
ICMLA, arXiv 1510.03336, and the benchmark's documentation: probation of 15 % of the rows, 750 at most; within a window
the earliest detection counts, by a sigmoid of its position, scaled so that the window's first row is worth 1; a
detection outside costs the more, the further it lies behind the last window; 0 is a detector that never speaks, 100 one
that speaks at the beginning of every window.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

PROBATION_SHARE, PROBATION_MOST = 0.15, 750


@dataclass(frozen=True)
class Profile:
    """What each kind of detection is worth; what a miss costs."""

    name: str
    hit: float
    false: float
    miss: float


STANDARD = Profile("standard", 1.0, 0.11, 1.0)
LOW_FALSE = Profile("low FP", 1.0, 0.22, 1.0)
LOW_MISS = Profile("low FN", 1.0, 0.11, 2.0)
PROFILES = (STANDARD, LOW_FALSE, LOW_MISS)


@dataclass(frozen=True)
class Marked:
    """One series as a detector left it.

    Args:
        scores: (rows,) of the detector, the higher the stranger. windows: first and last row of each, ascending.
    """

    scores: np.ndarray
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """Rows at the beginning that are not judged.

        >>> Marked(np.zeros(1000), ()).probation, Marked(np.zeros(15_902), ()).probation
        (150, 750)
        """
        return min(int(PROBATION_SHARE * len(self.scores)), PROBATION_MOST)


def sigmoid(position: float) -> float:
    """1 well before 0, 0 at it, -1 well behind it.

    >>> round(sigmoid(-1.0), 4), sigmoid(0.0), sigmoid(3.5)
    (0.9866, 0.0, -1.0)
    """
    return -1.0 if position > 3.0 else 2.0 / (1.0 + float(np.exp(5.0 * position))) - 1.0


def raw(marked: Marked, threshold: float, profile: Profile) -> float:
    """The score of one series before it is put on the scale of 0 to 100."""
    at = np.flatnonzero(marked.scores >= threshold)
    at = at[at >= marked.probation]
    inside = np.zeros(len(marked.scores), bool)
    total = 0.0
    for first, last in marked.windows:
        inside[first : last + 1] = True
        hits = at[(at >= first) & (at <= last)]
        total += _hit(int(hits[0]), first, last, profile) if len(hits) else -profile.miss
    return total + profile.false * sum(_false(marked, at[~inside[at]]))


def _hit(row: int, first: int, last: int, profile: Profile) -> float:
    position = -(last - row + 1) / (last - first + 1)
    return sigmoid(position) * profile.hit / sigmoid(-1.0)


def _false(marked: Marked, rows: np.ndarray) -> Iterator[float]:
    ends = np.array([last for _, last in marked.windows])
    for row in rows.tolist():
        before = int(np.searchsorted(ends, row))
        if before == 0:
            yield -1.0
        else:
            first, last = marked.windows[before - 1]
            yield sigmoid((row - last) / (last - first)) if last > first else -1.0


def score(all_marked: Sequence[Marked], threshold: float, profile: Profile) -> float:
    """0-100 over all series, below 0 for a detector that is worse than silence."""
    windows = sum(len(each.windows) for each in all_marked)
    silent, perfect = -profile.miss * windows, profile.hit * windows
    found = sum(raw(each, threshold, profile) for each in all_marked)
    return 100.0 * (found - silent) / (perfect - silent)


def best(all_marked: Sequence[Marked], profile: Profile, candidates: Sequence[float]) -> tuple[float, float]:
    """(threshold, score) of the best of these thresholds: known in hindsight only, as the published figures are."""
    return max(((each, score(all_marked, each, profile)) for each in candidates), key=lambda pair: pair[1])
