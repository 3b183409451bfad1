"""How far the next best explanations are behind, each found by a search of its own without the class."""

from dataclasses import dataclass

from lightship.explain.classes import ClassFound
from lightship.explain.score import Fit, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search
from lightship.vocabulary.rounding import rounded

RUNNERS_UP = 3


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
    scorer: Scorer, screen: Screen, fit: Fit, found: ClassFound, count: int = RUNNERS_UP, thorough: bool = True
) -> tuple[Rival, ...]:
    """The best explanations without the class, best first, each with something else in its place.

    The first comes from a search of its own, to which nothing but the class is forbidden: it gives the margin. The
    others are the best of all that was scored on the way.
    """
    without = frozenset(found.members)
    held = frozenset(cause for cause, _ in fit.parts)
    rest = tuple(part for part in fit.parts if part[0] not in without)
    best = search(scorer, screen, without, start=(rest,), thorough=thorough)
    results = [_rival(fit, best, held)]
    seen = set(results[0].instead)
    for other in sorted(scorer.fits.values(), key=lambda each: (-each.total, _names(scorer, each))):
        rival = _rival(fit, other, held)
        if len(results) == count:
            break
        new = rival.instead and seen.isdisjoint(rival.instead)
        if new and without.isdisjoint(cause for cause, _ in other.parts):
            results.append(rival)
            seen.update(rival.instead)
    return tuple(results)


def _rival(fit: Fit, other: Fit, held: frozenset[int]) -> Rival:
    instead = tuple(cause for cause, _ in other.parts if cause not in held)
    return Rival(other, instead, rounded(fit.total - other.total))


def _names(scorer: Scorer, fit: Fit) -> tuple[str, ...]:
    return tuple(scorer.known.names[cause] for cause, _ in fit.parts)
