"""One more observation does not redo the world: what stands is re-scored, searched for only when it may change.

Between two searches each new observation moves the score of any two explanations against each other by no more than the
observation's own span over all shares of its row. So as long as the margin is larger than all spans since the last
search together, no other explanation can have overtaken: that needs no search to know.
"""

from dataclasses import dataclass, field

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.explain.classes import ClassFound
from lightship.explain.observers import NONE_MISSED, Misses
from lightship.explain.score import Fit, Part
from lightship.explain.solve import Solved, solve
from lightship.explain.table import tempered_again

SURE = 3.0
"""Nats that the margin must stay above the spans of what came since: what it takes to replace a cause."""


@dataclass(frozen=True)
class Standing:
    """One class with its best rival, and by how many nats that was behind when it was searched for."""

    part: Part
    found: ClassFound
    rival: Fit
    margin: float


@dataclass
class Live:
    """A solved explanation that takes in single observations of probes and feeds.

    Args:
        solved: the last search. evidence: what it had; kept up to date row by row.
        moved: nats by which observations since then may have moved any explanation against another, at most.
    """

    solved: Solved
    evidence: Evidence
    misses: Misses = NONE_MISSED
    standing: tuple[Standing, ...] = ()
    moved: float = 0.0
    _since: dict[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, solved: Solved, evidence: Evidence, misses: Misses = NONE_MISSED) -> "Live":
        """Begin after a search. The table's arrays are copied: the search keeps its own."""
        own = Evidence(
            evidence.since, evidence.until, evidence.ell.copy(), evidence.has_data.copy(), evidence.seen,
            evidence.expected,
            np.full(len(evidence.ell), np.nan) if evidence.wrong is None else evidence.wrong.copy(),
        )  # fmt: skip
        found = ((part, each, solved.rivals(each)[0]) for part, each in solved.classes())
        return cls(solved, own, misses, tuple(Standing(p, c, r.fit, r.behind) for p, c, r in found))

    @property
    def stands(self) -> bool:
        """Whether every class is certainly still the best one; with nothing named, whether nothing can be."""
        if not self.standing:
            return self.moved == 0.0
        return min(each.margin for each in self.standing) - self.moved > SURE

    def observe(self, row: int, ell: np.ndarray, wrong: float = np.nan) -> bool:
        """Take in what a row says now; whether the explanation certainly stands.

        Args:
            ell: (K,) nats over the whole window, as in `Evidence`. wrong: as there.

        Raises ValueError for a row of counts: what one of them is worth depends on all the others.
        """
        known = self.solved.scorer.known
        if known.counted[row]:
            raise ValueError(f"row {row} counts reports: search anew with the whole table")
        evidence = self.evidence
        assert evidence.wrong is not None, "made whole when this began"
        rows = np.flatnonzero(known.party == known.party[row])
        before = [self._value(each) for each in rows.tolist()]
        evidence.ell[row], evidence.wrong[row], evidence.has_data[row] = ell, wrong, True
        after = tempered_again(known, evidence.ell, evidence.wrong, evidence.has_data, rows, self.misses)
        for each, old, new in zip(rows.tolist(), before, after, strict=True):
            change = new.astype(float) - old
            self._since[each] = new
            self.moved += float(change.max() - change.min())
        return self.stands

    def total(self, fit: Fit) -> float:
        """What an explanation of the last search is worth now, nats."""
        table = self.solved.scorer.table
        changes = (
            float(new[fit.level[row]] - table.value[row, fit.level[row]]) for row, new in self._since.items()
        )
        return fit.total + sum(changes)

    def margin(self, standing: Standing) -> float:
        """The distance to the rival of the last search now: the margin while `stands`, else no less than it."""
        return self.total(self.solved.fit) - self.total(standing.rival)

    def again(self) -> "Live":
        """Search anew with all that came, from what stands."""
        solver = self.solved.scorer
        odds = solver.odds[: solver.known.components]
        solved = solve(
            solver.known, self.evidence, odds, self.solved.fit.parts, thorough=True, misses=self.misses
        )
        return Live.of(solved, self.evidence, self.misses)

    def _value(self, row: int) -> np.ndarray:
        return np.asarray(self._since.get(row, self.solved.scorer.table.value[row]), dtype=float)
