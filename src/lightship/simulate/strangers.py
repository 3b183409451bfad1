"""Reports that are not about us: a neighbour's outage that names us, and false ones."""

import numpy as np

from lightship.simulate.background import Attack, NeighbourOutage
from lightship.simulate.chance import Stream, stream
from lightship.simulate.customers import Customers
from lightship.simulate.grid import Grid
from lightship.simulate.identity import prefixes, reporters
from lightship.simulate.said import Said
from lightship.simulate.scenario import Scenario
from lightship.simulate.table import SYMPTOMS, ReportTable
from lightship.simulate.victims import Group, People, ratios

_THEY_SAY = (0.5, 0.05, 0.1, 0.25, 0.02, 0.0, 0.08)
"""What people say of somebody else's outage, in the order of `SYMPTOMS`: they cannot reach some sites. Assumed."""


def about_neighbours(scenario: Scenario, customers: Customers, grid: Grid, seed: int) -> list[ReportTable]:
    """Reports that name us although another provider is out."""
    weights = np.tile(_THEY_SAY, (grid.ticks, 1))
    ratio = ratios(scenario.reports, customers, seed)
    people = People(scenario.reports, customers, grid, ratio, Said(weights, np.ones(grid.ticks)))
    chance = stream(seed, Stream.NEIGHBOURS)
    outages = [each for each in scenario.background if isinstance(each, NeighbourOutage)]
    return [people.report(_who_name_us(each, customers, grid), chance) for each in outages]


def _who_name_us(outage: NeighbourOutage, customers: Customers, grid: Grid) -> Group:
    """The neighbour's customers live where ours do."""
    during = (grid.minutes >= outage.at.minutes) & (grid.minutes < outage.until.minutes)
    service = customers.services.index(outage.service)
    areas = np.flatnonzero(customers.table[service])
    lines = customers.table[service, areas]
    return Group(
        service, areas, lines * outage.lines * outage.names_us / lines.sum(), during.astype(np.float64)
    )


def false_reports(scenario: Scenario, customers: Customers, grid: Grid, seed: int) -> list[ReportTable]:
    """Bursts of false reports from few prefixes."""
    chance = stream(seed, Stream.ATTACKS)
    return [_burst(each, customers, grid, chance) for each in scenario.background if isinstance(each, Attack)]


def _burst(attack: Attack, customers: Customers, grid: Grid, chance: np.random.Generator) -> ReportTable:
    count = attack.reports
    at = np.sort(grid.t0 + chance.integers(attack.at, attack.until, count))
    area = np.full(count, customers.areas.index(attack.area))
    pool = prefixes(area[: attack.prefixes], customers, 0.0, chance)
    return ReportTable(
        at,
        np.full(count, customers.services.index(attack.service)),
        area,
        np.full(count, SYMPTOMS.index("no-service")),
        reporters(count, chance),
        chance.choice(pool, count),
        np.zeros(count, dtype=bool),
    )
