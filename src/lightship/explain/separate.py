"""The next observation that would tell the rivals apart: the largest expected information, in nats, for its cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lightship.explain.classes import ClassFound
from lightship.explain.margin import Rival
from lightship.explain.naming import component_name, name_of
from lightship.explain.score import Fit, Parts, Scorer
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Belief, NextTest, Outcome
from lightship.vocabulary.observables import FeedRow, Observable, ProbeRow
from lightship.vocabulary.rounding import rounded

LISTED = 3
ERROR = 0.05
"""How often a test misleads, either way; assumed, erring high."""

PROBE_MINUTES, FEED_MINUTES, PERSON_MINUTES = 1.0, 2.0, 10.0
"""Until the answer is there. Assumed: a probe at once, a feed that has to be asked, somebody who goes and looks."""

NOTICED = 0.05
"""Share of a component out from which a feed of its own, or somebody who looks at it, sees that something is wrong. A
probe fails as often as its path is out, but who looks at half a rack without power does not see half a fault."""

WORTH_IT = 0.6
"""Share of the best test's information from which a cheaper one comes before it: what tells little is no bargain."""

DECISIVE = 2.0
"""Nats of a row from which it has spoken already: the same test again brings little."""

LEAST = 0.005


@dataclass(frozen=True)
class Possibility:
    """One thing that may be true, with its weight (they add up to 1), and the components (ids) that differ in it."""

    weight: float
    parts: Parts
    about: tuple[ComponentId, ...]
    name: str


def next_tests(scorer: Scorer, fit: Fit, found: ClassFound, others: Sequence[Rival]) -> tuple[NextTest, ...]:
    """The best tests, best first: probes and feeds that have not spoken, and asking about each component in person."""
    open_ = possibilities(scorer, fit, found, others)
    tests = [*_rows(scorer, open_), *_questions(scorer, open_)]
    worth = [test for test in tests if test.expected_gain > LEAST]
    enough = WORTH_IT * max((test.expected_gain for test in worth), default=0.0)
    return tuple(sorted(worth, key=lambda test: _order(test, enough))[:LISTED])


def _order(test: NextTest, enough: float) -> tuple[bool, float, str]:
    return test.expected_gain < enough, -rounded(test.expected_gain / test.cost), test.test


def possibilities(
    scorer: Scorer, fit: Fit, found: ClassFound, others: Sequence[Rival]
) -> tuple[Possibility, ...]:
    """The members of the class, each in the place of the chosen one, and the rivals."""
    known = scorer.known
    behind = np.exp(-np.array([0.0, *(max(0.0, rival.behind) for rival in others)]))
    behind /= behind.sum()
    share = next((share for cause, share in fit.parts if cause in found.members), 1.0)
    rest = tuple(part for part in fit.parts if part[0] not in found.members)
    ids = known.feet.components
    members = [
        Possibility(float(behind[0]) * belief, (*rest, (member, share)), (ids[member],), ids[member])
        for member, belief in zip(found.members, found.beliefs, strict=True)
        if belief >= LEAST
    ]
    rivals = [
        Possibility(float(weight), rival.fit.parts, *_rival(scorer, rival.instead))
        for weight, rival in zip(behind[1:], others, strict=True)
    ]
    return (*members, *rivals)


def _rival(scorer: Scorer, instead: Sequence[int]) -> tuple[tuple[ComponentId, ...], str]:
    known = scorer.known
    about = tuple(known.feet.components[cause] for cause in instead if cause < known.components)
    told = [
        known.feet.components[c] if c < known.components else name_of(known, c) for c in instead
    ]  # fmt: skip
    return about, " + ".join(told) or "less than that"


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


