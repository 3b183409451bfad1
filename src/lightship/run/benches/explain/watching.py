"""What is seen of a case, round by round, put into the table by detection's own rules."""

from dataclasses import dataclass

import numpy as np

from lightship.detect import prior, probes, reports
from lightship.detect.evidence import SHARES, Evidence
from lightship.detect.moments import Moment
from lightship.detect.vantages import Trust
from lightship.run.benches.explain.cases import Case
from lightship.run.benches.explain.world import World
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow
from lightship.vocabulary.time import Tick

ROUND_TICKS = 10
"""Every test is made once in as many minutes."""

BEGAN = Tick(1_000)
QUIET_TESTS = 1_000
"""Quiet observations that each vantage's rate of false failures was learnt from."""

USUAL = 1e-6
"""Reports per line and minute on a quiet day: those of a provider's own form. Learnt, hence exact."""

EAGER_SD = 0.3
"""Of log10 of how eager people are to report, beside the prior."""


@dataclass
class Watch:
    """All that has been seen of one case so far.

    Args:
        down: (rows,) share of each row that is really lost.
        wrong: (rows,) what the localiser is told of false failures. noise: what they really are.
        speaking: (rows,) bool: vantages from which something comes.
        swing: (rows,) factor of each row's quiet reports: slow noise of its area and of the nation.
    """

    world: World
    case: Case
    rng: np.random.Generator
    down: np.ndarray
    wrong: np.ndarray
    speaking: np.ndarray
    swing: np.ndarray
    eager: float
    ell: np.ndarray
    seen: np.ndarray
    expected: np.ndarray
    rounds: int = 0

    def look(self) -> None:
        """One more round of everything."""
        self.rounds += 1
        self._test(np.flatnonzero(self.world.fresh.known.is_probe & self.speaking))
        if self.rounds == 1 and self.case.under.heard:
            self._hear()

    def _test(self, rows: np.ndarray) -> None:
        noise = self.case.under.noise
        failed = (self.rng.random(len(rows)) < self.down[rows]) ^ (self.rng.random(len(rows)) < noise)
        self.ell[rows] += probes.likelihood(_moment(failed, self.wrong[rows]), SHARES[None, :])
        self.seen[rows] += failed
        self.expected[rows] += self.wrong[rows]

    def _hear(self) -> None:
        for row in np.flatnonzero(self.world.fresh.known.is_feed & (self.down > 0)).tolist():
            self.ell[row] += prior.FEED_NATS["power-lost"] * np.sqrt(SHARES)
            self.seen[row] += 1

    def test_again(self, row: int) -> None:
        """One more observation of one test, out of turn."""
        self.speaking[row] = True
        self._test(np.array([row]))

    def would_fail(self, vantage: str, target: str) -> bool:
        """Whether one more test from there of that would fail, noise and all."""
        row = next(n for n, each in enumerate(self.world.feet.rows) if _is_test(each, vantage, target))
        return bool((self.rng.random() < self.down[row]) ^ (self.rng.random() < self.case.under.noise))

    def evidence(self) -> Evidence:
        """The table since the trouble began."""
        ell = self.ell.copy()
        seen, expected = self.seen.copy(), self.expected.copy()
        counted = np.flatnonzero(self.world.fresh.known.counted)
        data = (ell != 0).any(axis=1)
        if len(counted):
            ell[counted], seen[counted], expected[counted] = self._reported(counted)
            data[counted] = True
        until = Tick(BEGAN + ROUND_TICKS * self.rounds)
        wrong = np.where(self.world.fresh.known.is_probe, self.wrong, np.nan)
        return Evidence(BEGAN, until, ell, data, seen, expected, wrong)

    def _reported(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The table of counts, drawn anew for all minutes so far: the sum is what counts."""
        minutes, feet = ROUND_TICKS * self.rounds, self.world.truth
        reach = np.array([_reach(feet.rows[row]) for row in rows.tolist()])
        lines = feet.lines[rows] * reach
        rate = np.array([_propensity(feet.rows[row]) for row in rows.tolist()])
        quiet, whole = lines * USUAL * minutes, lines * rate * minutes
        rng = np.random.default_rng((*self.case.seed, self.rounds))
        seen = rng.poisson(quiet * self.swing[rows] + whole * self.down[rows] * self.eager).astype(float)
        dispersion = 1.0 + (prior.CV_AREA**2 + prior.CV_NATION**2) * quiet
        return reports.added(seen, quiet, whole, feet.lines[rows], dispersion), seen, quiet


def _is_test(row: Observable, vantage: str, target: str) -> bool:
    return isinstance(row, ProbeRow) and row.vantage == vantage and row.target == target


def watch(world: World, case: Case) -> Watch:
    """Before the first round."""
    rng = np.random.default_rng((*case.seed, 1))
    rows, under, known = len(world.feet.rows), case.under, world.fresh.known
    area_swing = rng.gamma(prior.CV_AREA**-2, prior.CV_AREA**2, rows)
    nation_swing = rng.gamma(prior.CV_NATION**-2, prior.CV_NATION**2)
    vantage = _vantages(world)
    silent = rng.random(int(vantage.max()) + 1) < under.silent
    return Watch(
        world, case, rng, down=world.lost(case.failed), wrong=_learnt(vantage, under.noise * under.stated, rng),
        speaking=known.is_probe & ~silent[vantage], swing=area_swing * nation_swing,
        eager=float(10.0 ** rng.normal(0.0, EAGER_SD)), ell=np.zeros((rows, len(SHARES))), seen=np.zeros(rows),
        expected=np.zeros(rows),
    )  # fmt: skip


def _vantages(world: World) -> np.ndarray:
    number: dict[str, int] = {}
    names = [each.vantage if isinstance(each, ProbeRow) else "" for each in world.feet.rows]
    return np.array([number.setdefault(name, len(number)) for name in names], np.int64)


def _learnt(vantage: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    """(rows,) what detection would believe of each vantage after as many quiet tests, the prior in it, erring high."""
    size, first = int(vantage.max()) + 1, prior.FALSE_FAILURE * prior.FALSE_FAILURE_WEIGHT
    failures = rng.binomial(QUIET_TESTS, rate, size) + first
    rate_of = Trust(failures, np.full(size, QUIET_TESTS + prior.FALSE_FAILURE_WEIGHT)).rate()
    return np.asarray(rate_of[vantage])


def _moment(failed: np.ndarray, wrong: np.ndarray) -> Moment:
    none, numbers = np.zeros(0), np.zeros(0, np.int64)
    ones = np.ones(len(failed))
    return Moment(
        BEGAN, numbers, none, none, none, none, none, 1.0, np.arange(len(failed)), ones, failed.astype(float), wrong,
        ones, 1, numbers, none, none, numbers, none,
    )  # fmt: skip


def _reach(row: object) -> float:
    """Share of reports that name the area, or that name none."""
    assert isinstance(row, CountRow | FeedRow)
    return prior.WITHOUT_AREA if isinstance(row, CountRow) and row.area is None else 1.0 - prior.WITHOUT_AREA


def _propensity(row: object) -> float:
    assert isinstance(row, CountRow)
    return prior.propensity(row.service)
