"""The access network: exchanges on ducts and power feeds, metro nodes, pairs of core nodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lightship.simulate.national.geography import nearest, seats
from lightship.simulate.national.parts import all_of, any_of, component, split
from lightship.vocabulary.components import Component, Gate
from lightship.vocabulary.places import Area, AreaId
from lightship.vocabulary.spread import spread

CORE_PAIRS = 10
DUAL_HOMED = 0.2
"""Share of exchanges with a second metro node."""


@dataclass(frozen=True)
class _Numbers:
    exchanges: int
    ducts: int
    grid_feeds: int
    metros: int


_SIZES: dict[str, _Numbers] = {
    "modern": _Numbers(exchanges=1_000, ducts=120, grid_feeds=100, metros=60),
    "large": _Numbers(exchanges=5_600, ducts=400, grid_feeds=200, metros=100),
}


@dataclass(frozen=True)
class AccessNetwork:
    """Components from the core to the exchanges, and the gate of each area on its exchanges."""

    components: tuple[Component, ...]
    gate: dict[AreaId, Gate]


@dataclass(frozen=True)
class _Exchange:
    name: str
    number: int
    area: Area


def access_network(
    areas: Sequence[Area], size: Literal["modern", "large"], rng: np.random.Generator
) -> AccessNetwork:
    """Exchanges shared out by weight, one at least in each area, each on its nearest metro node and power feed."""
    numbers = _SIZES[size]
    metros, grid = seats(areas, numbers.metros), seats(areas, numbers.grid_feeds)
    exchanges = _exchanges(areas, numbers.exchanges)
    homed = _homed(exchanges, areas, metros, grid, numbers.ducts, rng)
    used = frozenset(need.on for each in homed for gate in each.gates for need in gate.needs)
    shared = [
        *(
            component(f"grid-{n}", "power-feed", f"Grid feed {n}", place=seat.name)
            for n, seat in _counted(grid)
        ),
        *(component(f"duct-{n}", "duct", f"Duct {n}") for n in range(1, numbers.ducts + 1)),
    ]
    components = [
        *_cores(),
        *_metros(metros),
        *(each for each in shared if each.id in used),
        *homed,
    ]
    return AccessNetwork(tuple(components), _gates(exchanges, rng))


def _counted(seats: Sequence[Area]) -> list[tuple[int, Area]]:
    return list(enumerate(seats, start=1))


def _exchanges(areas: Sequence[Area], total: int) -> tuple[_Exchange, ...]:
    more = spread(max(total - len(areas), 0), [area.weight for area in areas])
    return tuple(
        _Exchange(f"he-{area.id}-{number}", number, area)
        for area, extra in zip(areas, more, strict=True)
        for number in range(1, extra + 2)
    )


def _cores() -> list[Component]:
    """Pairs whose two nodes stand on different power feeds, each feed under nodes of two neighbouring pairs.

    What a pair shares is its routing domain: no redundancy helps against a bad route in it.
    """
    domains = [
        component(f"core-domain-{n}", "core", f"Routing of core pair {n}") for n in range(1, CORE_PAIRS + 1)
    ]
    feeds = [
        component(f"core-feed-{n}", "power-feed", f"Core power feed {n}") for n in range(1, CORE_PAIRS + 1)
    ]
    nodes = [
        component(f"core-{n}{side}", "core", f"Core node {n}{side}", all_of(f"core-feed-{feed}"))
        for n in range(1, CORE_PAIRS + 1)
        for side, feed in (("a", n), ("b", n % CORE_PAIRS + 1))
    ]
    return feeds + domains + nodes


def _metros(seats: Sequence[Area]) -> list[Component]:
    """From north to south, each on one core pair and a power feed of its own."""
    found: list[Component] = []
    for n, seat in _counted(seats):
        pair = (n - 1) * CORE_PAIRS // len(seats) + 1
        found.append(component(f"metro-feed-{n}", "power-feed", f"Metro power feed {n}", place=seat.name))
        gates = (all_of(f"metro-feed-{n}", f"core-domain-{pair}"), any_of(f"core-{pair}a", f"core-{pair}b"))
        found.append(component(f"metro-{n}", "metro", f"Metro node {n}", *gates, place=seat.name))
    return found


def _homed(
    exchanges: Sequence[_Exchange], areas: Sequence[Area], metros: Sequence[Area], grid: Sequence[Area], ducts: int,
    rng: np.random.Generator,
) -> list[Component]:  # fmt: skip
    near_metros, near_grid = nearest(areas, metros, 4), nearest(areas, grid, 4)
    dual = frozenset(rng.permutation(len(exchanges))[: round(DUAL_HOMED * len(exchanges))].tolist())
    found: list[Component] = []
    for n, exchange in enumerate(exchanges):
        first, second = _two(near_metros[exchange.area.id], exchange.number)
        feed, _ = _two(near_grid[exchange.area.id], exchange.number)
        duct = _duct(first, len(metros), ducts, n)
        gates: tuple[Gate, ...] = (all_of(f"grid-{feed}", f"metro-{first}", duct),)
        if n in dual:
            gates = (all_of(f"grid-{feed}"), any_of(f"metro-{first}", f"metro-{second}"))
        name, place = exchange.name.removeprefix("he-"), exchange.area.name
        found.append(component(exchange.name, "exchange", f"Head-end {name}", *gates, place=place))
    return found


def _two(near: tuple[tuple[int, ...], tuple[int, ...]], number: int) -> tuple[int, int]:
    """The site of the n-th exchange of an area and its second choice: those in the nearest place take turns."""
    closest, others = near
    first = closest[number % len(closest)]
    rest = [site for site in (*closest, *others) if site != first]
    return first, rest[number % len(closest) % len(rest)]


def _duct(metro: int, metros: int, ducts: int, turn: int) -> str:
    """The duct of an exchange with one metro node only, one of those that lead to that node."""
    of_this_metro = range(metro, ducts + 1, metros)
    return f"duct-{of_this_metro[turn % len(of_this_metro)]}"


def _gates(exchanges: Sequence[_Exchange], rng: np.random.Generator) -> dict[AreaId, Gate]:
    of_area: dict[AreaId, list[str]] = {}
    for exchange in exchanges:
        of_area.setdefault(exchange.area.id, []).append(exchange.name)
    return {area: split(_shares(names, rng)) for area, names in of_area.items()}


def _shares(names: Sequence[str], rng: np.random.Generator) -> list[tuple[str, float]]:
    weights = rng.integers(60, 141, len(names)).tolist()
    parts = spread(10_000, weights)
    return [(name, part / 10_000) for name, part in zip(names, parts, strict=True)]
