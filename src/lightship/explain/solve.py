"""The best explanation of one table of evidence: what the stage and the bench both call."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.explain.classes import ClassFound, class_of
from lightship.explain.hypothesis import Hypotheses
from lightship.explain.margin import Rival, rivals
from lightship.explain.observers import NONE_MISSED, Misses
from lightship.explain.residue import residues
from lightship.explain.score import Fit, Part, Parts, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search
from lightship.explain.table import tempered


@dataclass(frozen=True)
class Solved:
    """An explanation, and what it was found with.

    Args:
        fit: the best explanation that was found; `fit.parts` empty: nothing is worth its prior.
        thorough: from nothing and with pairs of partial causes, not only from what stood.
    """

    scorer: Scorer
    screen: Screen
    fit: Fit
    thorough: bool

    @cached_property
    def doubts(self) -> frozenset[int]:
        """Components of the explanation that say where the map may be wrong, and not what is out."""
        return residues(self.scorer, self.fit)

    def classes(self) -> list[tuple[Part, ClassFound]]:
        """The causes of the explanation with their classes, the one that explains most first; doubts left out."""
        known, scorer, fit = self.scorer.known, self.scorer, self.fit
        real = [part for part in fit.parts if part[0] < known.components and part[0] not in self.doubts]
        worth = {
            part: fit.total - scorer.fit(tuple(p for p in fit.parts if p != part)).total for part in real
        }
        real.sort(key=lambda part: (-round(worth[part], 6), known.names[part[0]]))
        return [(part, class_of(scorer, self.screen, fit, part)) for part in real]

    def rivals(self, found: ClassFound) -> tuple[Rival, ...]:
        """The best explanations without that class, best first; the first one's distance is the margin."""
        return rivals(self.scorer, self.screen, self.fit, found, thorough=self.thorough)


def solve(
    known: Hypotheses, evidence: Evidence, odds: np.ndarray, standing: Parts = (), thorough: bool = True,
    misses: Misses = NONE_MISSED,
) -> Solved:  # fmt: skip
    """Search.

    Args:
        odds: (components,) log prior odds, see `priors.component_odds`.
        standing: an explanation to start from as well.
        thorough: search from nothing, too.
        misses: how often probes answer though their path is out.
    """
    scorer = Scorer(known, tempered(evidence, known, misses), odds)
    screen = Screen(scorer)
    fit = search(scorer, screen, start=(standing,) if standing else (), thorough=thorough)
    return Solved(scorer, screen, fit, thorough)
