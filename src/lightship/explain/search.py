"""The best joint explanation: gate-aware greedy, pairs of partial causes, then local search."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.explain.pairs import CAUSES, promising_pairs
from lightship.explain.priors import SEVERITIES
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.explain.screen import Option, Screen

MOST_PARTS = 48
TRIED = 5
"""Additions that are scored exactly per step, of those that the screen ranks highest."""

ROUNDS = 8
SWAPPED = 6
"""Explanations with more parts than this are improved by dropping and adding only: a swap costs a screen each."""

PAIRS = 16
"""Pairs of partial causes that are scored exactly."""

GROWN, GROWN_FOR_RIVALS = 8, 4
"""Of those, the ones that are grown further: two partial causes at once mislead a greedy start, and three a start from
two. Fewer where the class is forbidden: those searches are many."""

PARTIAL = 0.5
"""A cause that takes less than this from each row, whole, is partial: a peering site with a tenth of traffic."""

CLOSE = 5.0
"""Nats. A severity that falls short by more than this, by the approximation, is not scored exactly."""

UPSTREAM = 6
"""Components that a cause hangs on, nearest first, which are tried in its place."""

LEAST = 1e-6


@dataclass(frozen=True)
class Field:
    """What a search may use.

    Args:
        without: causes that it may not. about: (rows,) bool, the rows that are in question; None: all.
    """

    scorer: Scorer
    screen: Screen
    without: frozenset[int] = frozenset()
    about: np.ndarray | None = None

    @cached_property
    def among(self) -> np.ndarray | None:
        """The moves that touch a row in question."""
        return None if self.about is None else self.screen.touching(self.about)

    def concerns(self, fit: Fit, part: Part) -> bool:
        """Whether a row in question hangs on that part of an explanation, by itself or with the others."""
        return self.about is None or bool((taken(self.scorer, fit, part) & self.about).any())

    def likeliest(self, fit: Fit, count: int) -> list[Option]:
        """The most promising additions."""
        return self.screen.best(fit, count, self.without, self.among)


def search(
    scorer: Scorer, screen: Screen, without: frozenset[int] = frozenset(), start: tuple[Parts, ...] = (),
    thorough: bool = True, beside: Parts = (), about: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """The best explanation that uses no cause of `without`.

    Args:
        thorough: from `beside` alone, from each of `start`, and from pairs of partial causes. Otherwise only from
            `start`, if there is any.
        beside: what is out in any case, to begin with; nothing is kept from being dropped again.
        about: (rows,) bool, the rows in question: only causes that touch one are added, swapped or dropped.
    """
    field, base = Field(scorer, screen, without, about), scorer.fit(beside)
    seeds = [_greedy(field, base)] if thorough or not start else []
    seeds += [_greedy(field, scorer.fit(_allowed(parts, without))) for parts in start]
    if thorough and len(beside) <= SWAPPED and _partial_causes(field, base):
        seeds += [_greedy(field, fit) for fit in _pairs(field, base)]
    return _local(field, max(seeds, key=lambda fit: fit.total))


def taken(scorer: Scorer, fit: Fit, part: Part) -> np.ndarray:
    """(rows,) bool: what a part of an explanation takes, by itself or only with the others."""
    rest = scorer.fit(tuple(each for each in fit.parts if each != part))
    return np.asarray((fit.loss != rest.loss) | scorer.fit((part,)).touched)


def _allowed(parts: Parts, without: frozenset[int]) -> Parts:
    return tuple(part for part in parts if part[0] not in without)


def _greedy(field: Field, fit: Fit) -> Fit:
    while len(fit.parts) < MOST_PARTS:
        better = _best_of(_additions(field.scorer, fit, field.likeliest(fit, TRIED)), fit)
        if better is fit:
            return fit
        fit = better
    return fit


def _best_of(fits: Iterator[Fit], held: Fit) -> Fit:
    """The best of them, the first where equal; `held` unless one is better."""
    for each in fits:
        if each.total > held.total + LEAST:
            held = each
    return held


def _additions(scorer: Scorer, fit: Fit, options: list[Option]) -> Iterator[Fit]:
    for option in options:
        yield scorer.fit((*fit.parts, *option.parts))
        # The screen keeps the level of reports as it is; another cause that fails whole may well change that.
        yield scorer.fit((*fit.parts, *((cause, 1.0) for cause, _ in option.parts)))


def _local(field: Field, fit: Fit) -> Fit:
    for _ in range(ROUNDS):
        better = _best_of(_neighbours(field, fit), fit)
        if better is fit:
            return fit
        fit = _greedy(field, better)
    return fit


def _neighbours(field: Field, fit: Fit) -> Iterator[Fit]:
    """All that is one drop or one swap away or another severity, and without excuses.

    A component can replace several excuses at once (an unknown cause and a mistake of the map), which no single swap
    does: so what is left without them is grown anew.
    """
    scorer = field.scorer
    real = tuple(part for part in fit.parts if part[0] < scorer.known.components)
    if len(real) < len(fit.parts):
        yield _greedy(field, scorer.fit(real))
    yield from _merged(field, fit)
    for part in (each for each in fit.parts if field.concerns(fit, each)):
        rest = scorer.fit(tuple(each for each in fit.parts if each != part))
        yield rest
        yield from _severities(scorer, field.screen, rest, part)
        if part[0] < scorer.known.components:
            # What it hangs on does the same, also where neither shows alone: the feeds of both nodes of a pair.
            yield from (
                scorer.fit((*rest.parts, (on, 1.0)))
                for on in scorer.known.needed_by(part[0])[:UPSTREAM]
                if on not in field.without
            )
        if len(fit.parts) <= SWAPPED:
            near = field.screen.sharing(part[0])
            yield from _additions(scorer, rest, field.screen.best(rest, TRIED, field.without, near))


def _merged(field: Field, fit: Fit) -> Iterator[Fit]:
    """One broad cause in the place of all that it covers: what a storm is first explained by, piece by piece."""
    concerned = [part for part in fit.parts if field.concerns(fit, part)]
    held = frozenset(cause for cause, _ in fit.parts)
    for causes, over in field.screen.covered([cause for cause, _ in concerned]):
        if field.without.isdisjoint(causes) and not held.issuperset(causes):
            dropped = {concerned[n] for n in over}
            kept = tuple(part for part in fit.parts if part not in dropped)
            yield field.scorer.fit((*kept, *((cause, 1.0) for cause in causes if cause not in held)))


def _severities(scorer: Scorer, screen: Screen, rest: Fit, part: Part) -> Iterator[Fit]:
    """The two other severities of that cause that look best, as far as they look about as good as the one it has."""
    looks = screen.severities(rest, part[0])
    has = max((looks[n] for n in range(len(SEVERITIES)) if SEVERITIES[n] == part[1]), default=0.0)
    others = [n for n in range(len(SEVERITIES)) if SEVERITIES[n] != part[1] and looks[n] > has - CLOSE]
    for n in sorted(others, key=lambda n: -looks[n])[:2]:
        yield scorer.fit((*rest.parts, (part[0], SEVERITIES[n])))


def _pairs(field: Field, base: Fit) -> list[Fit]:
    scorer = field.scorer
    fits = {
        fit.parts: fit
        for pair in promising_pairs(scorer, field.likeliest(scorer.nothing, 2 * CAUSES), PAIRS)
        for fit in [scorer.fit((*base.parts, *pair))]
    }
    names = scorer.known.names
    order = sorted(fits.values(), key=lambda fit: (-fit.total, tuple(names[cause] for cause, _ in fit.parts)))
    return order[: GROWN_FOR_RIVALS if field.without else GROWN]


def _partial_causes(field: Field, base: Fit) -> bool:
    """Whether one of the likelier causes takes only a part of what it touches."""
    reach = field.scorer.known.reach
    return any(
        0.0 < reach[cause] < PARTIAL or (share < 1.0 and reach[cause] > 0.0)
        for option in field.likeliest(base, TRIED)
        for cause, share in option.parts
    )
