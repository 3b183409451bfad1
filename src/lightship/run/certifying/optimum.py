"""The best explanation there is, by mixed-integer programming, to hold the search against.

Whole failures are exact: every component that could be worth its prior, every pair behind a gate, what takes a pair's
members down, targets that fail by themselves. Causes that only take a part of something (peering sites, noise of all
probes) are tried in sets: none, those that the answer has, and all sets of up to two of the most promising. So "exact"
is exact given these sets, given that what fails whole is not said to fail by a part, and that no three independent
faults meet in a gate. Reports that are counted have no place in it: what areas share divides their nats, so that they
do not add up.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.moves import Moves
from lightship.explain.priors import AT_THE_SAME_TIME, SEVERITIES
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.run.certifying.programme import SECONDS, WHOLE, Ways, solve

PROMISING = 5
"""Partial causes of which sets of up to two are tried."""

SLACK = AT_THE_SAME_TIME
"""Nats by which the first cause is cheaper than the others, and what is under a pair's members may be likelier."""

LEAST_SECONDS = 0.5
"""For a programme, however little is left: most are done by then."""


@dataclass(frozen=True)
class Optimum:
    """The best explanation found.

    Args:
        proven: every programme ended with a proof. programmes: how many there were.
    """

    fit: Fit
    proven: bool
    programmes: int = 0


def exact(
    scorer: Scorer, answer: Fit, without: frozenset[int] = frozenset(), seconds: float = np.inf,
    advance: Callable[[], None] = lambda: None,
) -> Optimum:  # fmt: skip
    """The optimum over all explanations that use none of `without`.

    Args:
        answer: only says which parts to try, too.
        seconds: for all of it; each programme has SECONDS at most. advance: called after each.
    """
    best, proven, until, done = scorer.nothing, True, time.monotonic() + seconds, 0
    for fixed in partial_sets(scorer, answer, without):
        base = scorer.fit(fixed)
        left = min(SECONDS, max(LEAST_SECONDS, until - time.monotonic()))
        found, solved = _whole(scorer, base, without, left)
        best, proven, done = max(best, base, found, key=lambda fit: fit.total), proven and solved, done + 1
        advance()
    return Optimum(best, proven, done)


def partial_sets(scorer: Scorer, answer: Fit, without: frozenset[int] = frozenset()) -> list[Parts]:
    """One programme each, none first; each with and without the answer's noise, which is noise in any explanation."""
    noise = tuple(part for part in answer.parts if _is_noise(scorer.known, part))
    partial = partial_causes(scorer)
    own = tuple(
        (cause, share) for cause, share in answer.parts
        if cause < scorer.known.components and (share < 1.0 or cause in partial)
    )  # fmt: skip
    parts = [(cause, each) for cause in sorted(partial - without) for each in SEVERITIES[:2]]
    ranked = sorted(parts, key=lambda part: -scorer.fit((*noise, part)).total)
    best = [part for part in ranked if scorer.fit((*noise, part)).total > scorer.fit(noise).total][:PROMISING]
    tried = [(), own, *((each,) for each in best), *combinations(best, 2)]
    sets = dict.fromkeys(tuple(sorted(each)) for each in tried if _is_set(each, without))
    return list(dict.fromkeys((*some, *each) for each in (noise, ()) for some in sets))


def _is_set(some: Parts, without: frozenset[int]) -> bool:
    causes = {cause for cause, _ in some}
    return without.isdisjoint(causes) and len(causes) == len(some)


def _is_noise(known: Hypotheses, part: Part) -> bool:
    """A pseudo-cause that takes only a part of its rows."""
    pseudo = known.pseudo_of(part[0])
    return pseudo is not None and (pseudo.share < 1.0 or part[1] < 1.0)


def partial_causes(scorer: Scorer) -> set[int]:
    """Components that take only a part of some row with data that tests or customers fill."""
    share = scorer.known.feet.share
    speaks = scorer.table.has_data & ~scorer.known.is_feed
    some = (share.data < WHOLE) & speaks[share.indices]
    rows = np.repeat(np.arange(share.shape[0]), np.diff(share.indptr))
    return set(rows[some].tolist())


def _whole(scorer: Scorer, base: Fit, without: frozenset[int], seconds: float) -> tuple[Fit, bool]:
    """The best set of whole failures beside `base`."""
    gain = scorer.table.value[:, -1].astype(float) - scorer.value(base)
    causes = _choices(scorer, base, gain, without)
    if not causes:
        return base, True
    ways = Ways(scorer.known.feet.wiring, frozenset(causes), _alone(scorer.known, causes))
    cheaper = 0.0 if base.parts else AT_THE_SAME_TIME
    solved = solve(ways, scorer.odds - AT_THE_SAME_TIME, gain, cheaper, seconds)
    if solved.out is None:
        return base, False
    return scorer.fit((*base.parts, *((cause, 1.0) for cause in solved.out))), solved.proven


def _alone(known: Hypotheses, causes: list[int]) -> dict[int, frozenset[int]]:
    """Rows that fail by themselves: the causes among these that say so."""
    found: dict[int, frozenset[int]] = {}
    for cause in causes:
        pseudo = known.pseudo_of(cause)
        for row in () if pseudo is None else pseudo.rows.tolist():
            found[row] = found.get(row, frozenset()) | {cause}
    return found


def _choices(scorer: Scorer, base: Fit, gain: np.ndarray, without: frozenset[int]) -> list[int]:
    """What could pay for its prior if each row that gains did so for it alone; for pairs, what is under them, too."""
    known = scorer.known
    held = {cause for cause, _ in base.parts} | partial_causes(scorer) | set(without)
    found: set[int] = set()
    for move in np.flatnonzero(_ceilings(known.moves, gain, scorer.odds) > -SLACK).tolist():
        causes = known.moves.causes[move]
        if not held & set(causes) and not any(_is_noise(known, (cause, 1.0)) for cause in causes):
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
