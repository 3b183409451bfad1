"""Passive counts: sessions, logins or calls by area, where a provider has them."""

from collections.abc import Iterator

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.day import awake
from lightship.simulate.grid import Grid
from lightship.simulate.health import Lost
from lightship.simulate.observers import PassiveModel
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import ServiceArea
from lightship.vocabulary.signals import PassiveCount
from lightship.vocabulary.time import TICK, Instant


def passive_counts(scenario: Scenario, lost: Lost, grid: Grid, seed: int) -> list[PassiveCount]:
    """All counts of the run, in the order of time. Only a provider has any."""
    if scenario.deployment != "provider":
        return []
    chance = stream(seed, Stream.PASSIVE)
    found = [count for model in scenario.passive for count in _counts(model, scenario, lost, grid, chance)]
    return sorted(found, key=lambda count: count.at)


def _counts(
    model: PassiveModel, scenario: Scenario, lost: Lost, grid: Grid, chance: np.random.Generator
) -> Iterator[PassiveCount]:
    every = max(int(model.every) // TICK, 1)
    for place in scenario.network.service_areas:
        if place.service == model.service:
            yield from _of_area(
                model, place, lost, grid, np.arange(every - 1, grid.ticks, every), scenario, chance
            )


def _of_area(
    model: PassiveModel, place: ServiceArea, lost: Lost, grid: Grid, ticks: np.ndarray, scenario: Scenario,
    chance: np.random.Generator,
) -> Iterator[PassiveCount]:  # fmt: skip
    left = 1.0 - model.shows * lost.of(place.service, place.area)[ticks]
    busy = awake(grid.hour[ticks], model.diurnal or scenario.reports.diurnal)
    spread = 1.0 + model.noise * chance.standard_normal(len(ticks))
    counts = chance.poisson(np.maximum(place.lines * model.share * busy * left * spread, 0.0))
    for tick, count in zip(ticks.tolist(), counts.tolist(), strict=True):
        at = Instant(grid.start + tick * TICK + TICK // 2)
        yield PassiveCount(at, place.service, place.area, model.kind, float(count))
