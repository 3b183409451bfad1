"""The shipped engine as the bench drives it: one tick after the other, and what it held to be normal."""

from dataclasses import dataclass

import numpy as np

from lightship.detect import core
from lightship.detect.evidence import Detection
from lightship.detect.state import DetectState
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.events import ProbeCounts, ReportCounts, TickAmended, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at

NO_PROBES = ProbeCounts()


@dataclass(frozen=True)
class Engine:
    """A map and a promise; the state goes in and comes out."""

    feet: Footprints
    settings: Settings

    def start(self) -> DetectState:
        """Nothing seen yet."""
        return core.start(self.feet, self.settings)

    def step(
        self, state: DetectState, tick: int, reports: ReportCounts, probes: ProbeCounts = NO_PROBES
    ) -> tuple[DetectState, Detection]:
        """Judge one tick."""
        judged = TickJudged(Tick(tick), self.feet.network.version, reports, probes)
        return core.step(state, self.feet, self.settings, judged_at(judged.tick), judged)

    def amend(self, state: DetectState, tick: int, reports: ReportCounts) -> DetectState:
        """Take in what came late."""
        amended = TickAmended(Tick(tick), self.feet.network.version, reports)
        return core.amend(state, self.feet, self.settings, amended)


def level(state: DetectState) -> np.ndarray:
    """(counts,) reports of a tick that the engine holds to be normal, before the hour and the common factor."""
    return state.pool.level


def effort(state: DetectState) -> np.ndarray:
    """(services,) the hour and the common factor of the latest tick."""
    return state.memory.ring[-1].effort
