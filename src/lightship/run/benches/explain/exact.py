"""The best explanation there is, by mixed-integer programming, to hold the search against.

Whole failures are exact: every component that could be worth its prior, every pair behind a gate, what takes a pair's
members down. Partial causes (peering sites and what is under them) are tried in sets: none, those that the answer has,
and all sets of up to two of the most promising. So "exact" is exact given that screen, and given that what fails whole
is not said to fail by a part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lightship.explain.moves import Moves
from lightship.explain.priors import AT_THE_SAME_TIME, SEVERITIES
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.run.benches.explain.programme import WHOLE, Ways, solve

PROMISING = 5
"""Partial causes of which sets of up to two are tried."""

SLACK = 2.0
"""Nats by which what is under a pair's members may be likelier than they are."""


@dataclass(frozen=True)
class Optimum:
    """The best explanation found. proven: every programme ended with a proof."""

    fit: Fit
    proven: bool


def exact(scorer: Scorer, answer: Fit, without: frozenset[int] = frozenset()) -> Optimum:
    """The optimum over all explanations that use none of `without`. `answer` only says which parts to try, too."""
    best, proven = scorer.nothing, True
    for fixed in _partial_sets(scorer, answer, without):
        base = scorer.fit(fixed)
        found, done = _whole(scorer, base, without)
        best, proven = max(best, found, key=lambda fit: fit.total), proven and done
    return Optimum(best, proven)


def _partial_sets(scorer: Scorer, answer: Fit, without: frozenset[int]) -> Iterator[Parts]:
    """None first. Pseudo-causes of the answer go with each set as they are: noise is noise in any explanation."""
    known = scorer.known
    noise = tuple(part for part in answer.parts if part[0] >= known.components)
    own = tuple(part for part in answer.parts if _is_part(scorer, part))
    ranked = sorted(_partial(scorer, without), key=lambda part: -scorer.fit((*noise, part)).total)
    best = [part for part in ranked if scorer.fit((*noise, part)).total > scorer.fit(noise).total][:PROMISING]
    tried = [(), own, *((each,) for each in best), *combinations(best, 2)]
    for some in dict.fromkeys(tuple(sorted(each)) for each in tried):
        if without.isdisjoint(cause for cause, _ in some) and len({cause for cause, _ in some}) == len(some):
            yield (*noise, *some)


def _is_part(scorer: Scorer, part: Part) -> bool:
    cause, share = part
    return cause < scorer.known.components and (share < 1.0 or cause in _partial_causes(scorer))


def _partial(scorer: Scorer, without: frozenset[int]) -> list[Part]:
    return [(cause, each) for cause in sorted(_partial_causes(scorer) - without) for each in SEVERITIES[:2]]


def _partial_causes(scorer: Scorer) -> set[int]:
    """Components that take only a part of some row that tests or customers fill."""
    share = scorer.known.feet.share
    some = (share.data < WHOLE) & ~scorer.known.is_feed[share.indices]
    rows = np.repeat(np.arange(share.shape[0]), np.diff(share.indptr))
    return set(rows[some].tolist())


def _whole(scorer: Scorer, base: Fit, without: frozenset[int]) -> tuple[Fit, bool]:
    """The best set of whole failures beside `base`."""
    gain = scorer.table.value[:, -1].astype(float) - scorer.value(base)
    causes = _choices(scorer, base, gain, without)
    if not causes:
        return base, True
    solved = solve(Ways(scorer.known.feet.wiring, frozenset(causes)), scorer.odds - AT_THE_SAME_TIME, gain)
    if solved.out is None:
        return base, False
    return scorer.fit((*base.parts, *((cause, 1.0) for cause in solved.out))), solved.proven


def _choices(scorer: Scorer, base: Fit, gain: np.ndarray, without: frozenset[int]) -> list[int]:
    """What could pay for its prior if each row that gains did so for it alone; for pairs, what is under them, too."""
    known = scorer.known
    held = {cause for cause, _ in base.parts} | _partial_causes(scorer) | set(without)
    found: set[int] = set()
    for move in np.flatnonzero(_ceilings(known.moves, gain, scorer.odds) > -SLACK).tolist():
        causes = known.moves.causes[move]
        if max(causes) < known.components and not held & set(causes):
            under = [one for cause in causes for one in _upstream(scorer, cause)] if len(causes) > 1 else []
            found |= {*causes, *under}
    return sorted(found - held)


def _ceilings(moves: Moves, gain: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """(moves,) nats of each if it had all of its rows that gain to itself."""
    entry = np.repeat(np.arange(len(moves.causes)), np.diff(moves.start))
    gains = np.bincount(entry, np.maximum(gain[moves.row], 0.0), len(moves.causes))
    return np.asarray(gains + moves.prior(odds))


def _upstream(scorer: Scorer, member: int) -> list[int]:
    """What takes the member down whole, by itself."""
    wiring, found = scorer.known.feet.wiring, []
    todo = [on for how, needs in wiring.gates[member] if how is None for on, share in needs if share >= WHOLE]
    while todo:
        found.append(todo.pop())
        todo += [
            on
            for how, needs in wiring.gates[found[-1]]
            if how is None
            for on, share in needs
            if share >= WHOLE
        ]
    return found
