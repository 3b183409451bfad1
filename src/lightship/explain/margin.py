"""How far the next best explanations are behind the best one."""

from dataclasses import dataclass

import numpy as np

from lightship.explain.classes import ClassFound
from lightship.explain.lookalikes import lookalikes
from lightship.explain.score import Fit, Parts, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search, taken
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

    The first comes from a search of its own, to which nothing but the class is forbidden: it gives the margin. In
    question are the rows that the class takes, and what else could take them; what is out elsewhere stays as it is. The
    others are the best of all that was scored on the way, and the best lookalike.
    """
    without = frozenset(found.members)
    rest = tuple(part for part in fit.parts if part[0] not in without)
    about = np.any([taken(scorer, fit, part) for part in fit.parts if part not in rest], axis=0)
    far = tuple(part for part in rest if not (taken(scorer, fit, part) & about).any())
    best = _rival(fit, search(scorer, screen, without, (rest,), thorough, far, about))
    alike = _confusable(scorer, fit, rest, found)
    listed = [best]
    for parts in _scored(scorer, fit, without):
        if len(listed) == RUNNERS_UP:
            break
        if _is_new(fit, parts, listed):
            listed.append(_rival(fit, scorer.fit(parts)))
    likest = sorted(alike, key=lambda each: _order(scorer, fit, each.fit.parts))[:1]
    return (*listed, *(each for each in likest if _is_new(fit, each.fit.parts, listed)))


def _scored(scorer: Scorer, fit: Fit, without: frozenset[int]) -> list[Parts]:
    """All that was scored on the way and does without the class, the best first."""
    found = (parts for parts in scorer.totals if without.isdisjoint(cause for cause, _ in parts))
    return sorted(found, key=lambda parts: _order(scorer, fit, parts))


def _order(scorer: Scorer, fit: Fit, parts: Parts) -> tuple[float, tuple[str, ...]]:
    names = scorer.known.names
    return rounded(fit.total - scorer.totals[parts]), tuple(names[cause] for cause, _ in parts)


def _instead(fit: Fit, parts: Parts) -> tuple[int, ...]:
    held = frozenset(cause for cause, _ in fit.parts)
    return tuple(cause for cause, _ in parts if cause not in held)


def _is_new(fit: Fit, parts: Parts, listed: list[Rival]) -> bool:
    """Whether it puts something in the place of the class that none of these does."""
    taken = frozenset(cause for one in listed for cause in one.instead)
    instead = _instead(fit, parts)
    return bool(instead) and taken.isdisjoint(instead)


def _confusable(scorer: Scorer, fit: Fit, rest: Parts, found: ClassFound) -> list[Rival]:
    numbers = lookalikes(
        scorer.known.feet.network, [scorer.known.feet.components[each] for each in found.members]
    )
    held = frozenset(cause for cause, _ in rest)
    labels = scorer.known.feet.classes
    one_of_each = {int(labels[number]): number for number in reversed(numbers) if number not in held}
    return [_rival(fit, scorer.fit((*rest, (number, 1.0)))) for _, number in sorted(one_of_each.items())]


def _rival(fit: Fit, other: Fit) -> Rival:
    return Rival(other, _instead(fit, other.parts), rounded(fit.total - other.total))
