"""The next observation that would tell the rivals apart: the largest expected information, in nats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lightship.explain.classes import ClassFound
from lightship.explain.margin import Rival
from lightship.explain.naming import component_name
from lightship.explain.score import Fit, Parts, Scorer
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import NextTest
from lightship.vocabulary.observables import FeedRow, ProbeRow
from lightship.vocabulary.rounding import rounded

LISTED = 3
ERROR = 0.05
"""How often a test misleads, either way; assumed, erring high."""

DECISIVE = 2.0
"""Nats of a row from which it has spoken already: the same test again brings little."""

LEAST = 0.005


@dataclass(frozen=True)
class Possibility:
    """One thing that may be true, with its weight (they add up to 1), and the components (ids) that differ in it."""

    weight: float
    parts: Parts
    about: tuple[ComponentId, ...]


def next_tests(scorer: Scorer, fit: Fit, found: ClassFound, others: Sequence[Rival]) -> tuple[NextTest, ...]:
    """The best tests, best first: probes and feeds that have not spoken, and asking about each member in person."""
    open_ = possibilities(scorer, fit, found, others)
    tests = [*_rows(scorer, open_), *_questions(scorer, open_, found)]
    worth = [test for test in tests if test.expected_gain > LEAST]
    return tuple(sorted(worth, key=lambda test: (-test.expected_gain, test.test))[:LISTED])


def possibilities(
    scorer: Scorer, fit: Fit, found: ClassFound, others: Sequence[Rival]
) -> tuple[Possibility, ...]:
    """The members of the class, each in the place of the chosen one, and the rivals."""
    known = scorer.known
    behind = np.exp(-np.array([0.0, *(max(0.0, rival.behind) for rival in others)]))
    behind /= behind.sum()
    share = next((share for cause, share in fit.parts if cause in found.members), 1.0)
    rest = tuple(part for part in fit.parts if part[0] not in found.members)
    members = [
        Possibility(float(behind[0]) * belief, (*rest, (member, share)), (known.feet.components[member],))
        for member, belief in zip(found.members, found.beliefs, strict=True)
        if belief >= LEAST
    ]
    rivals = [
        Possibility(float(weight), rival.fit.parts, tuple(_components(scorer, rival.instead)))
        for weight, rival in zip(behind[1:], others, strict=True)
    ]
    return (*members, *rivals)


def information(weights: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Expected information in nats of tests that come out positive with `chances` (possibilities, tests).

    >>> float(information(np.array([0.5, 0.5]), np.array([[0.0], [1.0]]))[0].round(6))
    0.693147
    """
    mean = weights @ chances
    return np.asarray(_entropy(mean) - weights @ _entropy(chances))


def _entropy(chance: np.ndarray) -> np.ndarray:
    sure = np.clip(chance, 1e-12, 1.0 - 1e-12)
    return np.asarray(-sure * np.log(sure) - (1.0 - sure) * np.log1p(-sure))


def _components(scorer: Scorer, causes: Sequence[int]) -> Iterator[ComponentId]:
    return (scorer.known.feet.components[cause] for cause in causes if cause < scorer.known.components)


def _rows(scorer: Scorer, open_: Sequence[Possibility]) -> list[NextTest]:
    """Per target and per feed, the best row that has not spoken yet."""
    table, rows = scorer.table, scorer.known.feet.rows
    quiet = np.flatnonzero((np.ptp(table.value[0], axis=1) < DECISIVE) & ~scorer.known.counted)
    loss = np.stack([scorer.fit(each.parts).loss[quiet] for each in open_])
    weights = np.array([each.weight for each in open_])
    gains = information(weights, ERROR + (1.0 - 2.0 * ERROR) * loss)
    best: dict[str, tuple[float, str, tuple[ComponentId, ...]]] = {}
    for n in np.flatnonzero(gains > LEAST).tolist():
        row = rows[quiet[n]]
        out = [each.about for each, lost in zip(open_, loss[:, n], strict=True) if lost > 0.5]
        named = tuple(dict.fromkeys(component for about in out for component in about))
        if isinstance(row, ProbeRow):
            text, key = f"probe {row.target} from {row.vantage}", f"probe {row.target}"
        elif isinstance(row, FeedRow):
            key = text = f"ask the feed {row.feed} about {component_name(scorer.known, row.subject)}"
        else:
            continue
        if key not in best or gains[n] > best[key][0] + 1e-9:
            best[key] = (float(gains[n]), text, named)
    return [NextTest(text, rounded(gain), named) for gain, text, named in best.values()]


def _questions(scorer: Scorer, open_: Sequence[Possibility], found: ClassFound) -> list[NextTest]:
    """Somebody looks at a member: it is out, by itself or for what it needs, or it is not."""
    known, weights = scorer.known, np.array([each.weight for each in open_])
    lost = [_lost(scorer, each.parts) for each in open_]
    tests = []
    for member in found.members:
        chances = np.array([[ERROR + (1.0 - 2.0 * ERROR) * out.get(member, 0.0)] for out in lost])
        gain = float(information(weights, chances)[0])
        name = component_name(known, known.feet.components[member])
        tests.append(
            NextTest(f"ask a person whether {name} is out", rounded(gain), (known.feet.components[member],))
        )
    return tests


def _lost(scorer: Scorer, parts: Parts) -> dict[int, float]:
    failed = {cause: share for cause, share in parts if cause < scorer.known.components}
    return {number: 1.0 - left for number, left in scorer.known.feet.wiring.component_health(failed).items()}