def _rows(scorer: Scorer, open_: Sequence[Possibility]) -> list[NextTest]:
    """Per target and per feed, the best row that has not spoken yet."""
    table, rows = scorer.table, scorer.known.feet.rows
    quiet = np.flatnonzero((np.ptp(table.value, axis=1) < DECISIVE) & ~scorer.known.counted)
    loss = np.stack([scorer.fit(each.parts).loss[quiet] for each in open_])
    loss = np.where(scorer.known.is_feed[quiet], _noticed(loss), loss)
    chances = ERROR + (1.0 - 2.0 * ERROR) * loss
    gains = information(np.array([each.weight for each in open_]), chances)
    best: dict[tuple[str, str], int] = {}
    for n in np.flatnonzero(gains > LEAST).tolist():
        key = _asked(rows[quiet[n]])
        if key not in best or gains[n] > gains[best[key]] + 1e-9:
            best[key] = n
    return [
        _test(scorer, open_, rows[quiet[n]], float(gains[n]), chances[:, n]) for n in best.values()
    ]  # fmt: skip


def _noticed(lost: np.ndarray) -> np.ndarray:
    """The chance, 0-1, that looking at it shows trouble, by the share of it that is out."""
    return np.minimum(lost / NOTICED, 1.0)


def _asked(row: Observable) -> tuple[str, str]:
    if isinstance(row, ProbeRow):
        return "probe", row.target
    assert isinstance(row, FeedRow)
    return row.feed, row.subject


def _test(
    scorer: Scorer, open_: Sequence[Possibility], row: Observable, gain: float, chances: np.ndarray
) -> NextTest:
    out = [each.about for each, chance in zip(open_, chances.tolist(), strict=True) if chance > 0.5]
    named = tuple(dict.fromkeys(component for about in out for component in about))
    if isinstance(row, ProbeRow):
        return NextTest(
            f"probe {row.target} from {row.vantage}", rounded(gain), named, "probe", PROBE_MINUTES,
            _outcomes(open_, chances, "it fails", "it answers"), row.vantage, row.target,
        )  # fmt: skip
    assert isinstance(row, FeedRow)
    return NextTest(
        f"ask the feed {row.feed} about {component_name(scorer.known, row.subject)}", rounded(gain), named, "feed",
        FEED_MINUTES, _outcomes(open_, chances, "trouble", "nothing wrong"),
    )  # fmt: skip


def _questions(scorer: Scorer, open_: Sequence[Possibility]) -> list[NextTest]:
    """Somebody looks at a component of the class or of a rival: it is out, by itself or for what it needs, or not."""
    known, weights = scorer.known, np.array([each.weight for each in open_])
    lost = [_lost(scorer, each.parts) for each in open_]
    tests = []
    for component in dict.fromkeys(component for each in open_ for component in each.about):
        number = known.feet.index[component]
        chances = ERROR + (1.0 - 2.0 * ERROR) * _noticed(np.array([out.get(number, 0.0) for out in lost]))
        gain = float(information(weights, chances[:, None])[0])
        text = f"ask a person whether {component_name(known, component)} is out"
        tests.append(
            NextTest(text, rounded(gain), (component,), "person", PERSON_MINUTES,
                     _outcomes(open_, chances, "it is out", "it is not"))
        )  # fmt: skip
    return tests


def _outcomes(
    open_: Sequence[Possibility], chances: np.ndarray, positive: str, negative: str
) -> tuple[Outcome, Outcome]:
    return _outcome(open_, chances, positive), _outcome(open_, 1.0 - chances, negative)


def _outcome(open_: Sequence[Possibility], chances: np.ndarray, result: str) -> Outcome:
    joint = np.array([each.weight for each in open_]) * chances
    chance = float(joint.sum())
    then: dict[str, float] = {}
    for each, part in zip(open_, (joint / max(chance, 1e-12)).tolist(), strict=True):
        then[each.name] = then.get(each.name, 0.0) + part
    beliefs = [Belief(name, rounded(part)) for name, part in then.items() if part >= LEAST]
    return Outcome(result, rounded(chance), tuple(sorted(beliefs, key=lambda b: (-b.probability, b.name))))


def _lost(scorer: Scorer, parts: Parts) -> dict[int, float]:
    failed = {cause: share for cause, share in parts if cause < scorer.known.components}
    return {number: 1.0 - left for number, left in scorer.known.feet.wiring.component_health(failed).items()}
