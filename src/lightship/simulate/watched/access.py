"""Exchanges on ducts, grid feeds and metro nodes; metro nodes on pairs of core nodes."""

from dataclasses import dataclass

import numpy as np

from lightship.simulate.national.parts import Parts, all_of, any_of
from lightship.simulate.watched.shape import Shape
from lightship.vocabulary.components import Gate
from lightship.vocabulary.spread import spread

SLOPE = 0.8
"""Areas by size: the n-th largest has n^-SLOPE of the largest one's people. Assumed."""


@dataclass(frozen=True)
class Exchange:
    """One of them, with its area (number) and the metro node (number, from 1) that is its first choice."""

    name: str
    area: int
    metro: int


@dataclass(frozen=True)
class Access:
    """The exchanges in the order of their areas, and the areas' weights."""

    exchanges: tuple[Exchange, ...]
    weights: tuple[float, ...]
    metros: int


def access(parts: Parts, shape: Shape, rng: np.random.Generator) -> Access:
    """Add everything from the core to the exchanges."""
    _cores(parts, shape)
    _metros(parts, shape)
    for n in range(1, shape.grid_feeds + 1):
        parts.add(f"grid-{n}", "power-feed", f"Grid feed {n}")
    for n in range(1, shape.ducts + 1):
        parts.add(f"duct-{n}", "duct", f"Duct {n}")
    weights = tuple((n + 1.0) ** -SLOPE for n in range(shape.areas))
    return Access(tuple(_exchanges(parts, shape, weights, rng)), weights, shape.metros)


def _cores(parts: Parts, shape: Shape) -> None:
    """Pairs whose nodes stand on different power feeds, each feed under nodes of two neighbouring pairs."""
    for n in range(1, shape.pairs + 1):
        parts.add(f"core-feed-{n}", "power-feed", f"Core power feed {n}")
    for n in range(1, shape.pairs + 1):
        for side, feed in (("a", n), ("b", n % shape.pairs + 1)):
            parts.add(f"core-{n}{side}", "core", f"Core node {n}{side}", all_of(f"core-feed-{feed}"))


def _metros(parts: Parts, shape: Shape) -> None:
    for n in range(1, shape.metros + 1):
        pair = (n - 1) % shape.pairs + 1
        parts.add(f"metro-feed-{n}", "power-feed", f"Metro power feed {n}")
        core = any_of(f"core-{pair}a", f"core-{pair}b")
        parts.add(f"metro-{n}", "metro", f"Metro node {n}", all_of(f"metro-feed-{n}"), core)


def _exchanges(
    parts: Parts, shape: Shape, weights: tuple[float, ...], rng: np.random.Generator
) -> list[Exchange]:
    """Those with two metro nodes need the grid and either node; the others need one node over one duct of its own."""
    area = _areas(shape, weights)
    order = rng.permutation(shape.exchanges)
    dual = {int(number): turn for turn, number in enumerate(order[: shape.dual_homed])}
    pairs = _pairs(shape, rng)
    found = []
    for n in range(shape.exchanges):
        metro = area[n] * shape.metros // shape.areas + 1
        grid = f"grid-{area[n] * shape.grid_feeds // shape.areas + 1}"
        gates: tuple[Gate, ...] = (all_of(grid, f"metro-{metro}", f"duct-{_duct(n, metro, shape)}"),)
        if n in dual:
            metro, other = pairs[dual[n] % len(pairs)]
            gates = (all_of(grid), any_of(f"metro-{metro}", f"metro-{other}"))
        parts.add(f"exchange-{n + 1}", "exchange", f"Exchange {n + 1}", *gates)
        found.append(Exchange(f"exchange-{n + 1}", area[n], metro))
    return found


def _areas(shape: Shape, weights: tuple[float, ...]) -> list[int]:
    """The area of each exchange: by size, one at least in each."""
    more = spread(shape.exchanges - shape.areas, weights)
    return [area for area, extra in enumerate(more) for _ in range(extra + 1)]


def _duct(exchange: int, metro: int, shape: Shape) -> int:
    """One of the ducts that lead to that metro node, taken in turns."""
    each = shape.ducts // shape.metros
    return (metro - 1) * each + exchange % each + 1


def _pairs(shape: Shape, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Distinct pairs of metro nodes, lower number first."""
    every = [(a, b) for a in range(1, shape.metros + 1) for b in range(a + 1, shape.metros + 1)]
    return [every[n] for n in sorted(rng.permutation(len(every))[: shape.metro_pairs].tolist())]
