"""The promise: from quiet history and a budget of false alarms a year to thresholds, by class of row.

Peaks over threshold. Of each class the highest score of every quiet hour is kept. Hours that pass a high level and lie
close together are one episode; what episodes exceed that level by falls off exponentially, so that

    rate of a class(h) = episodes a year at u  x  exp(-(h - u) / scale)

Noise that lifts an area lifts its region too, so that the classes' rates do not add up. Each hour is therefore turned
into the rarest thing that any class did in it, as a rate a year, and the same fit to those gives the level at which
everything together alarms as often as was promised. Each class's threshold is where its own rate is that level: the
budget is split evenly between the classes, and what they have in common is paid once.

Sources: Leadbetter 1991 (peaks over threshold); Davison and Smith 1990, J. R. Statist. Soc. B 52, 393-442 (runs).
"""

import msgspec
import numpy as np

BLOCK_HOURS = 1.0
YEAR_HOURS = 8766.0
APART = 2
"""Hours below the level that end an episode: the longest window and the quiet that an alarm waits for."""
EPISODES = 40
"""Episodes that a fit rests on: the highest ones."""
LEAST_EPISODES = 8
"""With fewer, a class keeps the shipped figures."""
SCALE, SCALE_WEIGHT = 1.5, 5.0
"""Nats by which a rate falls by e, before anything is seen, and how many episodes that weighs."""
FAR = 6.0
"""A peak further out than so many times the middling excess counts as that: an outage nobody confirmed, not noise."""


class Tail(msgspec.Struct, frozen=True):
    """How often something is passed: `a_year` times at level `at`, falling by e with each `scale` above it."""

    at: float
    a_year: float
    scale: float

    def rate(self, level: np.ndarray) -> np.ndarray:
        """Log of the times a year that these levels are passed."""
        return np.asarray(np.log(self.a_year) - (level - self.at) / self.scale)

    def level(self, log_rate: float) -> float:
        """The level that is passed at that (log) rate a year."""
        return self.at + self.scale * (float(np.log(self.a_year)) - log_rate)


class Fit(msgspec.Struct, frozen=True):
    """What a history says.

    Args:
        tails: one a column (class of row, then probes alone); absent where too little was seen to say.
        union: of the rarest thing in each hour, as minus log rate a year; `hours`: quiet ones that it rests on.
    """

    tails: tuple[Tail | None, ...]
    union: Tail
    hours: int

    def levels(self, a_year: float) -> np.ndarray:
        """(columns,) thresholds in nats at which all columns together alarm `a_year` times a year; NaN: unknown."""
        rarity = self.union.level(float(np.log(max(a_year, 1e-6))))
        return np.array([np.nan if tail is None else tail.level(-rarity) for tail in self.tails])


def fitted(blocks: np.ndarray, before: "Fit | None" = None) -> Fit:
    """Learn from quiet hours.

    Args:
        blocks: (hours, columns) highest score in nats of each hour, oldest first; 0: nothing stood out; a row of NaN:
            not watched, or not quiet.
        before: stands in for columns of which too little was seen (the shipped fit).
    """
    hours = int(np.isfinite(blocks).all(axis=1).sum())
    own = tuple(_tail(column) for column in blocks.T)
    stand_in = before.tails if before is not None else (None,) * len(own)
    rated = [each or other for each, other in zip(own, stand_in, strict=True)]
    rarity = np.full(blocks.shape, -np.inf)
    for number, tail in enumerate(rated):
        if tail is not None:
            seen = np.where(np.isfinite(blocks[:, number]), blocks[:, number], np.nan)
            rarity[:, number] = np.where(seen > 0, -tail.rate(seen), -np.inf)
    rarest = np.where(np.isnan(blocks).any(axis=1), np.nan, rarity.max(axis=1, initial=-np.inf))
    union = _tail(rarest, 1.0, -np.inf)
    return Fit(own, union or _apart(rated), hours)


def _apart(tails: list[Tail | None]) -> Tail:
    """Without any history: as if no two classes ever had anything in common."""
    return Tail(0.0, float(max(sum(tail is not None for tail in tails), 1)), 1.0)


def _tail(column: np.ndarray, scale: float = SCALE, nothing: float = 0.0) -> Tail | None:
    """Of one column; None where fewer than eight episodes were seen above `nothing`."""
    seen = column[np.isfinite(column)]
    if len(seen) == 0:
        return None
    years = int((~np.isnan(column)).sum()) * BLOCK_HOURS / YEAR_HOURS
    level, peaks = _level(column, seen[seen > nothing])
    if len(peaks) < LEAST_EPISODES:
        return None
    over = peaks - level
    over = np.minimum(over, FAR * max(float(np.median(over)), 1e-9))
    mean = (float(over.sum()) + SCALE_WEIGHT * scale) / (len(over) + SCALE_WEIGHT)
    return Tail(level, len(peaks) / years, mean)


def _level(column: np.ndarray, seen: np.ndarray) -> tuple[float, np.ndarray]:
    """The highest level with forty episodes above it, else the middle of what was seen; and their peaks."""
    if len(seen) == 0:
        return 0.0, np.empty(0)
    levels = np.unique(np.quantile(seen, np.linspace(0.5, 1.0, 200)))
    for level in levels[::-1]:
        peaks = episodes(column, float(level))
        if len(peaks) >= EPISODES:
            return float(level), peaks
    return float(levels[0]), episodes(column, float(levels[0]))


def episodes(column: np.ndarray, level: float) -> np.ndarray:
    """Peaks of the episodes above a level: hours above it with fewer than two below (or unwatched) in between."""
    above = np.flatnonzero(np.nan_to_num(column, nan=-np.inf) > level)
    if len(above) == 0:
        return np.empty(0)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(above) > APART) + 1])
    return np.asarray(np.maximum.reduceat(column[above], starts))


def calibrated(blocks: np.ndarray, a_year: float, before: Fit | None = None) -> np.ndarray:
    """(columns,) thresholds in nats from quiet history and a budget: `fitted` and `levels` in one."""
    return fitted(blocks, before).levels(a_year)
