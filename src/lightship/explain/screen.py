"""Which causes are worth scoring exactly? All moves at once, with footprints combined instead of gates recomputed."""

from dataclasses import dataclass

import numpy as np

from lightship.explain.levels import COMBINED, PROPENSITY_COST
from lightship.explain.priors import AT_THE_SAME_TIME, SEVERITIES
from lightship.explain.score import Fit, Parts, Scorer

SLACK = 2.0
"""Nats. A move that falls this much short by the approximation is not scored exactly."""

TRIED_LEVELS = (0, 5, 6)
"""Levels of reports that the screen looks at, positions in `PROPENSITY`: as predicted, a third, threefold."""

ANOTHER_LEVEL = 2.0
"""Nats that a service may lose at most by the approximation, where it predicts reports already."""

COVERED, MERGED = 0.6, 24
"""Share of a cause's rows that another one touches from which it covers it; covering moves that are tried at most."""

HOPELESS = 5.0
"""Nats. A move that falls this much short when nothing else is out is not looked at again: what else is out can take
rows from it, hardly give it any."""


@dataclass(frozen=True)
class Option:
    """Causes to add, and the gain in nats that the approximation expects."""

    parts: Parts
    gain: float


@dataclass(frozen=True)
class Entries:
    """The entries of some moves, ready for sums by move and service.

    Args:
        kept: the moves' numbers. move: (entries,) position in `kept`.
        key: (entries,) that times groups, plus the row's group.
        level: per severity, the level of each entry.
        cost: (kept, severities) log prior of the move at that severity.
    """

    kept: np.ndarray
    row: np.ndarray
    move: np.ndarray
    key: np.ndarray
    level: tuple[np.ndarray, ...]
    cost: np.ndarray


