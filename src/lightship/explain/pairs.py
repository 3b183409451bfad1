"""Two partial causes at once: neither looks like much alone, so that a greedy start takes something else for both.

The likeliest causes are scored two by two on rows put together by what these causes take from them: some hundred kinds
of rows stand for thousands.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from lightship.explain.levels import LEVELS, PROPENSITY_COST, levels
from lightship.explain.priors import AT_THE_SAME_TIME, severity_cost
from lightship.explain.score import Part, Parts, Scorer
from lightship.explain.screen import Option

CAUSES = 24
"""Causes that are paired: of 16 sites and feeds with a part of the traffic each, all are among so many."""

ODD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: multiples of it are spread evenly (Knuth, TAOCP 3, section 6.4)."""


def promising_pairs(scorer: Scorer, likeliest: Sequence[Option], count: int) -> list[Parts]:
    """Pairs that may explain the evidence together, by the approximation, best first.

    Args:
        likeliest: additions to an empty explanation, best first; the first CAUSES single ones are paired.
    """
    parts = _paired(likeliest)
    pairs = [two for two in combinations(parts, 2) if two[0][0] != two[1][0]]
    if not pairs:
        return []
    position = {part: n for n, part in enumerate(parts)}
    one, other = (np.array([position[two[n]] for two in pairs]) for n in (0, 1))
    loss, rows, back = _kinds_of_rows(scorer, parts)
    nats = _nats(scorer, loss[one], loss[other], rows, back)
    cost = np.array([float(scorer.odds[cause]) + severity_cost(share) for cause, share in parts])
    gain = nats + cost[one] + cost[other] - AT_THE_SAME_TIME
    order = np.lexsort((np.arange(len(pairs)), -np.round(gain, 6)))
    return [pairs[n] for n in order[:count].tolist()]


def _paired(likeliest: Sequence[Option]) -> list[Part]:
    """The likeliest causes, each whole and by the share that looks best."""
    found: dict[Part, None] = {}
    causes: dict[int, None] = {}
    for option in likeliest:
        if len(option.parts) == 1 and len(causes) < CAUSES:
            cause, share = option.parts[0]
            if cause not in causes:
                found[(cause, share)] = found[(cause, 1.0)] = None
            causes[cause] = None
    return list(found)


def _kinds_of_rows(scorer: Scorer, parts: list[Part]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(parts, kinds) the share that each takes; the rows that any touches; (rows,) the kind of each of these."""
    whole = np.stack([scorer.fit((part,)).loss for part in parts])
    rows = np.flatnonzero(whole.any(axis=0))
    whole = whole[:, rows]
    key = scorer.known.group[rows].astype(np.uint64)
    with np.errstate(over="ignore"):
        for column in levels(whole).astype(np.uint64):
            key = (key + column + np.uint64(1)) * ODD
            key ^= key >> np.uint64(29)
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    return whole[:, first], rows, back


def _nats(
    scorer: Scorer, one: np.ndarray, other: np.ndarray, rows: np.ndarray, back: np.ndarray
) -> np.ndarray:
    """(pairs,) nats of the data. Shares of one load add up, independent ones multiply: whichever explains more."""
    kinds, groups = one.shape[1], scorer.known.groups
    group = np.zeros(kinds, dtype=np.int64)
    group[back] = scorer.known.group[rows]
    clutter = np.bincount(back, scorer.new_clutter[rows], kinds)
    of_group = np.zeros((kinds, groups))
    of_group[np.arange(kinds), group] = 1.0
    added, independent = levels(np.minimum(one + other, 1.0)), levels(1.0 - (1.0 - one) * (1.0 - other))
    spread = 1.0 + scorer.nothing.clutter + ((added > 0) * clutter) @ of_group
    best = np.full((len(one), groups), -np.inf)
    for report_level in range(scorer.report_levels):
        summed = _summed(scorer, rows, back, report_level, kinds)
        each = np.maximum(*(summed[np.arange(kinds), level] @ of_group for level in (added, independent)))
        best = np.maximum(best, each / spread + PROPENSITY_COST[report_level])
    return np.asarray(best.sum(axis=1))


def _summed(scorer: Scorer, rows: np.ndarray, back: np.ndarray, report_level: int, kinds: int) -> np.ndarray:
    """(kinds, LEVELS) nats of all rows of a kind."""
    order = np.argsort(back, kind="stable")
    begin = np.searchsorted(back[order], np.arange(kinds))
    value = scorer.at(rows[order][:, None], np.arange(LEVELS)[None, :], report_level).astype(float)
    return np.asarray(np.add.reduceat(value, begin, axis=0))
