"""The best joint explanation: gate-aware greedy, pairs of partial causes, then local search."""

from collections.abc import Iterator

from lightship.explain.pairs import promising_pairs
from lightship.explain.priors import SEVERITIES
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.explain.screen import Screen

MOST_PARTS = 48
TRIED = 5
"""Additions that are scored exactly per step, of those that the screen ranks highest."""

ROUNDS = 8
SWAPPED = 6
"""Explanations with more parts than this are improved by dropping and adding only: a swap costs a screen each."""

PAIRS = 16
"""Pairs of partial causes that are scored exactly."""

GROWN = 4
"""Of those, the ones that are grown further: two partial causes at once mislead a greedy start."""

PARTIAL = 0.5
"""A cause that takes less than this from each row, whole, is partial: a peering site with a tenth of traffic."""

CLOSE = 5.0
"""Nats. A severity that falls short by more than this, by the approximation, is not scored exactly."""

UPSTREAM = 6
"""Components that a cause hangs on, nearest first, which are tried in its place."""

LEAST = 1e-6


def search(
    scorer: Scorer, screen: Screen, without: frozenset[int] = frozenset(), start: tuple[Parts, ...] = (),
    thorough: bool = True,
) -> Fit:  # fmt: skip
    """The best explanation that uses no cause of `without`.

    `thorough`: from nothing, from each of `start`, and from pairs of partial causes. Otherwise only from `start`, if
    there is any.
    """
    seeds = [_greedy(scorer, screen, scorer.nothing, without)] if thorough or not start else []
    seeds += [_greedy(scorer, screen, scorer.fit(_allowed(parts, without)), without) for parts in start]
    if thorough and _partial_causes(scorer, screen, without):
        seeds += [_greedy(scorer, screen, fit, without) for fit in _pairs(scorer, screen, without)]
    best = max(seeds, key=lambda fit: fit.total)
    return _local(scorer, screen, best, without)


def _allowed(parts: Parts, without: frozenset[int]) -> Parts:
    return tuple(part for part in parts if part[0] not in without)


def _greedy(scorer: Scorer, screen: Screen, fit: Fit, without: frozenset[int]) -> Fit:
    while len(fit.parts) < MOST_PARTS:
        better = _best_of(_additions(scorer, screen, fit, without), fit)
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


def _additions(
    scorer: Scorer, screen: Screen, fit: Fit, without: frozenset[int], near: int | None = None
) -> Iterator[Fit]:
    for option in screen.best(fit, TRIED, without, near):
        yield scorer.fit((*fit.parts, *option.parts))
        # The screen keeps the level of reports as it is; another cause that fails whole may well change that.
        yield scorer.fit((*fit.parts, *((cause, 1.0) for cause, _ in option.parts)))


def _local(scorer: Scorer, screen: Screen, fit: Fit, without: frozenset[int]) -> Fit:
    for _ in range(ROUNDS):
        better = _best_of(_neighbours(scorer, screen, fit, without), fit)
        if better is fit:
            return fit
        fit = _greedy(scorer, screen, better, without)
    return fit


def _neighbours(scorer: Scorer, screen: Screen, fit: Fit, without: frozenset[int]) -> Iterator[Fit]:
    """All that is one drop or one swap away or another severity, and without excuses.

    A component can replace several excuses at once (an unknown cause and a mistake of the map), which no single swap
    does: so what is left without them is grown anew.
    """
    real = tuple(part for part in fit.parts if part[0] < scorer.known.components)
    if len(real) < len(fit.parts):
        yield _greedy(scorer, screen, scorer.fit(real), without)
    yield from _merged(scorer, screen, fit, without)
    for n, part in enumerate(fit.parts):
        rest = scorer.fit((*fit.parts[:n], *fit.parts[n + 1 :]))
        yield rest
        yield from _severities(scorer, screen, rest, part)
        if part[0] < scorer.known.components:
            # What it hangs on does the same, also where neither shows alone: the feeds of both nodes of a pair.
            yield from (
                scorer.fit((*rest.parts, (on, 1.0)))
                for on in scorer.known.needed_by(part[0])[:UPSTREAM]
                if on not in without
            )
        if len(fit.parts) <= SWAPPED:
            yield from _additions(scorer, screen, rest, without, near=part[0])


def _merged(scorer: Scorer, screen: Screen, fit: Fit, without: frozenset[int]) -> Iterator[Fit]:
    """One broad cause in the place of all that it covers: what a storm is first explained by, piece by piece."""
    covered = screen.covered([cause for cause, _ in fit.parts])
    held = frozenset(cause for cause, _ in fit.parts)
    for causes, over in covered:
        if without.isdisjoint(causes) and not held.issuperset(causes):
            kept = tuple(part for n, part in enumerate(fit.parts) if n not in over)
            yield scorer.fit((*kept, *((cause, 1.0) for cause in causes if cause not in held)))


def _severities(scorer: Scorer, screen: Screen, rest: Fit, part: Part) -> Iterator[Fit]:
    """The two other severities of that cause that look best, as far as they look about as good as the one it has."""
    looks = screen.severities(rest, part[0])
    has = max((looks[n] for n in range(len(SEVERITIES)) if SEVERITIES[n] == part[1]), default=0.0)
    others = [n for n in range(len(SEVERITIES)) if SEVERITIES[n] != part[1] and looks[n] > has - CLOSE]
    for n in sorted(others, key=lambda n: -looks[n])[:2]:
        yield scorer.fit((*rest.parts, (part[0], SEVERITIES[n])))


def _pairs(scorer: Scorer, screen: Screen, without: frozenset[int]) -> list[Fit]:
    fits = {
        fit.parts: fit
        for pair in promising_pairs(scorer, screen, PAIRS, without)
        for fit in [scorer.fit(pair)]
    }
    names = scorer.known.names
    order = sorted(fits.values(), key=lambda fit: (-fit.total, tuple(names[cause] for cause, _ in fit.parts)))
    return order[:GROWN]


def _partial_causes(scorer: Scorer, screen: Screen, without: frozenset[int]) -> bool:
    """Whether one of the likelier causes takes only a part of what it touches."""
    reach = scorer.known.reach
    return any(
        0.0 < reach[cause] < PARTIAL or (share < 1.0 and reach[cause] > 0.0)
        for option in screen.best(scorer.nothing, TRIED, without)
        for cause, share in option.parts
    )