class Screen:
    """The moves that could be worth their prior under this table at all, ready for quick ranking."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._size = scorer.known.groups
        self._held: dict[Parts, np.ndarray] = {}
        self._tried = [each for each in TRIED_LEVELS if each < scorer.report_levels]
        self._near: dict[int, np.ndarray] = {}
        self._prior = scorer.known.moves.prior(scorer.odds)
        possible = self._entries(self._possible())
        gains = self._at_rest(possible) + possible.cost
        hopeful = gains.max(axis=1, initial=-np.inf) > -HOPELESS
        self._moves = self._entries(possible.kept[hopeful])
        self._held[()] = gains[hopeful]

    def best(
        self, fit: Fit, count: int, without: frozenset[int] = frozenset(), among: np.ndarray | None = None
    ) -> list[Option]:
        """The most promising additions to `fit`, best first; none that adds a cause of `without`.

        A move brings its two better severities at most, so that one cause does not crowd out the others.

        Args:
            among: what `touching` gave; other moves are left out.
        """
        gains = self._beside(fit, among)
        held = frozenset(cause for cause, _ in fit.parts)
        found: list[Option] = []
        least = -np.inf
        for move in np.argsort(-gains.max(axis=1, initial=-np.inf), kind="stable").tolist():
            highest = float(gains[move].max())
            if highest < -SLACK or highest < least - 1e-6:
                break
            found += self._options(int(self._moves.kept[move]), gains[move], held, without)
            if len(found) >= count:
                least = sorted((each.gain for each in found), reverse=True)[count - 1]
        return sorted(found, key=self._order)[:count]

    def severities(self, fit: Fit, cause: int) -> np.ndarray:
        """(severities,) the gain that the approximation expects of adding that cause to `fit`; -inf: not looked at."""
        at = np.flatnonzero(self._moves.kept == self._move_of(cause))
        if not len(at):
            return np.where(np.array(SEVERITIES) == 1.0, 0.0, -np.inf)
        own = self._entries(self._moves.kept[at])
        found: np.ndarray = self._gains(fit, own) + own.cost
        return np.asarray(found[0])

    def covered(self, causes: list[int]) -> list[tuple[tuple[int, ...], frozenset[int]]]:
        """Moves that cover at least one of these causes and are not one of them: what they add, and the positions in
        `causes` of what they cover; those that cover most first, MERGED at most."""
        known, moves = self._scorer.known, self._moves
        over = np.zeros((len(moves.kept), len(causes)), dtype=bool)
        for n, cause in enumerate(causes):
            rows = np.zeros(len(known.group), dtype=bool)
            if cause < known.components:
                rows[known.rows_of(cause)] = True
            if rows.any():
                touch = np.bincount(moves.move, rows[moves.row], len(moves.kept))
                over[:, n] = touch >= COVERED * rows.sum()
        number = over.sum(axis=1)
        order = np.argsort(-number, kind="stable")[:MERGED]
        found = (int(move) for move in order if number[move])
        kept = moves.kept
        return [
            (known.moves.causes[int(kept[each])], frozenset(np.flatnonzero(over[each]).tolist()))
            for each in found
        ]

    def _move_of(self, cause: int) -> int:
        return self._scorer.known.moves.single.get(cause, -1)

    def touching(self, rows: np.ndarray) -> np.ndarray:
        """The moves, as `best` wants them, that take something of one of these (rows,) bool."""
        return np.flatnonzero(np.bincount(self._moves.move, rows[self._moves.row], len(self._moves.kept)))

    def sharing(self, cause: int) -> np.ndarray:
        """The moves, as `best` wants them, that touch a row that this cause touches."""
        found = self._near.get(cause)
        if found is None:
            found = self._near[cause] = self.touching(self._scorer.fit(((cause, 1.0),)).loss > 0.0)
        return found

    def _beside(self, fit: Fit, among: np.ndarray | None) -> np.ndarray:
        """(moves, severities) expected gains beside `fit`; -inf for moves that do not matter."""
        held = self._held.get(fit.parts)
        if held is not None:
            return held
        together = AT_THE_SAME_TIME if fit.parts else 0.0
        if among is None:
            whole: np.ndarray = self._gains(fit, self._moves) + self._moves.cost - together
            self._held[fit.parts] = whole
            return whole
        some = self._entries(self._moves.kept[among])
        found: np.ndarray = np.full((len(self._moves.kept), len(SEVERITIES)), -np.inf)
        found[among] = self._gains(fit, some) + some.cost - together
        return found

    def _order(self, option: Option) -> tuple[float, tuple[tuple[str, float], ...]]:
        names = self._scorer.known.names
        return -round(option.gain, 6), tuple((names[cause], -share) for cause, share in option.parts)

    def _options(
        self, move: int, gains: np.ndarray, held: frozenset[int], without: frozenset[int]
    ) -> list[Option]:
        causes = self._scorer.known.moves.causes[move]
        added = tuple(cause for cause in causes if cause not in held)
        if not added or not without.isdisjoint(added):
            return []
        # Of a pair that one has failed of already, only the other is paid for.
        saved = -sum(float(self._scorer.odds[cause]) for cause in causes if cause in held)
        better = np.argsort(-gains, kind="stable")[:2].tolist()
        options = [
            Option(tuple((cause, SEVERITIES[n]) for cause in added), float(gains[n]) + saved) for n in better
        ]
        return [option for option in options if option.gain > -SLACK]

    def _possible(self) -> np.ndarray:
        """The moves whose rows could pay for their prior if each said the most it can."""
        known, table, moves = self._scorer.known, self._scorer.table, self._scorer.known.moves
        count = len(moves.causes)
        key = np.repeat(np.arange(count), np.diff(moves.start)) * self._size + known.group[moves.row]
        ceiling = np.bincount(key, table.top[moves.row], count * self._size).reshape(-1, self._size)
        new = self._scorer.new_clutter[moves.row]
        clutter = np.bincount(key, new, count * self._size).reshape(-1, self._size)
        clutter += self._scorer.nothing.clutter
        return np.flatnonzero((ceiling / (1.0 + clutter)).sum(axis=1) + self._prior > 0.0)

    def _entries(self, kept: np.ndarray) -> Entries:
        known, moves = self._scorer.known, self._scorer.known.moves
        length = np.diff(moves.start)[kept]
        offset = np.concatenate([[0], np.cumsum(length)[:-1]]) if len(kept) else length
        entry = np.repeat(moves.start[:-1][kept] - offset, length) + np.arange(int(length.sum()))
        row = moves.row[entry]
        move = np.repeat(np.arange(len(kept)), length)
        key = move * self._size + known.group[row]
        cost = self._prior[kept, None] + moves.cost[kept]
        return Entries(kept, row, move, key, tuple(each[entry] for each in known.level), cost)

    def _at_rest(self, entries: Entries) -> np.ndarray:
        """(moves, severities) nats of the data with nothing else out, each service at the better of three levels."""
        columns, noise = [], self._scorer.new_clutter[entries.row]
        new = 1.0 + self._scorer.nothing.clutter + self._sums(entries, entries.key, noise)
        for level in entries.level:
            best = np.zeros(new.shape)
            for n, report_level in enumerate(self._tried):
                sums = self._sums(entries, entries.key, self._scorer.at(entries.row, level, report_level))
                gain = sums / new + PROPENSITY_COST[report_level]
                best = gain if n == 0 else np.maximum(best, gain)
            columns.append(best.sum(axis=1))
        return np.stack(columns, axis=1)

    def _gains(self, fit: Fit, entries: Entries) -> np.ndarray:
        """(moves, severities) nats of the data beside `fit`, each service at the level of reports that `fit` has."""
        report_level = fit.by_report_level.argmax(axis=0)
        group = np.arange(self._size)
        at, shift = fit.level[entries.row], report_level[self._scorer.known.group[entries.row]]
        again = fit.touched[entries.row]
        key = entries.key + np.where(again, len(entries.kept) * self._size, 0)
        noise = np.where(
            again, self._scorer.table.clutter[entries.row], self._scorer.new_clutter[entries.row]
        )
        clutter = self._sums(entries, key, noise, 2)
        new, old = 1.0 + fit.clutter + clutter[0], 1.0 + clutter[1]
        before = self._scorer.at(entries.row, at, shift)
        kept = fit.more[report_level, group] + PROPENSITY_COST[report_level]
        held = fit.by_report_level.max(axis=0)
        # Where the fit predicts reports already, more of the same may be met by another level of reports.
        counted = np.arange(self._size) < self._size - 1
        least = np.where(counted & fit.first.any(axis=0), -ANOTHER_LEVEL, -np.inf)
        columns = []
        for level in entries.level:
            delta = self._scorer.at(entries.row, COMBINED[at, level], shift) - before
            first, more = self._sums(entries, key, delta, 2)
            joint = (fit.first[report_level, group] + first) / new + kept + more / old
            columns.append(np.maximum(joint - held, least).sum(axis=1))
        return np.stack(columns, axis=1)

    def _sums(self, entries: Entries, key: np.ndarray, nats: np.ndarray, halves: int = 1) -> np.ndarray:
        """(moves, groups) sums; with two halves (2, moves, groups), by the key's half."""
        shape = (len(entries.kept), self._size) if halves == 1 else (halves, len(entries.kept), self._size)
        return np.bincount(key, nats, int(np.prod(shape))).reshape(shape)
