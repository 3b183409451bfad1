"""Ordinary reports, when nothing of note is wrong.

The family is not the detector's, on purpose, so that a detector is not tested against its own assumptions:
1. the rate wanders as a lognormal AR(1) per region and one common to the nation, where a detector may assume
   independent negative-binomial or gamma noise;
2. rare clumps: a household or an office that reports several times from one prefix, by different reporters;
3. the hour-of-week profile is this project's own assumed curve with an evening bump and weekdays, and
4. the level drifts by a share a day.
"""

import numpy as np
from scipy.signal import lfilter

from lightship.simulate.background import Rumour
from lightship.simulate.chance import Stream, stream
from lightship.simulate.customers import Customers
from lightship.simulate.day import habit
from lightship.simulate.grid import Grid
from lightship.simulate.identity import prefixes, reporters
from lightship.simulate.observers import Noise, ReportsModel
from lightship.simulate.scenario import Scenario
from lightship.simulate.table import SYMPTOMS, ReportTable
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import DAY, MINUTE, TICK

_SYMPTOM_WEIGHTS = (0.35, 0.3, 0.2, 0.05, 0.05, 0.01, 0.04)
"""What people say on an ordinary day, in the order of `SYMPTOMS`. Assumed."""

_CLUMP_LENGTH = 20 * MINUTE


def noise_statement(model: ReportsModel) -> tuple[str, ...]:
    """The noise of this scenario in sentences, for every output that shows the scenario."""
    noise = model.noise
    return (
        f"ordinary reports: Poisson around {model.baseline_per_million_lines_per_15min:g} a million lines and 15 min "
        f"at the busiest hours, by hour of the week ({model.diurnal}, evening bump, weekdays)",
        f"the rate wanders as a lognormal AR(1), per region (sd {noise.region_sd:g}) and nation-wide "
        f"(sd {noise.nation_sd:g}), memory {noise.memory.minutes:g} min",
        f"clumps: {noise.clumps_per_day:g} a day of about {noise.clump_size:g} reports from one prefix",
        f"drift of the level: {100 * noise.drift_per_day:g} % a day",
    )


def ordinary(scenario: Scenario, customers: Customers, grid: Grid, seed: int) -> ReportTable:
    """Ordinary reports of the run, with talk and press on top of them."""
    chance = stream(seed, Stream.NOISE)
    rate = _rates(scenario, customers, grid, chance)
    counts = chance.poisson(rate)
    service, tick, region = (np.repeat(where, counts[counts > 0]) for where in np.nonzero(counts))
    area = _areas(service, region, customers, chance)
    at = grid.start + tick * TICK + chance.integers(0, TICK, len(tick))
    return _table(at, service, area, scenario, customers, chance)


def _rates(scenario: Scenario, customers: Customers, grid: Grid, chance: np.random.Generator) -> np.ndarray:
    """(services, ticks, regions) expected ordinary reports of a tick."""
    model = scenario.reports
    per_line = model.baseline_per_million_lines_per_15min / 1e6 / 15.0
    lines = np.zeros((len(customers.services), customers.regions))
    np.add.at(lines.T, customers.region, customers.table.T)
    level = per_line * habit(grid, model.diurnal) * (1.0 + model.noise.drift_per_day) ** (grid.minutes / 1440)
    wander = _wander(model.noise, grid, customers.regions, chance)
    talk = np.array([_talk(scenario, service, grid) for service in customers.services])
    return np.asarray(lines[:, None, :] * (talk * level)[:, :, None] * wander[None, :, :])


def _wander(noise: Noise, grid: Grid, regions: int, chance: np.random.Generator) -> np.ndarray:
    """(ticks, regions) factors around 1: one AR(1) a region and one of the nation's, both in the log."""
    own = _ar1(noise.region_sd, noise.memory.minutes, (grid.ticks, regions), chance)
    common = _ar1(noise.nation_sd, noise.memory.minutes, (grid.ticks, 1), chance)
    return np.asarray(np.exp(own + common - (noise.region_sd**2 + noise.nation_sd**2) / 2))


def _ar1(sd: float, memory: float, shape: tuple[int, int], chance: np.random.Generator) -> np.ndarray:
    kept = float(np.exp(-1.0 / max(memory, 1e-9)))
    drawn = chance.standard_normal(shape)
    drawn[1:] *= np.sqrt(1.0 - kept * kept)
    return np.asarray(sd * lfilter([1.0], [1.0, -kept], drawn, axis=0))


def _talk(scenario: Scenario, service: ServiceId, grid: Grid) -> np.ndarray:
    """(ticks,) how many times more people report because others do."""
    found = np.ones(grid.ticks)
    for each in scenario.background:
        if isinstance(each, Rumour) and (not each.services or service in each.services):
            since, ramp = grid.minutes - each.at.minutes, max(each.ramp.minutes, 1e-9)
            falling = 0.5 ** (np.maximum(since - ramp, 0.0) / max(each.half_life.minutes, 1e-9))
            found += np.where(since >= 0, (each.factor - 1.0) * np.minimum(since / ramp, 1.0) * falling, 0.0)
    return found


def _areas(
    service: np.ndarray, region: np.ndarray, customers: Customers, chance: np.random.Generator
) -> np.ndarray:
    """An area of that region for each report, by lines and eagerness."""
    weights = customers.table * customers.eager
    found = np.zeros(len(service), dtype=np.int64)
    for s in range(len(customers.services)):
        for r in range(customers.regions):
            mine = np.flatnonzero((service == s) & (region == r))
            if len(mine):
                choices = np.flatnonzero(customers.region == r)
                share = weights[s, choices]
                found[mine] = chance.choice(choices, len(mine), p=share / share.sum())
    return found


def _table(
    at: np.ndarray, service: np.ndarray, area: np.ndarray, scenario: Scenario, customers: Customers,
    chance: np.random.Generator,
) -> ReportTable:  # fmt: skip
    symptom = chance.choice(len(SYMPTOMS), len(at), p=_SYMPTOM_WEIGHTS)
    prefix = prefixes(area, customers, scenario.reports.mobile, chance)
    nobody = np.zeros(len(at), dtype=bool)
    return ReportTable(at, service, area, symptom, reporters(len(at), chance), prefix, nobody)


def clumps(scenario: Scenario, customers: Customers, grid: Grid, seed: int) -> ReportTable:
    """Households and offices that report several times within minutes from one prefix."""
    chance, noise = stream(seed, Stream.CLUMPS), scenario.reports.noise
    busy = habit(grid, scenario.reports.diurnal)
    many = chance.poisson(noise.clumps_per_day * grid.ticks * TICK / DAY)
    sizes = 2 + chance.poisson(max(noise.clump_size - 2.0, 0.0), many)
    which = np.repeat(np.arange(many), sizes)
    tick = chance.choice(grid.ticks, many, p=busy / busy.sum())
    row = chance.choice(len(customers.lines), many, p=customers.lines / customers.lines.sum())
    prefix = prefixes(customers.area[row], customers, 0.0, chance)[which]
    at = grid.start + tick[which] * TICK + chance.integers(0, _CLUMP_LENGTH, len(which))
    table = _table(at, customers.service[row][which], customers.area[row][which], scenario, customers, chance)
    return ReportTable(
        table.at, table.service, table.area, table.symptom, table.reporter, prefix, table.other_brand
    )
