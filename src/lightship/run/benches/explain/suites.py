"""The suites: conditions, and how faults are drawn under them."""

from collections.abc import Callable, Sequence

import numpy as np

from lightship.run.benches.explain.cases import Case, Conditions, Suite
from lightship.run.benches.explain.world import World

PARTIAL = ("peering", "site-feed")
PAIRED = ("core", "core-feed", "dns", "radius", "softswitch")
COMMON = ("core-feed", "site-feed", "dns-config", "metro-feed", "grid", "sso")
STORM = {"grid": 0.25, "duct": 0.35, "metro": 0.1}
"""Shares of a storm's faults; the rest are exchanges."""

CONDITIONS: dict[Suite, tuple[Conditions, ...]] = {
    "A": tuple(
        Conditions("A", f"{noise:.0%} noise", noise=noise) for noise in (0.0, 0.02, 0.05, 0.1)
    ),
    "B": tuple(Conditions("B", f"{noise:.0%} noise", (2, 2), noise) for noise in (0.0, 0.02, 0.05)),
    "C": (
        Conditions("C", "one of a pair, nobody speaks", (1, 1)),
        Conditions("C", "one of a pair, a feed speaks", (1, 1), heard=True),
        Conditions("C", "both of a pair", (2, 2)),
        Conditions("C", "common cause and another", (2, 2)),
    ),
    "D": (
        Conditions("D", "5 to 12 faults", (5, 12), first=2),
        Conditions("D", "13 to 30 faults", (13, 30), first=2),
    ),
    "E": (
        Conditions("E", "5 % of edges wrong", wrong=0.05),
        Conditions("E", "15 % of edges wrong", wrong=0.15),
        Conditions("E", "noise 5 x understated", noise=0.1, stated=0.2),
        Conditions("E", "noise 5 x overstated", noise=0.02, stated=5.0),
        Conditions("E", "30 % of vantages silent", silent=0.3),
    ),
    "F": (Conditions("F", "reports only, one fault", (1, 1)), Conditions("F", "reports only, two sites", (2, 2))),
}  # fmt: skip


def cases(world: World, under: Conditions, count: int, seed: int) -> list[Case]:
    """Draw some. The same seed draws the same faults, whatever else is drawn."""
    found = []
    for number in range(count):
        key = (seed, ord(under.suite), CONDITIONS[under.suite].index(under), number)
        rng = np.random.default_rng(key)
        low, high = under.faults
        failed = _DRAW[under.suite](world, under, int(rng.integers(low, high + 1)), rng)
        found.append(Case(under, number, key, tuple(sorted(failed))))
    return found


def _evenly(world: World, kinds: Sequence[str], count: int, rng: np.random.Generator) -> set[int]:
    """Evenly over kinds, then over the components of a kind: an exchange is as likely as the only billing system."""
    found: set[int] = set()
    while len(found) < count:
        kind = kinds[int(rng.integers(len(kinds)))]
        found.add(int(rng.choice(world.families[kind])))
    return found


def _any(world: World, under: Conditions, count: int, rng: np.random.Generator) -> set[int]:
    return _evenly(world, tuple(world.families), count, rng)


def _partial(world: World, under: Conditions, count: int, rng: np.random.Generator) -> set[int]:
    """None of them under another one's feed: that would be one fault."""
    while True:
        found = _evenly(world, PARTIAL, count, rng)
        if all(_shows(world, found, each) for each in found):
            return found


def _shows(world: World, failed: set[int], one: int) -> bool:
    less = world.lost(failed - {one})[world.symptoms]
    return bool(np.any(world.lost(failed)[world.symptoms] > less + 1e-9))


def _hidden(world: World, under: Conditions, count: int, rng: np.random.Generator) -> set[int]:
    if under.cell == "common cause and another":
        return _evenly(world, COMMON, 1, rng) | _any(world, under, 1, rng)
    kind = PAIRED[int(rng.integers(len(PAIRED)))] if not under.heard else "core-feed"
    one = int(rng.choice(world.families[kind]))
    if count == 1:
        return {one}
    return {one, int(rng.choice(_beside(world, one)))}


def _beside(world: World, one: int) -> list[int]:
    """The other side of its pair; for a core power feed, those under the other nodes of the pairs that it is under."""
    wiring = world.truth.wiring
    above = wiring.dependents[one] if world.truth.components[one].startswith("core-feed-") else (one,)
    others = [other for node in above for other in wiring.beside(node)]
    if above == (one,):
        return others
    return [feed for other in others for gate in wiring.gates[other] for feed, _ in gate[1]]


def _storm(world: World, under: Conditions, count: int, rng: np.random.Generator) -> set[int]:
    kinds = [*STORM, "exchange"]
    chances = [*STORM.values(), 1.0 - sum(STORM.values())]
    found: set[int] = set()
    while len(found) < count:
        kind = kinds[int(rng.choice(len(kinds), p=chances))]
        found.add(int(rng.choice(world.families[kind])))
    return found


def _reported(world: World, under: Conditions, count: int, rng: np.random.Generator) -> set[int]:
    return _partial(world, under, 2, rng) if count == 2 else _any(world, under, 1, rng)


_DRAW: dict[Suite, Callable[[World, Conditions, int, np.random.Generator], set[int]]] = {
    "A": _any, "B": _partial, "C": _hidden, "D": _storm, "E": _any, "F": _reported,
}  # fmt: skip
