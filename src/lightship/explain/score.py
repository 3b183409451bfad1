"""The joint log likelihood of a set of failed causes: all rows at once, gates and shares respected."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.levels import LEVELS, PROPENSITY_COST, levels
from lightship.explain.priors import AT_THE_SAME_TIME, severity_cost
from lightship.explain.table import Table
from lightship.prevent.further import Out, further, nothing_out
from lightship.vocabulary.rounding import rounded

Part = tuple[int, float]
"""A cause and the share of it that is out, 0 < share <= 1."""

Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Fit:
    """One explanation, scored. All sums are per level of reports (see `PROPENSITY`) and group of rows.

    Args:
        parts: broad causes before narrow ones.
        out: the components among them, and what these take.
        loss: (rows,) predicted share lost. level: (rows,) the same on the fine scale.
        touched: (rows,) bool: predicted to lose something.
        first: (levels of reports, groups) nats of rows when a cause first touched them. clutter: (groups,) the common
            noise of those rows and of all that rise. more: as `first`, what narrower causes add on rows touched before,
            discounted.
        prior: log prior odds.
    """

    parts: Parts
    out: Out
    loss: np.ndarray
    level: np.ndarray
    touched: np.ndarray
    first: np.ndarray
    clutter: np.ndarray
    more: np.ndarray
    prior: float

    @property
    def by_report_level(self) -> np.ndarray:
        """(levels of reports, groups) nats, discounted, with the cost of the level."""
        cost = PROPENSITY_COST[: len(self.first), None]
        return np.asarray(self.first / (1.0 + self.clutter) + self.more + cost)

    @cached_property
    def data(self) -> float:
        """Nats of all rows, each service at its best level of reports."""
        return float(self.by_report_level.max(axis=0).sum())

    @cached_property
    def total(self) -> float:
        """What explanations are compared by: data and prior. The empty one has 0."""
        return rounded(self.data + self.prior)


HELD_BYTES = 400 << 20
"""Memory for explanations that are held, and how many are held at least, whatever the size of the map."""
LEAST_HELD = 256


class Scorer:
    """Scores explanations against one table. Remembers what it has scored, so that small changes cost little.

    `new_clutter`: (rows,) the noise that a row adds when an explanation first touches it.
    `totals`: of every explanation that was scored, in the order in which they came. Of the explanations themselves the
    latest are held: a storm on a large map scores tens of thousands. Forgetting one changes no answer.

    The nats of a service's rows are divided by 1 + the clutter of all rows that the set touches or that rise: 611 areas
    that move together are few votes, a handful of exchanges nearly as many as they are. Broad causes are set first;
    what a narrower one adds on rows touched already is divided by the clutter of those rows alone, so that a single
    exchange keeps its vote on top of a fault of the whole country.
    """

    def __init__(self, known: Hypotheses, table: Table, odds: np.ndarray) -> None:
        self.known, self.table = known, table
        self.odds = np.concatenate([odds, [each.odds for each in known.pseudo]])
        self.report_levels, counts = table.moved.shape[:2]
        self._flat = np.concatenate([table.moved.reshape(-1), table.value[counts:].reshape(-1)])
        self._rows, self._counts = np.arange(len(known.group)), counts
        self.new_clutter = table.clutter - table.rising
        # Where each row's levels begin in `_flat`, and how much further for each level of reports.
        self._begin = (
            self._rows + np.where(self._rows < counts, 0, (self.report_levels - 1) * counts)
        ) * LEVELS
        self._further = np.where(self._rows < counts, counts * LEVELS, 0)
        size, groups = len(known.group), known.groups
        out, levels_by_groups = nothing_out(known.feet.wiring), np.zeros((self.report_levels, groups))
        self.nothing = Fit(
            (), out, out.loss, np.zeros(size, np.uint8), np.zeros(size, dtype=bool), levels_by_groups,
            self.by_group(table.rising, self._rows), levels_by_groups, 0.0,
        )  # fmt: skip
        self.totals: dict[Parts, float] = {(): 0.0}
        self._fits: OrderedDict[Parts, Fit] = OrderedDict()
        self._held = max(LEAST_HELD, HELD_BYTES // max(1, sum(each.nbytes for each in _arrays(self.nothing))))

    def fit(self, parts: Parts) -> Fit:
        """Score a set, whatever its order; of a cause named twice the larger share counts."""
        return self._chain(self._ordered(parts))

    def _ordered(self, parts: Parts) -> Parts:
        worst: dict[int, float] = {}
        for cause, share in parts:
            worst[cause] = max(share, worst.get(cause, 0.0))
        width, names = self.known.width, self.known.names
        return tuple(sorted(worst.items(), key=lambda part: (-int(width[part[0]]), names[part[0]])))

    def _chain(self, parts: Parts) -> Fit:
        if not parts:
            return self.nothing
        found = self._fits.get(parts)
        if found is None:
            found = self._fits[parts] = self._step(self._chain(parts[:-1]), parts)
            self.totals.setdefault(parts, found.total)
            if len(self._fits) > self._held:
                self._fits.popitem(last=False)
        self._fits.move_to_end(parts)
        return found

    def _step(self, before: Fit, parts: Parts) -> Fit:
        out = self._out(before, parts[-1])
        loss = self._losses(out, parts)
        moved = np.flatnonzero(loss != before.loss)
        level = before.level.copy()
        level[moved] = levels(loss[moved])
        changed = moved[level[moved] != before.level[moved]]
        again = before.touched[changed]
        new, old = changed[~again], changed[again]
        touched = before.touched.copy()
        touched[new] = True
        cause, share = parts[-1]
        cost = 0.0 if cause >= self.known.components else severity_cost(share)
        cost -= AT_THE_SAME_TIME if before.parts else 0.0
        clutter = self.by_group(self.table.clutter[old], old)
        return Fit(
            parts, out, loss, level, touched,
            first=before.first + self._gains(level, before.level, new),
            clutter=before.clutter + self.by_group(self.new_clutter[new], new),
            more=before.more + self._gains(level, before.level, old) / (1.0 + clutter),
            prior=before.prior + float(self.odds[cause]) + cost,
        )  # fmt: skip

    def _gains(self, level: np.ndarray, before: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """(levels of reports, groups) nats of going from one level to another in these rows, not discounted."""
        counts, others = rows[rows < self._counts], rows[rows >= self._counts]
        each, groups = np.arange(self.report_levels)[:, None], self.known.groups
        key = each * groups + self.known.group[counts]
        nats = self._gain(counts, level, before, each)
        sums = np.bincount(key.ravel(), nats.ravel(), self.report_levels * groups).astype(float)
        sums = sums.reshape(-1, groups)
        sums[:, -1] += self._gain(others, level, before, 0).sum(dtype=float)
        return sums

    def _gain(
        self, rows: np.ndarray, level: np.ndarray, before: np.ndarray, report_level: int | np.ndarray
    ) -> np.ndarray:
        nats = self.at(rows, level[rows], report_level)
        return nats - self.at(rows, before[rows], report_level) if before[rows].any() else nats

    def at(self, rows: np.ndarray, level: np.ndarray, report_level: int | np.ndarray) -> np.ndarray:
        """Nats of rows at predicted levels; counts are compared at what this level of reports makes of it."""
        return np.asarray(self._flat.take(self._begin[rows] + report_level * self._further[rows] + level))

    def value(self, fit: Fit) -> np.ndarray:
        """(rows,) nats against healthy before any discount, each service at its best level of reports."""
        best = fit.by_report_level.argmax(axis=0)[self.known.group]
        return self.at(self._rows, fit.level, best)

    def by_group(self, nats: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """(groups,) sums of nats of these rows."""
        return np.bincount(self.known.group[rows], nats, self.known.groups)

    def discounted(self, nats: np.ndarray, rows: np.ndarray) -> float:
        """The sum of these rows' nats, each service's divided by the common noise of the rows concerned."""
        clutter = self.by_group(self.table.clutter[rows], rows)
        return float((self.by_group(nats, rows) / (1.0 + clutter)).sum())

    def _out(self, before: Fit, part: Part) -> Out:
        cause, share = part
        if cause >= self.known.components:
            return before.out
        if before.out.failed:
            return further(self.known.feet.wiring, before.out, cause, share)
        return self.known.alone(cause, share)

    def _losses(self, out: Out, parts: Parts) -> np.ndarray:
        loss = out.loss
        for cause, share in parts:
            pseudo = self.known.pseudo_of(cause)
            if pseudo is not None:
                loss = loss.copy()
                loss[pseudo.rows] = 1.0 - (1.0 - loss[pseudo.rows]) * (1.0 - pseudo.share * share)
        return loss


def _arrays(fit: Fit) -> tuple[np.ndarray, ...]:
    """Those that are as long as the table."""
    return fit.out.loss, fit.out.own, fit.level, fit.touched, fit.out.health
