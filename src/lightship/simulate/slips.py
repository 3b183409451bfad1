"""What people get wrong: the service, the provider, no area, the same report twice; and the ones who lie."""

from dataclasses import replace

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.customers import NO_AREA, Customers
from lightship.simulate.grid import Grid
from lightship.simulate.identity import prefixes, reporters
from lightship.simulate.observers import ReportsModel
from lightship.simulate.table import SYMPTOMS, ReportTable, together
from lightship.vocabulary.time import MINUTE

_AGAIN_MINUTES = 20.0
"""Mean wait before the same reporter sends the form once more. Assumed."""


def misnamed(table: ReportTable, model: ReportsModel, customers: Customers, seed: int) -> ReportTable:
    """With some of them naming another service, and some another provider."""
    chance = stream(seed, Stream.SLIPS)
    others = len(customers.services) - 1
    slip = chance.random(len(table)) < (model.wrong_service if others else 0.0)
    shift = chance.integers(1, max(others, 1) + 1, len(table))
    service = np.where(slip, (table.service + shift) % len(customers.services), table.service)
    other_brand = chance.random(len(table)) < model.wrong_provider
    return replace(table, service=service, other_brand=table.other_brand | other_brand)


def as_sent(
    table: ReportTable, model: ReportsModel, customers: Customers, grid: Grid, seed: int
) -> ReportTable:
    """As they arrive: some without an area, some twice, some false; in the order of time."""
    chance = stream(seed, Stream.IDENTITY)
    table = together([table, _false(table, model, customers, grid, chance)])
    nowhere = chance.random(len(table)) < model.no_area_code
    table = replace(table, area=np.where(nowhere, NO_AREA, table.area))
    again = table.pick(chance.random(len(table)) < model.duplicates)
    wait = chance.exponential(_AGAIN_MINUTES * MINUTE, len(again)).astype(np.int64)
    again = replace(again, at=again.at + 1_000 + wait)
    whole = together([table, again])
    return whole.pick((whole.at >= grid.start) & (whole.at < grid.end))


def _false(
    table: ReportTable, model: ReportsModel, customers: Customers, grid: Grid, chance: np.random.Generator
) -> ReportTable:
    count = int(chance.poisson(len(table) * model.malicious))
    area = chance.integers(0, len(customers.areas), count)
    return ReportTable(
        grid.start + chance.integers(0, grid.end - grid.start, count),
        chance.integers(0, len(customers.services), count),
        area,
        chance.integers(0, len(SYMPTOMS), count),
        reporters(count, chance),
        prefixes(area, customers, model.mobile, chance),
        np.zeros(count, dtype=bool),
    )
