"""Promised against realised: false alarms under noise that nothing was set on."""

import msgspec
import numpy as np
from scipy.stats import chi2

from lightship.run.benches.detect.form import DAYS_A_YEAR
from lightship.run.benches.detect.heard import Heard

APART_TICKS = 120


class Kept(msgspec.Struct, frozen=True):
    """One noise setting.

    Args:
        days: judged. promised, seen: false alarms over them; low, high: 95 % Poisson interval of `seen`.
        public: of those seen, fit for a public statement. by_class: seen, by class of row.
        episodes: those of `seen` that began within two hours of one before are one, as in the fit that sets thresholds.
    """

    name: str
    noise: str
    days: float
    promised: float
    seen: int
    low: float
    high: float
    public: int
    by_class: dict[str, int]
    episodes: int = 0

    @property
    def ratio(self) -> float:
        """Seen over promised."""
        return self.seen / self.promised


def kept(name: str, noise: str, ticks: int, budget: float, heard: list[Heard]) -> Kept:
    """The promise of that many a year, over so many ticks."""
    days, seen = ticks / 1440.0, len(heard)
    low, high = poisson_interval(seen)
    by_class: dict[str, int] = {}
    for each in heard:
        by_class[each.row_class] = by_class.get(each.row_class, 0) + 1
    public = sum(each.public is not None for each in heard)
    began = np.sort([each.tick for each in heard])
    episodes = min(seen, 1) + int((np.diff(began) > APART_TICKS).sum())
    return Kept(name, noise, days, budget * days / DAYS_A_YEAR, seen, low, high, public, by_class, episodes)


def poisson_interval(seen: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a Poisson mean (Garwood 1936, Biometrika 28, 437-442).

    >>> [round(each, 2) for each in poisson_interval(10)]
    [4.8, 18.39]
    """
    tail = (1.0 - level) / 2.0
    low = float(chi2.ppf(tail, 2 * seen)) / 2.0 if seen else 0.0
    return low, float(chi2.ppf(1.0 - tail, 2 * seen + 2)) / 2.0
