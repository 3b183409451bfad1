"""Reports by those who are hit: a share of them, after a while, if it is still out by then."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.customers import Customers
from lightship.simulate.day import awake, until_awake
from lightship.simulate.grid import Grid
from lightship.simulate.health import Lost
from lightship.simulate.identity import prefixes, reporters
from lightship.simulate.observers import Delay, Ratio, ReportsModel
from lightship.simulate.said import Said, said
from lightship.simulate.scenario import Scenario
from lightship.simulate.table import ReportTable, together
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import MINUTE, TICK

EXTREME = 1.5
"""Standard deviations beyond which no ratio is drawn: the published events lie within."""

NIGHT = (23.0, 7.0)
"""Local hours between which those who are awake take longer to report."""

_FIXED_LINE = (ServiceId("broadband"), ServiceId("voice"))
_OF_MAIL_AND_SITES = Ratio(-3.0, 0.7)
"""For services that the scenario gives no ratio of their own, unless they are broadband or voice."""


@dataclass(frozen=True)
class Group:
    """People of one service who lose it alike: those of one area, or of all areas without a loss of their own.

    Args:
        areas: numbers; lines: (areas,) lines there. lost: (ticks,) share out.
    """

    service: int
    areas: np.ndarray
    lines: np.ndarray
    lost: np.ndarray


def groups(customers: Customers, lost: Lost) -> Iterator[Group]:
    """Everybody who loses something at some time, by who loses it alike."""
    number = {area: n for n, area in enumerate(customers.areas)}
    for s, service in enumerate(customers.services):
        apart = [number[area] for each, area in lost.local if each == service]
        for area in apart:
            yield Group(
                s, np.array([area]), customers.table[s, [area]], lost.of(service, customers.areas[area])
            )
        if service in lost.common:
            rest = np.setdiff1d(np.flatnonzero(customers.table[s]), apart)
            yield Group(s, rest, customers.table[s, rest], lost.elsewhere(service))


def by_victims(scenario: Scenario, customers: Customers, lost: Lost, grid: Grid, seed: int) -> ReportTable:
    """Reports of all who are hit, in the order of time."""
    people = People(
        scenario.reports, customers, grid, ratios(scenario.reports, customers, seed), said(scenario, grid)
    )
    chance = stream(seed, Stream.VICTIMS)
    return together([NOTHING, *(people.report(group, chance) for group in groups(customers, lost))])


def ratios(model: ReportsModel, customers: Customers, seed: int) -> np.ndarray:
    """(services,) reports per line hit: drawn once a run, for the readiness of a day is one thing."""
    drawn = stream(seed, Stream.RATIO).standard_normal(len(customers.services)).clip(-EXTREME, EXTREME)
    each = [_ratio_of(model, service) for service in customers.services]
    reach = 1.0 - model.needs_second_path * (1.0 - model.second_path)
    powers = np.array([ratio.mean + ratio.sd * z for ratio, z in zip(each, drawn, strict=True)])
    return np.asarray(np.minimum(10.0**powers, 1.0) * reach)


def _ratio_of(model: ReportsModel, service: ServiceId) -> Ratio:
    own = model.by_service.get(service)
    if own is not None:
        return own
    return model.log10_ratio if service in _FIXED_LINE else _OF_MAIL_AND_SITES


@dataclass(frozen=True)
class People:
    """How people report in this run.

    Args:
        ratio: (services,) reports per line hit.
    """

    model: ReportsModel
    customers: Customers
    grid: Grid
    ratio: np.ndarray
    said: Said

    def report(self, group: Group, chance: np.random.Generator) -> ReportTable:
        """The reports of one group."""
        began, at = self._times(group, chance)
        eager = self._eager(group)
        area = chance.choice(group.areas, len(at), p=eager / eager.sum()) if len(at) else _NONE
        return ReportTable(
            at,
            np.full(len(at), group.service),
            area,
            self.said.symptoms(began, chance),
            reporters(len(at), chance),
            prefixes(area, self.customers, self.model.mobile, chance),
            np.zeros(len(at), dtype=bool),
        )

    def _eager(self, group: Group) -> np.ndarray:
        return np.asarray(group.lines * self.customers.eager[group.areas])

    def _times(self, group: Group, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """When they were hit (ticks) and when they report (instants)."""
        worse = np.diff(group.lost, prepend=0.0).clip(min=0.0)
        newly = (
            group.lost * (self.model.newly_hit_per_hour / 60.0) * awake(self.grid.hour, self.model.diurnal)
        )
        share = (worse + newly) * self.said.able
        hit = chance.poisson(self.ratio[group.service] * self._eager(group).sum() * share)
        began = np.repeat(np.arange(self.grid.ticks), hit)
        at = _when(began, self.model, self.grid, chance)
        still = _still_out(group.lost, began, at, self.model.late, self.grid, chance)
        return began[still], at[still]


def _when(began: np.ndarray, model: ReportsModel, grid: Grid, chance: np.random.Generator) -> np.ndarray:
    """Instants of reporting for people who were hit in these ticks."""
    hour = grid.hour[began]
    asleep = chance.random(len(began)) >= awake(hour, model.diurnal)
    night = (hour >= NIGHT[0]) | (hour < NIGHT[1])
    by_night = _delays(model.delay_min.night, len(began), chance)
    by_day = _delays(model.delay_min.day, len(began), chance)
    wait = np.where(night & ~asleep, by_night, by_day) + np.where(asleep, until_awake(hour, chance), 0.0)
    slower = chance.random(len(began)) < 0.5
    mean = model.fall_half_life.minutes / np.log(2.0)
    wait = wait + np.where(slower, chance.exponential(mean, len(began)), 0.0)
    offset = chance.random(len(began)) * TICK
    return np.asarray((grid.start + began * TICK + offset + wait * MINUTE).astype(np.int64))


def _delays(delay: Delay, count: int, chance: np.random.Generator) -> np.ndarray:
    return np.asarray(delay.median * np.exp(delay.sigma * chance.standard_normal(count)))


def _still_out(
    lost: np.ndarray, began: np.ndarray, at: np.ndarray, late: float, grid: Grid, chance: np.random.Generator
) -> np.ndarray:
    """Whether each still reports: it is still out for them, or they do so although it works again."""
    then, now = lost[began], lost[grid.tick(at)]
    chance_of = np.maximum(np.minimum(now / np.maximum(then, 1e-12), 1.0), late)
    return np.asarray((at < grid.end) & (chance.random(len(at)) < chance_of))


_NONE = np.empty(0, dtype=np.int64)
NOTHING = ReportTable(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, np.empty(0, dtype=bool))
