"""Gates as numbers (the rule is stated in `vocabulary.components`)."""

from collections.abc import Mapping, Sequence
from math import prod

from lightship.vocabulary.components import ComponentId, Gate

Needs = tuple[tuple[int, float], ...]
CompiledGate = tuple[int | None, Needs]
"""(how they count, needs as (component number, share)): None all of them, k at least k of them, `SPLIT` shared out."""

SPLIT = 0
WHOLE = 1.0 - 1e-12
"""Health from here on counts as whole: shares that add up to 1 do so in floating point only nearly."""


def compiled(gates: Sequence[Gate], number: Mapping[ComponentId, int]) -> tuple[CompiledGate, ...]:
    """Gates with components as numbers. Raises ValueError on an unknown one or a gate that can never be met."""
    return tuple(_compiled(gate, number) for gate in gates)


def _compiled(gate: Gate, number: Mapping[ComponentId, int]) -> CompiledGate:
    unknown = [need.on for need in gate.needs if need.on not in number]
    if unknown:
        raise ValueError(f"the map has no component {unknown[0]!r}")
    if gate.at_least is not None and not 1 <= gate.at_least <= len(gate.needs):
        raise ValueError(f"a gate wants {gate.at_least} of {len(gate.needs)}")
    return (
        SPLIT if gate.split else gate.at_least,
        tuple((number[need.on], need.share) for need in gate.needs),
    )


def gate_health(gate: CompiledGate, health: Mapping[int, float]) -> float:
    """Health of one gate, 0-1. Components absent from `health` are whole."""
    how, needs = gate
    if how == SPLIT:
        lost = sum(share * (1.0 - health[on]) for on, share in needs if on in health)
        return max(0.0, 1.0 - lost)
    if how is None:
        return prod(1.0 - share * (1.0 - health[on]) for on, share in needs if on in health)
    parts = [1.0 - share * (1.0 - health.get(on, 1.0)) for on, share in needs]
    return sorted(parts, reverse=True)[how - 1]


def gates_health(gates: Sequence[CompiledGate], health: Mapping[int, float]) -> float:
    """Health of a node's gates together, 0-1."""
    product = 1.0
    for gate in gates:
        product *= gate_health(gate, health)
    return product


def users(gates: Sequence[Sequence[CompiledGate]], size: int) -> tuple[tuple[int, ...], ...]:
    """Per component (`size` of them), the nodes with it in a gate, in order."""
    found: list[dict[int, None]] = [{} for _ in range(size)]
    for user, own in enumerate(gates):
        for _, needs in own:
            for on, _ in needs:
                found[on][user] = None
    return tuple(tuple(each) for each in found)


def order(gates: Sequence[Sequence[CompiledGate]]) -> tuple[int, ...]:
    """Components, what is needed before what needs it. Raises ValueError on a cycle."""
    waiting = [len({on for _, needs in own for on, _ in needs}) for own in gates]
    above = users(gates, len(gates))
    ready = [number for number, count in enumerate(waiting) if count == 0]
    found: list[int] = []
    while ready:
        number = ready.pop()
        found.append(number)
        for user in above[number]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    if len(found) < len(gates):
        raise ValueError("the map has a cycle")
    return tuple(found)
