"""Counts of a stretch of ticks as sparse columns: one entry for each (tick, row) that saw anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lightship.vocabulary.events import ReportCounts

PER_PREFIX = 3
"""Reports of one network prefix in one row and tick that a peer's count takes: what our own intake allows, too."""


@dataclass(frozen=True)
class Cells:
    """Sparse counts.

    Args:
        tick: (n,) ascending, from 0. row: (n,) ascending within a tick.
        count: (n,) reports, 1 or more. prefixes: (n,) distinct network prefixes among them.
        fresh: (n,) prefixes that had not named the row's service in the six hours before.
    """

    tick: np.ndarray
    row: np.ndarray
    count: np.ndarray
    prefixes: np.ndarray
    fresh: np.ndarray

    @property
    def bounded(self) -> np.ndarray:
        """(n,) reports as counting takes them: no prefix more often than `PER_PREFIX`."""
        return np.asarray(np.minimum(self.count, PER_PREFIX * self.prefixes))

    def between(self, first: int, last: int) -> "Cells":
        """Those of first <= tick < last."""
        at = slice(*np.searchsorted(self.tick, (first, last)))
        return Cells(self.tick[at], self.row[at], self.count[at], self.prefixes[at], self.fresh[at])

    def by_tick(self, first: int, last: int) -> Iterator[ReportCounts]:
        """One value for each tick of first <= tick < last."""
        ends = np.searchsorted(self.tick, np.arange(first, last + 1)).tolist()
        columns = [each.tolist() for each in (self.row, self.count, self.prefixes, self.fresh)]
        for start, end in pairwise(ends):
            yield ReportCounts(*(tuple(each[start:end]) for each in columns))


def of_reports(tick: np.ndarray, row: np.ndarray, rows: int) -> Cells:
    """Single reports, each from a prefix of its own, counted."""
    key, count = np.unique(tick.astype(np.int64) * rows + row, return_counts=True)
    return Cells(key // rows, key % rows, count, count, count)


def clumped(tick: np.ndarray, row: np.ndarray, clump: np.ndarray, rows: int) -> Cells:
    """Reports of which those of one clump come from one prefix. `clump`: (n,) labels."""
    if len(tick) == 0:
        return of_reports(tick, row, rows)
    order = np.lexsort((tick, clump))
    tick, row, clump = tick[order], row[order], clump[order]
    first = np.append(True, clump[1:] != clump[:-1])
    key, where, count = np.unique(tick * rows + row, return_inverse=True, return_counts=True)
    pairs = np.unique(np.stack([where, clump]), axis=1)[0]
    prefixes = np.bincount(pairs, minlength=len(key))
    fresh = np.bincount(where, first, minlength=len(key)).astype(np.int64)
    return Cells(key // rows, key % rows, count, prefixes, fresh)


def together(parts: Sequence[Cells], rows: int) -> Cells:
    """All of them in one; entries of one tick and row add up."""
    kept = [part for part in parts if len(part.tick)]
    if len(kept) < 2:
        return kept[0] if kept else parts[0]
    key = np.concatenate([part.tick.astype(np.int64) * rows + part.row for part in kept])
    every, where = np.unique(key, return_inverse=True)
    sums = (
        np.bincount(where, np.concatenate([getattr(part, name) for part in kept])).astype(np.int64)
        for name in ("count", "prefixes", "fresh")
    )
    return Cells(every // rows, every % rows, *sums)
