"""The ten files under the shipped detector: its own budget, fixed beforehand, and the best in hindsight."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from lightship.run.benches.detect import pool
from lightship.run.benches.nab import detector, files, scorer
from lightship.run.benches.nab.files import Series
from lightship.run.benches.nab.scorer import PROFILES, Marked

OWN_BUDGET = 12.0
"""False alarms a year: the default of `Settings`, fixed before any of these files was seen."""
BUDGETS = (0.001, 0.1, 1.0, 12.0, 120.0)
"""Tried for the figure in hindsight."""
DAYS_A_FILE = 56


class Figures(msgspec.Struct, frozen=True):
    """Scores under the three profiles, None where none was published in what we read."""

    name: str
    standard: float | None
    low_fp: float | None
    low_fn: float | None


PUBLISHED = (
    Figures("ARTime", 81.8, 70.1, 87.9),
    Figures("CAD OSE", 74.5, 73.1, 76.5),
    Figures("HTM", 68.0, None, None),
    Figures("relative entropy", 59.8, None, None),
)
"""On these ten files, threshold the best in hindsight over all of NAB: its stored results, scored anew."""


class Nab(msgspec.Struct, frozen=True):
    """What came of it.

    Args:
        ours: at `own_budget`. hindsight: per profile the best of `tried`, and which budget that was.
        alarms: how many ours gave at its own budget, per file.
    """

    own_budget: float
    tried: tuple[float, ...]
    ours: Figures
    hindsight: Figures
    hindsight_budgets: tuple[float, ...]
    published: tuple[Figures, ...]
    alarms: dict[str, int]


def measure(folder: Path, budgets: Sequence[float], workers: int) -> Nab:
    """Run it. Raises BadInput where the files are not sound."""
    every = files.read(folder)
    tried = tuple(dict.fromkeys((OWN_BUDGET, *budgets)))
    jobs: list[pool.Job] = [(_marked, (series, budget)) for budget in tried for series in every]
    done: list[Marked] = pool.run(jobs, workers, len(jobs) * DAYS_A_FILE)
    by_budget = {b: done[n * len(every) : (n + 1) * len(every)] for n, b in enumerate(tried)}
    table = [[scorer.score(by_budget[b], 0.5, profile) for profile in PROFILES] for b in tried]
    best = [max(range(len(tried)), key=lambda n: table[n][p]) for p in range(len(PROFILES))]
    return Nab(
        OWN_BUDGET, tried, Figures(f"Lightship, {OWN_BUDGET:g} a year, fixed beforehand", *table[0]),
        Figures("Lightship, best budget in hindsight", *(table[n][p] for p, n in enumerate(best))),
        tuple(tried[n] for n in best), PUBLISHED,
        {series.name: int(m.scores.sum()) for series, m in zip(every, by_budget[OWN_BUDGET], strict=True)},
    )  # fmt: skip


def _marked(series: Series, budget: float, ping: Callable[[], None]) -> Marked:
    return Marked(np.asarray(detector.scores(series, budget, ping)), series.windows)
