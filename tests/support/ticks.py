"""Ticks for tests of the stages: quiet ones with noise, and what outages add to them. Seeded, and simple on purpose."""

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.vocabulary.events import ProbeCounts, ReportCounts, TickJudged
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.time import Tick, parse_iso, tick_of

NOON = tick_of(parse_iso("2016-07-18T12:00:00+01:00"))
"""A Monday."""
HOURS, READY = (0.0, 4.0, 7.0, 9.5, 21.5, 24.0), (0.45, 0.15, 0.6, 1.0, 1.0, 0.45)
"""People's readiness to report by hour of day: alike in shape to what detection expects, and not the same."""


def ready(tick: int) -> float:
    """0-1, every day alike, on British summer time."""
    return float(np.interp((tick + 60) % 1440 / 60, HOURS, READY))


class Stream:
    """Makes ticks. Everything that goes wrong is set from outside."""

    def __init__(
        self, feet: Footprints, seed: int, per_line: float = 2.5e-8, cv: float = 0.4, cv_all: float = 0.3
    ):
        self.feet, self.chance = feet, np.random.default_rng(seed)
        self.rows = [row for row in feet.rows if isinstance(row, CountRow)]
        share = np.array([0.35 if row.area is None else 0.65 for row in self.rows])
        self.quiet = feet.lines[: len(self.rows)] * share * per_line
        self.cv, self.cv_all = cv, cv_all
        self.slow = self.chance.standard_normal(len(self.rows))
        self.all = float(self.chance.standard_normal())
        self.probes = [n for n, row in enumerate(feet.rows) if isinstance(row, ProbeRow)]

    def noise(self) -> np.ndarray:
        """AR(1) log-normal frailty with a memory of two hours, each row's own and one for all."""
        keep = np.exp(-1.0 / 120)
        fresh = np.sqrt(1 - keep**2)
        self.slow = keep * self.slow + fresh * self.chance.standard_normal(len(self.slow))
        self.all = keep * self.all + fresh * float(self.chance.standard_normal())
        own, common = np.sqrt(np.log1p(self.cv**2)), np.sqrt(np.log1p(self.cv_all**2))
        return np.asarray(np.exp(own * self.slow - own**2 / 2 + common * self.all - common**2 / 2))

    def tick(
        self, tick: int, more: np.ndarray | None = None, failing: dict[int, int] | None = None, early: bool = False,
        attempts: int = 1, prefixes: int | None = None, factor: float = 1.0,
    ) -> TickJudged:  # fmt: skip
        """One tick: quiet reports and `more` (expected per row), probes failing where said, by row number."""
        mean = self.quiet * self.noise() * factor * ready(tick) + (0.0 if more is None else more)
        counts = np.zeros(len(mean), int) if early else self.chance.poisson(mean)
        rows = np.flatnonzero(counts)
        reports = ReportCounts(
            tuple(int(r) for r in rows), tuple(int(counts[r]) for r in rows),
            tuple(int(counts[r] if prefixes is None else min(prefixes, counts[r])) for r in rows),
        )  # fmt: skip
        return TickJudged(
            Tick(tick), self.feet.network.version, reports, self.probed(failing or {}, attempts), early=early
        )

    def probed(self, failing: dict[int, int], attempts: int = 1) -> ProbeCounts:
        """All probes observed, those of `failing` failing that often."""
        bad = [failing.get(n, 0) for n in self.probes]
        return ProbeCounts(
            tuple(self.probes),
            (attempts,) * len(bad),
            tuple(bad),
            tuple("timeout" if b else None for b in bad),
        )

    def rows_of(self, service: str, *areas: str, without_area: bool = False) -> np.ndarray:
        """(count rows,) bool: the rows of a service in these areas (all where none are named)."""
        return np.array(
            [
                row.service == service
                and ((row.area is None and (without_area or not areas)) or row.area in areas or not areas)
                for row in self.rows
            ]
        )

    def probes_of(self, target: str, *networks: str) -> dict[int, int]:
        """Row numbers of the probes of a target, each failing once."""
        return {
            n: 1
            for n, row in enumerate(self.feet.rows)
            if isinstance(row, ProbeRow)
            and row.target == target
            and (not networks or row.network in networks)
        }
