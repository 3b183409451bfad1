"""What people say is wrong, and whether they can say it."""

from dataclasses import dataclass

import numpy as np

from lightship.simulate.grid import Grid
from lightship.simulate.modes import MODES, loss
from lightship.simulate.scenario import Scenario
from lightship.simulate.table import SYMPTOMS

SLIP = 0.02
"""Weight of every symptom that no fault suggests. Assumed."""


@dataclass(frozen=True)
class Said:
    """What people say, and whether they can.

    Args:
        weights: (ticks, symptoms). able: (ticks,) share who have not lost their way of reporting as well.
    """

    weights: np.ndarray
    able: np.ndarray

    def symptoms(self, tick: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """Numbers in `SYMPTOMS`, for reports of these ticks."""
        if not len(tick):
            return np.empty(0, dtype=np.int64)
        edges = np.cumsum(self.weights[tick], axis=1)
        drawn = chance.random(len(tick)) * edges[:, -1]
        return np.asarray((edges < drawn[:, None]).sum(axis=1))


def said(scenario: Scenario, grid: Grid) -> Said:
    """By the faults of each tick, or as the scenario states."""
    weights = np.full((grid.ticks, len(SYMPTOMS)), SLIP)
    able = np.ones(grid.ticks)
    for fault in scenario.faults:
        share = loss(fault, grid.minutes)
        weights[:, SYMPTOMS.index(MODES[fault.mode].symptom)] += share
        able *= 1.0 - fault.silences * share
    stated = [scenario.reports.symptoms.get(symptom, 0.0) for symptom in SYMPTOMS]
    return Said(np.tile(stated, (grid.ticks, 1)) if sum(stated) > 0 else weights, able)
