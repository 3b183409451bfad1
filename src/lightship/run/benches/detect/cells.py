"""Delays by cell: a scope, a size class and a time of day."""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.run.benches.detect import rivals
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.series import CLASSES
from lightship.run.benches.detect.trial import CENSORED

OURS = "Lightship"
ORACLE = "oracle"
DRAWS = 1000
ONE_TICK = 1.0
NEEDS = 6.0
"""Minutes that the best peer needs in the median, from which a cell counts for the ratio."""


class Row(msgspec.Struct, frozen=True):
    """One cell.

    Args:
        outages: how many. median, p90, missed: per detector, minutes and share; ours, the peers, the oracle's.
        best: the peer with the smallest median. ratio: our median over its, with its 95 % interval.
        behind: minutes that we are behind it in the median (below 0: ahead), with its paired 95 % interval.
        scored: the oracle hears at least half of these outages.
    """

    scope: str
    size: str
    when: str
    outages: int
    median: dict[str, float]
    p90: dict[str, float]
    missed: dict[str, float]
    public: float
    best: str
    ratio: float
    ratio_interval: tuple[float, float]
    behind: float
    behind_interval: tuple[float, float]
    scored: bool


Delays = dict[str, np.ndarray]


def delays(outcomes: Sequence[Outcome], thresholds: dict[str, np.ndarray]) -> Delays:
    """Minutes of each outage, per detector."""
    found = {OURS: np.array([each.ours for each in outcomes])}
    climbed = [
        np.frombuffer(each.climbed, np.float32).reshape(len(rivals.NAMES), len(CLASSES), CENSORED)
        for each in outcomes
    ]
    for n, name in enumerate(rivals.NAMES):
        found[name] = np.array([rivals.delay(each[n], thresholds[name]) for each in climbed])
    found[ORACLE] = np.array([each.oracle for each in outcomes])
    return found


def rows(outcomes: Sequence[Outcome], minutes: Delays, seed: int) -> list[Row]:
    """A row per cell, in the order in which they were drawn."""
    cells = dict.fromkeys(each.cell for each in sorted(outcomes, key=_order))
    found = list[Row]()
    for cell in cells:
        mine = [n for n, each in enumerate(outcomes) if each.cell == cell and not each.spoiled]
        if mine:
            public = float(np.median([outcomes[n].public for n in mine]))
            here = {name: each[mine] for name, each in minutes.items()}
            found.append(_row(cell, here, public, np.random.default_rng([seed, len(found)])))
    return found


def _order(outcome: Outcome) -> tuple[int, float, str]:
    from lightship.run.benches.detect.draws import SCOPES

    size = outcome.cell[1].split("-")[0].replace(",", "")
    return list(SCOPES).index(outcome.cell[0]), float(size) if size.isdigit() else np.inf, outcome.cell[2]


def _row(cell: tuple[str, str, str], minutes: Delays, public: float, chance: np.random.Generator) -> Row:
    median = {name: float(np.median(each)) for name, each in minutes.items()}
    best = min(rivals.NAMES, key=lambda name: median[name])
    ratio, behind = _paired(minutes[OURS], minutes[best], chance)
    return Row(
        *cell, len(minutes[OURS]), median,
        {name: float(np.quantile(each, 0.9)) for name, each in minutes.items()},
        {name: float((each >= CENSORED).mean()) for name, each in minutes.items()},
        public, best, median[OURS] / median[best], ratio, median[OURS] - median[best], behind,
        median[ORACLE] < CENSORED,
    )  # fmt: skip


def _paired(
    ours: np.ndarray, theirs: np.ndarray, chance: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """95 % bootstrap intervals of the ratio and of the difference of medians, outages drawn in pairs."""
    drawn = chance.integers(0, len(ours), (DRAWS, len(ours)))
    a, b = np.median(ours[drawn], axis=1), np.median(theirs[drawn], axis=1)
    return _middle(a / b), _middle(a - b)


def _middle(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def geometric(rows_: Sequence[Row], scopes: Sequence[str], whose: str = OURS) -> tuple[float | None, int]:
    """Geometric mean of the ratios to the best peer over scored cells of these scopes where that needs `NEEDS` minutes.

    `whose`: of the oracle it is how far anybody could come.
    """
    mine = [row for row in rows_ if row.scope in scopes and row.scored and row.median[row.best] >= NEEDS]
    ratios = [row.median[whose] / row.median[row.best] for row in mine]
    return (float(np.exp(np.mean(np.log(ratios)))), len(mine)) if mine else (None, 0)


def geometric_interval(
    outcomes: Sequence[Outcome], minutes: Delays, rows_: Sequence[Row], scopes: Sequence[str], seed: int,
    whose: str = OURS,
) -> tuple[float, float] | None:  # fmt: skip
    """95 % bootstrap interval of `geometric`, outages drawn anew within each cell."""
    chance, logs = np.random.default_rng([seed, 99]), list[np.ndarray]()
    for row in rows_:
        if row.scope not in scopes or not row.scored or row.median[row.best] < NEEDS:
            continue
        cell = (row.scope, row.size, row.when)
        mine = np.array([n for n, each in enumerate(outcomes) if each.cell == cell and not each.spoiled])
        drawn = mine[chance.integers(0, len(mine), (DRAWS, len(mine)))]
        ours, best = np.median(minutes[whose][drawn], axis=1), np.median(minutes[row.best][drawn], axis=1)
        logs.append(np.log(ours / best))
    return _middle(np.exp(np.mean(logs, axis=0))) if logs else None
