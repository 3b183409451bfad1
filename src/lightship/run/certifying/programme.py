"""Which causes are out whole, as a mixed-integer programme over the gates of the map (HiGHS, by scipy)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
from scipy import optimize, sparse

from lightship.prevent.gates import SPLIT, CompiledGate
from lightship.prevent.health import Wiring

WHOLE = 1.0 - 1e-9
SECONDS = 20.0
"""For one programme; what takes longer is not proven."""

Literal = int
"""A cause that may be out: its number. A gate that members hold together: -1 minus its number."""

Row = tuple[float, list[tuple[int, float]]]
"""One constraint: sum of value x variable, at most."""


@dataclass
class Ways:
    """What takes a row down: any of these causes, or any of these gates, whose members must all be down.

    Args:
        free: the causes that may be out; all others are well.
        alone: per row, free causes that are no components and take it whole (a target that fails by itself).
        gates: per gate, what takes each member down. Filled as rows are asked for.
    """

    wiring: Wiring
    free: frozenset[int]
    alone: Mapping[int, frozenset[int]] = field(default_factory=dict)
    gates: list[tuple[frozenset[Literal], ...]] = field(default_factory=list)
    _known: dict[int, frozenset[Literal]] = field(default_factory=dict)
    _number: dict[tuple[frozenset[Literal], ...], int] = field(default_factory=dict)

    def of_row(self, row: int) -> frozenset[Literal]:
        """Any of them takes the row down whole. Words of feeds follow their subjects."""
        service = self.wiring.service_of[row]
        common = self.wiring.service_gates[service] if service >= 0 else ()
        gates = (each for gate in (*self.wiring.row_gates[row], *common) for each in self._of(gate))
        return self.alone.get(row, frozenset()) | frozenset(gates)

    def of_component(self, number: int) -> frozenset[Literal]:
        """Any of them takes the component down whole."""
        found = self._known.get(number)
        if found is None:
            own = {number} & self.free
            under = {each for gate in self.wiring.gates[number] for each in self._of(gate)}
            found = self._known[number] = frozenset(own | under)
        return found

    def _of(self, gate: CompiledGate) -> frozenset[Literal]:
        """What fails a gate whole: so many of its members that too few are left."""
        how, needs = gate
        members = [self.of_component(on) for on, share in needs if share >= WHOLE]
        if how is None:
            return frozenset(each for member in members for each in member)
        if how == SPLIT:
            return frozenset()
        falling = [member for member in members if member]
        fewest = len(needs) - how + 1
        return frozenset(each for some in combinations(falling, fewest) for each in self._all_of(some))

    def _all_of(self, members: tuple[frozenset[Literal], ...]) -> frozenset[Literal]:
        if len(members) == 1:
            return members[0]
        if members not in self._number:
            self._number[members] = len(self.gates)
            self.gates.append(members)
        return frozenset({-1 - self._number[members]})


@dataclass(frozen=True)
class Solved:
    """The causes that are out; None: no solution in time. proven: it is the optimum."""

    out: tuple[int, ...] | None
    proven: bool


def solve(
    ways: Ways, odds: np.ndarray, gain: np.ndarray, first_saves: float = 0.0, seconds: float = SECONDS
) -> Solved:
    """The set with the most nats: `odds` of each cause that is out, `gain` of each row that they take down.

    Args:
        first_saves: nats by which one cause is cheaper than `odds` says, whichever it is.
        seconds: of the clock, for HiGHS.
    """
    causes = sorted(ways.free)
    groups = [*_groups(ways, gain), (frozenset(causes), first_saves)]
    at = {cause: n for n, cause in enumerate(causes)} | {
        -1 - n: len(causes) + n for n in range(len(ways.gates))
    }
    first = len(causes) + len(ways.gates)
    worth = np.concatenate([-odds[causes], np.zeros(len(ways.gates)), [-nats for _, nats in groups]])
    rows = [*_of_gates(ways, at), *_of_groups(groups, at, first)]
    found = optimize.milp(
        worth,
        integrality=np.where(np.arange(len(worth)) < len(causes), 1, 0),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(_matrix(rows, len(worth)), -np.inf, [most for most, _ in rows]),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        return Solved(None, proven=False)
    return Solved(tuple(cause for n, cause in enumerate(causes) if found.x[n] > 0.5), found.status == 0)


def _matrix(rows: list[Row], width: int) -> sparse.csr_array:
    """Values of one variable in one row add up."""
    line = [n for n, (_, row) in enumerate(rows) for _ in row]
    column = [at for _, row in rows for at, _ in row]
    value = [value for _, row in rows for _, value in row]
    return sparse.csr_array((value, (line, column)), shape=(len(rows), width))


def _groups(ways: Ways, gain: np.ndarray) -> list[tuple[frozenset[Literal], float]]:
    """Rows that the same ways take are one variable, by the ways and the sum of their nats."""
    found: dict[frozenset[Literal], float] = {}
    for row in np.flatnonzero(gain).tolist():
        by = ways.of_row(row)
        if by:
            found[by] = found.get(by, 0.0) + float(gain[row])
    return [(by, nats) for by, nats in found.items() if nats != 0.0]


def _of_gates(ways: Ways, at: dict[Literal, int]) -> Iterator[Row]:
    """A gate is down if each member is, and only then."""
    for n, members in enumerate(ways.gates):
        gate = at[-1 - n]
        for by in members:
            yield 0.0, [(gate, 1.0), *((at[each], -1.0) for each in sorted(by))]
        for some in product(*(sorted(by) for by in members)):
            each = dict.fromkeys(some)
            yield len(each) - 1.0, [*((at[one], 1.0) for one in each), (gate, -1.0)]


def _of_groups(
    groups: list[tuple[frozenset[Literal], float]], at: dict[Literal, int], first: int
) -> Iterator[Row]:
    """Rows that gain are lost only if something takes them; rows that cost are lost if anything does."""
    for n, (by, nats) in enumerate(groups):
        if nats > 0.0:
            yield 0.0, [(first + n, 1.0), *((at[each], -1.0) for each in sorted(by))]
        else:
            for each in sorted(by):
                yield 0.0, [(at[each], 1.0), (first + n, -1.0)]
