"""A scenario becomes signals."""

from collections.abc import Iterator
from operator import attrgetter

import numpy as np

from lightship.simulate.customers import Customers
from lightship.simulate.grid import Grid
from lightship.simulate.health import seen_by_people
from lightship.simulate.observations import Prober
from lightship.simulate.passive import passive_counts
from lightship.simulate.reports import all_reports, as_values
from lightship.simulate.scenario import FeedEntry, Scenario
from lightship.simulate.telemetry import telemetry
from lightship.vocabulary.signals import FeedEvent, PassiveCount, Signal
from lightship.vocabulary.time import TICK, Instant, after

BLOCK = 60
"""Ticks that are drawn together: large enough to be quick, small enough for little memory."""


def signals(scenario: Scenario, seed: int | None = None) -> Iterator[Signal]:
    """Every signal of the run in the order of its arrival.

    The same scenario and seed give the same signals. Neither `truth` nor `published` nor a deadline changes any.

    Args:
        seed: instead of the scenario's own.
    """
    seed = scenario.seed if seed is None else seed
    grid, customers = Grid.of(scenario), Customers.of(scenario, seed)
    reports = all_reports(scenario, customers, grid, seed)
    brands = tuple(brand.id for brand in scenario.network.brands)
    prober = Prober(scenario, grid, seed)
    others = _others(scenario, grid, seed)
    for first in range(0, grid.ticks, BLOCK):
        last = min(first + BLOCK, grid.ticks)
        begin, end = grid.start + first * TICK, grid.start + last * TICK
        low, high = np.searchsorted(reports.at, (begin, end))
        block: list[Signal] = list(as_values(reports.pick(np.arange(low, high)), customers, brands))
        block += prober.block(first, last)
        block += [each for each in others if begin <= each.at < end]
        block.sort(key=attrgetter("at"))
        yield from block


def run_length(scenario: Scenario) -> tuple[Instant, Instant]:
    """First instant of the run and first instant after it, both on the tick grid."""
    grid = Grid.of(scenario)
    return grid.start, grid.end


def _others(scenario: Scenario, grid: Grid, seed: int) -> list[FeedEvent | PassiveCount]:
    events = [*(_event(entry, scenario) for entry in scenario.feeds), *telemetry(scenario, grid, seed)]
    if not scenario.passive:
        return list(events)
    return [*events, *passive_counts(scenario, seen_by_people(scenario, grid), grid, seed)]


def _event(entry: FeedEntry, scenario: Scenario) -> FeedEvent:
    return FeedEvent(
        after(scenario.t0, entry.at), entry.feed, entry.subject, entry.kind, entry.text, entry.url,
        entry.names_publicly,
    )  # fmt: skip
