"""A gate that is a member short and still holds: no symptom, and one failure away from one."""

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.score import Parts
from lightship.prevent.gates import SPLIT, CompiledGate, gate_health

OUT = 0.5
"""Share of a component lost from which it counts as a member short."""


def redundancy_lost(known: Hypotheses, parts: Parts) -> tuple[int, ...]:
    """Components (numbers, ascending by id) that are out and whose gates hold without them, none of these failing."""
    failed = {cause: share for cause, share in parts if cause < known.components}
    health = known.feet.wiring.component_health(failed)
    out = [number for number, left in health.items() if 1.0 - left >= OUT]
    short = [number for number in out if _hidden(known, number, health)]
    return tuple(sorted(short, key=lambda number: known.names[number]))


def _hidden(known: Hypotheses, number: int, health: dict[int, float]) -> bool:
    """In one gate with members to spare at least, and each such gate holds."""
    spare = [gate for gate in _gates_with(known, number) if gate[0] is not None and gate[0] != SPLIT]
    return bool(spare) and all(gate_health(gate, health) >= 1.0 - 1e-9 for gate in spare)


def _gates_with(known: Hypotheses, number: int) -> list[CompiledGate]:
    wiring = known.feet.wiring
    users = [
        *(wiring.gates[user] for user in wiring.dependents[number]),
        *(wiring.row_gates[row] for row in wiring.rows_of[number]),
        *(wiring.service_gates[service] for service in wiring.services_of[number]),
    ]
    return [gate for gates in users for gate in gates if any(on == number for on, _ in gate[1])]
