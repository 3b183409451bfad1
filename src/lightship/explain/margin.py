"""How far the next best explanations are behind the best one."""

from collections.abc import Iterable
from dataclasses import dataclass

from lightship.explain.classes import ClassFound
from lightship.explain.lookalikes import lookalikes
from lightship.explain.score import Fit, Parts, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search
from lightship.vocabulary.rounding import rounded

RUNNERS_UP = 3
"""Beside the best component that people could confuse with the class, which is always looked at."""


@dataclass(frozen=True)
class Rival:
    """An explanation that does without the class.

    Args:
        instead: what it says is out and the best explanation does not (causes; pseudo-causes among them).
        behind: nats behind the best; >= 0 unless a named cause is being kept by a hair.
    """

    fit: Fit
    instead: tuple[int, ...]
    behind: float


def rivals(
    scorer: Scorer, screen: Screen, fit: Fit, found: ClassFound, thorough: bool = True
) -> tuple[Rival, ...]:
    """The best explanations without the class, best first, each with something else in its place.

    The first comes from a search of its own, to which nothing but the class is forbidden: it gives the margin. The
    others are the best of all that was scored on the way, and the best lookalike.
    """
    without = frozenset(found.members)
    rest = tuple(part for part in fit.parts if part[0] not in without)
    best = _rival(fit, search(scorer, screen, without, start=(rest,), thorough=thorough))
    alike = _confusable(scorer, fit, rest, found)
    scored = [
        _rival(fit, each) for each in scorer.fits.values() if without.isdisjoint(c for c, _ in each.parts)
    ]
    listed = _different((best, *_sorted(scorer, scored)))[:RUNNERS_UP]
    more = _different((*listed, *_sorted(scorer, alike)[:1]))[len(listed) :]
    return (*listed, *more)


def _confusable(scorer: Scorer, fit: Fit, rest: Parts, found: ClassFound) -> list[Rival]:
    numbers = lookalikes(
        scorer.known.feet.network, [scorer.known.feet.components[each] for each in found.members]
    )
    held = frozenset(cause for cause, _ in rest)
    labels = scorer.known.feet.classes
    one_of_each = {int(labels[number]): number for number in reversed(numbers) if number not in held}
    return [_rival(fit, scorer.fit((*rest, (number, 1.0)))) for _, number in sorted(one_of_each.items())]


def _different(all_of_them: Iterable[Rival]) -> list[Rival]:
    """The first, and of the others those that put something new in the place of the class."""
    kept: list[Rival] = []
    for each in all_of_them:
        taken = frozenset(cause for one in kept for cause in one.instead)
        if not kept or (each.instead and taken.isdisjoint(each.instead)):
            kept.append(each)
    return kept


def _sorted(scorer: Scorer, some: Iterable[Rival]) -> list[Rival]:
    names = scorer.known.names
    return sorted(some, key=lambda each: (each.behind, tuple(names[cause] for cause, _ in each.fit.parts)))


def _rival(fit: Fit, other: Fit) -> Rival:
    held = frozenset(cause for cause, _ in fit.parts)
    instead = tuple(cause for cause, _ in other.parts if cause not in held)
    return Rival(other, instead, rounded(fit.total - other.total))
