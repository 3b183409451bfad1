"""What may be believed: components, sets that only fail together, and the two excuses that are always there.

A *cause* is a number: components as in the map, then pseudo-causes: `unknown@SERVICE` (reports rise everywhere for a
reason that the map does not know), `unknown@SERVICE@REGION`, `map-error@TARGET` (a probed target fails by itself) and
`noise@probes` (probes fail now and then everywhere).
A *move* is what the search adds at once: one cause, or the members of a gate that must all fail to have an effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from lightship.explain.levels import levels
from lightship.explain.losses import Losses
from lightship.explain.moves import Moves, moves_of
from lightship.explain.priors import (
    SEVERITIES,
)
from lightship.explain.pseudo import Pseudo, pseudo_causes
from lightship.prevent.footprints import Footprints
from lightship.prevent.further import Out
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow

ALIKE = 0.99
"""Cosine of two footprints, feeds apart, from which they count as one place on the map."""


@dataclass(frozen=True)
class Hypotheses:
    """All that may be believed about one map, compiled once.

    Args:
        names: per cause, its id: components first, then pseudo-causes.
        group: (rows,) rows that share noise: 0 to services - 1 for areas of a service, services to 2 services - 1 for
            its reports without an area, `groups` - 1 for all other rows.
        area: (rows,) count rows of one area share a number; -1 for rows without an area.
        party: (rows,) rows of one target and network share a number; each other row has its own. parties: how many.
        moves: what the search may add, with footprints.
        level: per severity, the level of each entry of `moves.share` when nothing else is out.
        everyday: (components, rows) footprints without feed rows, each of length 1, to compare directions.
        width: (causes,) rows in the footprint. reach: (causes,) the most that a component takes from a row other than a
            feed, 0-1; 0 for components that touch none and for pseudo-causes.
    """

    feet: Footprints
    names: tuple[str, ...]
    pseudo: tuple[Pseudo, ...]
    group: np.ndarray
    services: int
    area: np.ndarray
    party: np.ndarray
    parties: int
    is_probe: np.ndarray
    is_feed: np.ndarray
    moves: Moves
    level: tuple[np.ndarray, ...]
    everyday: sparse.csr_array
    width: np.ndarray
    reach: np.ndarray
    memory: Losses

    @property
    def components(self) -> int:
        """How many causes are components; the others follow."""
        return len(self.feet.components)

    def losses(self, failed: dict[int, float]) -> np.ndarray:
        """(rows,) share of each row lost when these components (by number) fail by these shares."""
        # In the order of their ids: sums must not depend on the order in which the map lists them.
        return self.feet.wiring.losses(dict(sorted(failed.items(), key=lambda item: self.names[item[0]])))

    def alone(self, number: int, share: float) -> Out:
        """What one component takes by itself when that share of it is out."""
        return self.memory.of(number, share)

    def alike(self, cause: int) -> list[int]:
        """Components with (nearly) the footprint of this one, feeds apart, by id; without itself if it has none."""
        if cause >= self.components:
            return []
        own = np.asarray(self.everyday[[cause]].toarray()).ravel()
        near = np.flatnonzero(self.everyday @ own > ALIKE).tolist()
        return sorted(near, key=lambda number: self.names[number])

    def rows_of(self, number: int) -> np.ndarray:
        """The rows that a component takes something from when it fails alone, feeds apart."""
        share = self.feet.share
        rows = share.indices[share.indptr[number] : share.indptr[number + 1]]
        return np.asarray(rows[~self.is_feed[rows]])

    def needed_by(self, number: int) -> tuple[int, ...]:
        """What a component hangs on, directly or not, nearest first: what it needs, and what that needs."""
        found: dict[int, None] = {}
        todo = [number]
        for each in todo:
            for _, needs in self.feet.wiring.gates[each]:
                for on, _ in needs:
                    if on not in found:
                        found[on] = None
                        todo.append(on)
        return tuple(found)

    @property
    def groups(self) -> int:
        """How many groups of rows share noise; the last one holds those that share none."""
        return 2 * self.services + 1

    @cached_property
    def counted(self) -> np.ndarray:
        """(rows,) bool: reports are counted there."""
        return np.asarray(self.group < 2 * self.services)

    def pseudo_of(self, cause: int) -> Pseudo | None:
        """The pseudo-cause of that number; None: it is a component."""
        return self.pseudo[cause - self.components] if cause >= self.components else None


def hypotheses(feet: Footprints) -> Hypotheses:
    """Compile. Linear in the entries of the footprints."""
    rows = feet.rows
    services = list(dict.fromkeys(row.service for row in rows if isinstance(row, CountRow)))
    group = np.array([_group(row, services) for row in rows], np.int64)
    is_feed = np.array([isinstance(row, FeedRow) for row in rows], dtype=bool)
    pseudo = pseudo_causes(feet, services)
    moves = moves_of(feet, [(each.rows, each.share) for each in pseudo])
    party, parties = _parties(rows)
    width = np.concatenate([np.diff(feet.share.indptr), [len(each.rows) for each in pseudo]]).astype(np.int64)
    return Hypotheses(
        feet=feet, names=(*feet.components, *(each.name for each in pseudo)), pseudo=pseudo, group=group,
        services=len(services), area=_areas(rows), party=party, parties=parties,
        is_probe=np.array([isinstance(row, ProbeRow) for row in rows], dtype=bool), is_feed=is_feed, moves=moves,
        level=tuple(levels(moves.share * severity).astype(np.uint8) for severity in SEVERITIES),
        everyday=_directions(feet.share, is_feed), width=width,
        reach=_reach(feet, ~is_feed, len(pseudo)), memory=Losses(feet),
    )  # fmt: skip


def _group(row: Observable, services: Sequence[str]) -> int:
    if not isinstance(row, CountRow):
        return 2 * len(services)
    return services.index(row.service) + (len(services) if row.area is None else 0)


def _areas(rows: Sequence[Observable]) -> np.ndarray:
    number: dict[str, int] = {}
    found = [
        number.setdefault(r.area, len(number)) if isinstance(r, CountRow) and r.area is not None else -1
        for r in rows
    ]
    return np.array(found, np.int64)


def _parties(rows: Sequence[Observable]) -> tuple[np.ndarray, int]:
    number: dict[object, int] = {}
    found = [
        number.setdefault((row.target, row.network) if isinstance(row, ProbeRow) else n, len(number))
        for n, row in enumerate(rows)
    ]
    return np.array(found, np.int64), len(number)


def _directions(share: sparse.csr_array, is_feed: np.ndarray) -> sparse.csr_array:
    kept = sparse.csr_array(share @ sparse.diags_array((~is_feed).astype(float)))
    length = np.sqrt(np.asarray(kept.multiply(kept).sum(axis=1))).ravel()
    return sparse.csr_array(sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ kept)


def _reach(feet: Footprints, everyday: np.ndarray, pseudo: int) -> np.ndarray:
    most = sparse.csr_array(feet.share @ sparse.diags_array(everyday.astype(float))).max(axis=1)
    return np.concatenate([np.asarray(most.todense()).ravel(), np.zeros(pseudo)])
