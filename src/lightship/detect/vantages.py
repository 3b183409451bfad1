"""How far a vantage is to be believed: how often it fails with the target well, and whether its own line is up."""

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.plan import Watchers

KEEP = 0.5 ** (1.0 / (7 * 1440))
"""Memory per tick: a half-life of seven days."""
MOST_ATTEMPTS = 3.0
"""Repeats within a tick fail for one reason: they count as three observations at most."""


class Trust(msgspec.Struct, frozen=True):
    """Beta filter per vantage: (vantages,) failures and observations in quiet times, the prior in them."""

    failures: np.ndarray
    observations: np.ndarray

    def rate(self) -> np.ndarray:
        """(vantages,) P(an observation fails with the target well), erring high by one standard deviation."""
        mean = self.failures / self.observations
        high = mean + np.sqrt(mean * (1.0 - mean) / self.observations)
        return np.asarray(np.clip(high, prior.FALSE_FAILURE, 0.5))

    def wrong(
        self, watchers: Watchers, probes: np.ndarray, attempts: np.ndarray, failures: np.ndarray
    ) -> np.ndarray:
        """(observed,) P(fails though well) in this tick: at least the share of unrelated targets failing there."""
        if len(probes) == 0:
            return np.empty(0)
        vantage, size = watchers.vantage[probes], len(watchers.vantage)
        seen, share = np.zeros(size), np.zeros(size)
        seen[probes], share[probes] = 1.0, failures / np.maximum(attempts, 1.0)
        vouching = (watchers.vouches @ seen)[probes]
        bad = (watchers.vouches @ share)[probes] / np.maximum(vouching, 1.0)
        least = np.where(
            vouching > 0, self.rate()[vantage], np.maximum(self.rate()[vantage], prior.UNVERIFIED)
        )
        return np.asarray(np.minimum(np.maximum(least, bad), 1.0))

    def taken(
        self, watchers: Watchers, probes: np.ndarray, attempts: np.ndarray, failures: np.ndarray
    ) -> "Trust":
        """After a quiet tick."""
        seen = np.minimum(attempts, MOST_ATTEMPTS)
        failed = failures * seen / np.maximum(attempts, 1.0)
        size, vantage = len(self.failures), watchers.vantage[probes]
        return Trust(
            _FIRST + KEEP * (self.failures - _FIRST) + np.bincount(vantage, failed, minlength=size),
            _WEIGHT + KEEP * (self.observations - _WEIGHT) + np.bincount(vantage, seen, minlength=size),
        )


_WEIGHT = prior.FALSE_FAILURE_WEIGHT
_FIRST = prior.FALSE_FAILURE * _WEIGHT


def start(watchers: Watchers) -> Trust:
    """The shipped prior for every vantage."""
    size = int(watchers.vantage.max()) + 1 if len(watchers.vantage) else 0
    return Trust(np.full(size, _FIRST), np.full(size, _WEIGHT))


def votes(watchers: Watchers, probes: np.ndarray) -> np.ndarray:
    """(observed,) vantages of one network that watch one target share one vote."""
    if len(probes) == 0:
        return np.empty(0)
    pair = watchers.network[probes] * (int(watchers.target.max()) + 1) + watchers.target[probes]
    _, back, count = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[back])
