"""Who cannot report at all: a power cut takes the router, and soon the phone, of those who would have told of it.

Those hit by such a fault report less of it (`said.able`); here they also stop saying what people say on any day. So the
count of reports falls where the outage is, and only what does not depend on people rises.
"""

from collections.abc import Iterable

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.customers import Customers
from lightship.simulate.grid import Grid
from lightship.simulate.health import Health
from lightship.simulate.scenario import Scenario
from lightship.simulate.table import ReportTable


def heard(
    tables: Iterable[ReportTable], scenario: Scenario, customers: Customers, grid: Grid, seed: int
) -> list[ReportTable]:
    """The reports of those who can still send one. Without a silencing fault: all of them, untouched."""
    found = list(tables)
    if not any(fault.silences for fault in scenario.faults):
        return found
    left, chance = _able(scenario, customers, grid), stream(seed, Stream.SILENCE)
    return [table.pick(chance.random(len(table)) < _of(left, table, grid)) for table in found]


def _of(left: dict[int, np.ndarray], table: ReportTable, grid: Grid) -> np.ndarray:
    """(reports,) share of the people of each report's area who can report in its tick."""
    able, tick = np.ones(len(table)), grid.tick(table.at)
    for area, share in left.items():
        mine = table.area == area
        able[mine] = share[tick[mine]]
    return able


def _able(scenario: Scenario, customers: Customers, grid: Grid) -> dict[int, np.ndarray]:
    """Per area (numbers) that a silencing fault reaches, (ticks,) share of its people who can report, about anything.

    Whoever has lost one service by it has lost the way to tell of another: of several, the worst loss counts.
    """
    left: dict[int, np.ndarray] = {}
    for fault in scenario.faults:
        if not fault.silences:
            continue
        lost = Health(scenario.network, (fault,), (), grid).lost
        for number, area in enumerate(customers.areas):
            hit = [s for s in customers.services if s in lost.common or (s, area) in lost.local]
            if hit:
                worst = np.max([lost.of(service, area) for service in hit], axis=0)
                left[number] = left.get(number, 1.0) * (1.0 - fault.silences * worst)
    return left
