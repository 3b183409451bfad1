"""Which components are out whole, as a mixed-integer programme over the gates of the map (HiGHS, by scipy)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy import optimize, sparse

from lightship.prevent.gates import SPLIT, CompiledGate
from lightship.prevent.health import Wiring

WHOLE = 1.0 - 1e-9
SECONDS = 20.0
"""For one programme; what takes longer is not proven."""

Literal = int
"""A component that may be out: its number. A gate of which one is enough: -1 minus its number."""

Row = tuple[float, list[tuple[int, float]]]
"""One constraint: sum of value x variable, at most."""


@dataclass
class Ways:
    """What takes a row down: any of these components, or any of these gates, whose members must all be down.

    Args:
        free: the components that may be out; all others are well.
        gates: per gate, what takes each member down. Filled as rows are asked for.
    """

    wiring: Wiring
    free: frozenset[int]
    gates: list[tuple[frozenset[Literal], ...]] = field(default_factory=list)
    _known: dict[int, frozenset[Literal]] = field(default_factory=dict)
    _number: dict[tuple[frozenset[Literal], ...], int] = field(default_factory=dict)

    def of_row(self, row: int) -> frozenset[Literal]:
        """Any of them takes the row down whole. Words of feeds follow their subjects."""
        service = self.wiring.service_of[row]
        common = self.wiring.service_gates[service] if service >= 0 else ()
        return frozenset(each for gate in (*self.wiring.row_gates[row], *common) for each in self._of(gate))

    def of_component(self, number: int) -> frozenset[Literal]:
        """Any of them takes the component down whole."""
        found = self._known.get(number)
        if found is None:
            own = {number} & self.free
            under = {each for gate in self.wiring.gates[number] for each in self._of(gate)}
            found = self._known[number] = frozenset(own | under)
        return found

    def _of(self, gate: CompiledGate) -> frozenset[Literal]:
        how, needs = gate
        members = [self.of_component(on) for on, share in needs if share >= WHOLE]
        if how is None:
            return frozenset(each for member in members for each in member)
        if how == SPLIT or len(members) < len(needs) or not all(members):
            return frozenset()
        assert how == 1, "other gates are not among these maps"
        return members[0] if len(members) == 1 else frozenset({self._gate(tuple(members))})

    def _gate(self, members: tuple[frozenset[Literal], ...]) -> Literal:
        if members not in self._number:
            self._number[members] = len(self.gates)
            self.gates.append(members)
        return -1 - self._number[members]


@dataclass(frozen=True)
class Solved:
    """The components that are out; None: no solution in time. proven: it is the optimum."""

    out: tuple[int, ...] | None
    proven: bool


def solve(ways: Ways, odds: np.ndarray, gain: np.ndarray) -> Solved:
    """The set with the most nats: `odds` of each component that is out, `gain` of each row that they take down."""
    groups = _groups(ways, gain)
    causes = sorted(ways.free)
    at = {cause: n for n, cause in enumerate(causes)} | {
        -1 - n: len(causes) + n for n in range(len(ways.gates))
    }
    first = len(causes) + len(ways.gates)
    worth = np.concatenate([-odds[causes], np.zeros(len(ways.gates)), [-nats for _, nats in groups]])
    rows = [*_of_gates(ways, at), *_of_groups(groups, at, first)]
    matrix = sparse.lil_array((len(rows), len(worth)))
    for n, (_, row) in enumerate(rows):
        for column, value in row:
            matrix[n, column] += value
    found = optimize.milp(
        worth,
        integrality=np.where(np.arange(len(worth)) < len(causes), 1, 0),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(sparse.csr_array(matrix), -np.inf, [most for most, _ in rows]),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        return Solved(None, proven=False)
    return Solved(tuple(cause for n, cause in enumerate(causes) if found.x[n] > 0.5), found.status == 0)


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
