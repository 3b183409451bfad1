"""Simple ways to name causes, to be beaten: a constant, the largest shared ancestor, SCORE, plain greedy.

Each sees which rows look down (2 nats or more for trouble) and the map's footprints; plain greedy has the shipped
objective and adds one cause at a time.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lightship.explain.priors import RATE
from lightship.explain.score import Fit, Scorer
from lightship.explain.screen import Screen
from lightship.run.benches.explain.world import World

CLEARLY = 2.0
TRIED = 10
MOST = 40
HIT_RATIOS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Symptoms:
    """The bipartite view: components by rows that look down or up.

    Args:
        touches: (components, rows) 1 where the component takes something of a row with data, feeds apart.
        down: (rows,) 1.0: looks down.
    """

    touches: sparse.csr_array
    down: np.ndarray

    @classmethod
    def of(cls, world: World, scorer: Scorer) -> "Symptoms":
        """What one table shows."""
        seen = scorer.table.has_data & world.symptoms
        pattern = (world.feet.share > 0.0).astype(float)
        touches = sparse.csr_array(pattern @ sparse.diags_array(seen.astype(float)))
        return cls(touches, np.where(seen & (scorer.table.top >= CLEARLY), 1.0, 0.0))


def constant(world: World) -> tuple[int, ...]:
    """Always the same: of the kinds with the highest prior, the component that takes most."""
    rates = np.array([RATE[each.kind] for each in world.feet.network.components])
    width = np.diff(world.feet.share.indptr)
    return (int(np.lexsort((-width, -rates))[0]),)


def shared_ancestor(symptoms: Symptoms) -> tuple[int, ...]:
    """What most of the rows that look down have in common; of equals, the one that takes least beside."""
    hits = symptoms.touches @ symptoms.down
    if hits.max(initial=0.0) <= 0.0:
        return ()
    width = symptoms.touches.sum(axis=1)
    return (int(np.lexsort((np.asarray(width).ravel(), -hits))[0]),)


def risk_groups(symptoms: Symptoms, hit_ratio: float) -> tuple[int, ...]:
    """SCORE: of the groups with that share of their rows down, again and again the one that explains most.

    Source: R. R. Kompella, J. Yates, A. Greenberg, A. C. Snoeren (2005), IP fault localization via risk modeling, NSDI.
    """
    width = np.asarray(symptoms.touches.sum(axis=1)).ravel()
    ratio = np.where(width > 0, symptoms.touches @ symptoms.down / np.maximum(width, 1.0), 0.0)
    candidates = np.flatnonzero(ratio >= hit_ratio)
    touches, left = symptoms.touches[candidates], symptoms.down.copy()
    found: list[int] = []
    while len(candidates) and left.any() and len(found) < MOST:
        explained = touches @ left
        best = int(np.lexsort((candidates, -ratio[candidates], -explained))[0])
        if explained[best] <= 0.0:
            break
        found.append(int(candidates[best]))
        left[touches[[best]].indices] = 0.0
    return tuple(found)


def greedy(scorer: Scorer) -> Fit:
    """One cause at a time while the objective grows: no pairs, no way back."""
    screen, fit = Screen(scorer), scorer.nothing
    while True:
        options = [each.parts for each in screen.best(fit, TRIED) if len(each.parts) == 1]
        grown = max((scorer.fit((*fit.parts, *each)) for each in options), key=lambda f: f.total, default=fit)
        if grown.total <= fit.total + 1e-6:
            return fit
        fit = grown
