"""Where no programme can prove an answer: causes tried one by one, two by two, and a third beside the best two."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from lightship.explain.priors import SEVERITIES
from lightship.explain.score import Fit, Parts, Scorer

PAIRED, GROWN = 100, 20
"""Causes that are tried two by two, those that are worth most alone; pairs beside which each of these is tried."""


@dataclass
class Trial:
    """What was tried, without the causes of `without`.

    Args:
        until: by the monotonic clock, seconds. whole: all of it was tried in time.
    """

    scorer: Scorer
    without: frozenset[int]
    until: float
    advance: Callable[[], None]
    best: Fit = field(init=False)
    tried: int = 0
    whole: bool = True

    def __post_init__(self) -> None:
        """Nothing is out, until something is better."""
        self.best = self.scorer.nothing

    def run(self) -> "Trial":
        """Every cause at every severity, then two, then three at once."""
        alone = self._scored(self._alone())
        first: dict[tuple[int, ...], Parts] = {}
        for _, parts in alone:
            first.setdefault(tuple(cause for cause, _ in parts), parts)
        likely = list(first.values())[:PAIRED]
        pairs = self._scored(_apart(combinations(likely, 2)))
        self._scored(_apart((two, one) for _, two in pairs[:GROWN] for one in likely))
        return self

    def _alone(self) -> Iterator[Parts]:
        moves = self.scorer.known.moves
        for causes, costs in zip(moves.causes, moves.cost, strict=True):
            if self.without.isdisjoint(causes):
                for share, cost in zip(SEVERITIES, costs.tolist(), strict=True):
                    if cost > -1e9:
                        yield tuple((cause, share) for cause in causes)

    def _scored(self, some: Iterable[Parts]) -> list[tuple[float, Parts]]:
        """With their totals, the best first; the first of equal ones in the order in which they came."""
        found = []
        for parts in some:
            if time.monotonic() > self.until:
                self.whole = False
                break
            fit = self.scorer.fit(parts)
            found.append((fit.total, parts))
            self.best = max(self.best, fit, key=lambda each: each.total)
            self.tried += 1
            self.advance()
        return sorted(found, key=lambda each: -each[0])


def _apart(pairs: Iterable[tuple[Parts, Parts]]) -> Iterator[Parts]:
    """The two together, where they have no cause in common."""
    for one, other in pairs:
        if {cause for cause, _ in one}.isdisjoint(cause for cause, _ in other):
            yield (*one, *other)


def planned(scorer: Scorer) -> int:
    """How many are tried at most."""
    alone = len(SEVERITIES) * len(scorer.known.moves.causes)
    return alone + PAIRED * (PAIRED - 1) // 2 + GROWN * PAIRED
