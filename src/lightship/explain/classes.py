"""The class of a cause: what the evidence cannot tell from it."""

from dataclasses import dataclass

import numpy as np

from lightship.explain.priors import severity_cost
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.explain.screen import Screen

NOT_EXCLUDED = 3.0
"""Nats. Components with alike footprints are one class unless probes and reports prefer one to the other by more."""

CANNOT_TELL = 1.0
"""Nats. Whatever explains the same signals this nearly as well is in the class, wherever it lies on the map."""

LOOKED_AT = 12
"""Rivals that are scored exactly for the class, of those that the screen ranks highest."""

MOST = 40
"""Members with alike footprints that are scored, those with the first ids."""


@dataclass(frozen=True)
class ClassFound:
    """What the evidence cannot tell apart.

    Args:
        members: components (numbers), the likeliest first.
        beliefs: parallel, P(member | one of the class), with feeds and priors; they add up to 1.
    """

    members: tuple[int, ...]
    beliefs: tuple[float, ...]

    @property
    def chosen(self) -> int:
        """The likeliest member."""
        return self.members[0]


def class_of(scorer: Scorer, screen: Screen, fit: Fit, part: Part) -> ClassFound:
    """The class of one component in an explanation. Feeds say which member it is, not who is a member."""
    cause, share = part
    rest = tuple(each for each in fit.parts if each != part)
    alike = dict.fromkeys(scorer.known.alike(cause)[:MOST])
    held = frozenset(each for each, _ in rest)
    weights = {cause: _weight(scorer, fit, part)}
    for other in dict.fromkeys((*alike, *_hanging_together(scorer, cause), *_rivals(scorer, screen, rest))):
        if other not in held and other != cause:
            best, excused = _swapped(scorer, rest, other, share)
            behind = _everyday(scorer, fit) + severity_cost(share) - excused
            if behind <= (NOT_EXCLUDED if other in alike or not scorer.known.width[other] else CANNOT_TELL):
                weights[other] = best
    return _ranked(scorer, weights)


def _rivals(scorer: Scorer, screen: Screen, rest: Parts) -> list[int]:
    options = screen.best(scorer.fit(rest), LOOKED_AT)
    return [o.parts[0][0] for o in options if len(o.parts) == 1 and o.parts[0][0] < scorer.known.components]


def _hanging_together(scorer: Scorer, cause: int) -> tuple[int, ...]:
    """What a component hangs on; and of one that shows nothing alone, as the feed of one node of a pair, what it takes
    with it."""
    known = scorer.known
    with_it = known.feet.wiring.above.at(np.array([cause])).tolist() if not known.width[cause] else []
    return (*known.needed_by(cause)[:MOST], *with_it[:MOST])


def _swapped(scorer: Scorer, rest: Parts, other: int, share: float) -> tuple[float, float]:
    """With `other` instead, at its better severity: its weight for beliefs, and what everyday signals say."""
    tried = [
        (_weight(scorer, fit, (other, each)), _everyday(scorer, fit) + severity_cost(each))
        for each in dict.fromkeys((share, 1.0))
        for fit in [scorer.fit((*rest, (other, each)))]
    ]
    return max(weight for weight, _ in tried), max(nats for _, nats in tried)


def _weight(scorer: Scorer, fit: Fit, part: Part) -> float:
    return fit.data + severity_cost(part[1]) + float(scorer.odds[part[0]])


def _everyday(scorer: Scorer, fit: Fit) -> float:
    """Nats of all rows but feeds, whose rows carry no discount."""
    return fit.data - float(scorer.value(fit)[scorer.known.is_feed].sum())


def _ranked(scorer: Scorer, weights: dict[int, float]) -> ClassFound:
    highest = max(weights.values())
    chance = {number: float(np.exp(weight - highest)) for number, weight in weights.items()}
    whole = sum(chance[number] for number in sorted(chance, key=lambda n: scorer.known.names[n]))
    order = sorted(chance, key=lambda n: (-round(chance[n] / whole, 6), scorer.known.names[n]))
    return ClassFound(tuple(order), tuple(chance[number] / whole for number in order))
