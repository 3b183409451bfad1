"""All reports of a run, from everybody."""

from collections.abc import Iterator

import numpy as np

from lightship.simulate.customers import Customers
from lightship.simulate.grid import Grid
from lightship.simulate.health import seen_by_people
from lightship.simulate.noise import clumps, ordinary
from lightship.simulate.scenario import Scenario
from lightship.simulate.silence import heard
from lightship.simulate.slips import as_sent, misnamed
from lightship.simulate.strangers import about_neighbours, false_reports
from lightship.simulate.table import SYMPTOMS, ReportTable, together
from lightship.simulate.victims import NOTHING, by_victims
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.signals import Report
from lightship.vocabulary.time import Instant

OTHER_BRAND = "another provider"


def all_reports(scenario: Scenario, customers: Customers, grid: Grid, seed: int) -> ReportTable:
    """Every report of the run, in the order of time."""
    if customers.lines.sum() <= 0.0:
        return NOTHING
    hit = by_victims(scenario, customers, seen_by_people(scenario, grid), grid, seed)
    everybody = together(
        [
            misnamed(hit, scenario.reports, customers, seed),
            *heard(
                (ordinary(scenario, customers, grid, seed), clumps(scenario, customers, grid, seed)),
                scenario,
                customers,
                grid,
                seed,
            ),
            *about_neighbours(scenario, customers, grid, seed),
        ]
    )
    sent = as_sent(everybody, scenario.reports, customers, grid, seed)
    return together([sent, *false_reports(scenario, customers, grid, seed)])


def as_values(table: ReportTable, customers: Customers, brands: tuple[str, ...]) -> Iterator[Report]:
    """The reports as values. Three of four who name us name the first brand, the others any of ours."""
    areas: tuple[AreaId | None, ...] = (*customers.areas, None)
    names = (*(brands or ("",)), OTHER_BRAND)
    ours = np.where(table.reporter % 4 == 0, table.reporter // 4 % (len(names) - 1), 0)
    brand = np.where(table.other_brand, len(names) - 1, ours)
    columns = (table.at, table.service, table.area, table.symptom, table.reporter, table.prefix, brand)
    for at, service, area, symptom, reporter, prefix, name in zip(
        *(c.tolist() for c in columns), strict=True
    ):
        yield Report(
            Instant(at), customers.services[service], areas[area], SYMPTOMS[symptom], f"{reporter:016x}",
            f"p{prefix:x}", names[name],
        )  # fmt: skip
