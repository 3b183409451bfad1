"""A gate that is a member short and still holds: no symptom, and one failure away from one."""

from collections.abc import Iterator, Mapping

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.score import Parts
from lightship.prevent.gates import SPLIT, CompiledGate, gate_health

OUT = 0.5
"""Share of a component lost from which it counts as a member short."""

Owner = tuple[str, int]
"""("component", "row" or "service"; its number): what has the gate."""


def redundancy_lost(known: Hypotheses, parts: Parts) -> tuple[int, ...]:
    """Components (numbers, ascending by id) that are out and whose gates hold without them, none of these failing."""
    failed = {cause: share for cause, share in parts if cause < known.components}
    health = known.feet.wiring.component_health(failed)
    out = [number for number, left in health.items() if 1.0 - left >= OUT]
    short = [number for number in out if hidden(known, number, health)]
    return tuple(sorted(short, key=lambda number: known.names[number]))


def hidden(known: Hypotheses, number: int, health: Mapping[int, float]) -> bool:
    """In one gate with members to spare at least, and each such gate holds."""
    spare = [gate for _, gate in spared(known, number)]
    return bool(spare) and all(gate_health(gate, health) >= 1.0 - 1e-9 for gate in spare)


def spared(known: Hypotheses, number: int) -> Iterator[tuple[Owner, CompiledGate]]:
    """The gates with members to spare that a component is in, each with what has it."""
    for owner, gate in _gates_with(known, number):
        if gate[0] is not None and gate[0] != SPLIT:
            yield owner, gate


def _gates_with(known: Hypotheses, number: int) -> Iterator[tuple[Owner, CompiledGate]]:
    wiring = known.feet.wiring
    owners = [
        *((("component", user), wiring.gates[user]) for user in wiring.dependents[number]),
        *((("row", row), wiring.row_gates[row]) for row in wiring.rows_of[number]),
        *((("service", each), wiring.service_gates[each]) for each in wiring.services_of[number]),
    ]
    return (
        (owner, gate) for owner, gates in owners for gate in gates if any(on == number for on, _ in gate[1])
    )
