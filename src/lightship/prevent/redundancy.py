"""Redundancy that is none: gates whose members fall together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lightship.vocabulary.components import ComponentId, Gate, NetworkMap

Essential = frozenset[ComponentId]


@dataclass(frozen=True)
class FalseRedundancy:
    """A gate that one failure opens, though it looks as if it took several.

    Args:
        of: the component or service with the gate; for a service area "broadband in 0113".
        at_least: how many of the members are needed.
        shared: components whose failure alone leaves too few members; the nearest ones only.
    """

    of: str
    members: tuple[ComponentId, ...]
    at_least: int
    shared: tuple[ComponentId, ...]


def false_redundancies(network: NetworkMap) -> tuple[FalseRedundancy, ...]:
    """Every such gate of components, services and service areas, in the order of the map, alike gates once."""
    essential = essentials(network)
    owners: list[tuple[str, tuple[Gate, ...]]] = [(each.id, each.gates) for each in network.components]
    owners += [(each.service, each.gates) for each in network.service_needs]
    owners += [(f"{each.service} in {each.area}", each.gates) for each in network.service_areas]
    found: dict[tuple[ComponentId, ...], FalseRedundancy] = {}
    for name, gates in owners:
        for gate in gates:
            shared = _nearest(gate, essential) if gate.at_least is not None and len(gate.needs) > 1 else ()
            if shared:
                members = tuple(need.on for need in gate.needs)
                found.setdefault(members, FalseRedundancy(name, members, gate.at_least or 1, shared))
    return tuple(found.values())


def essentials(network: NetworkMap) -> dict[ComponentId, Essential]:
    """Per component, those whose failure alone takes it down whole, itself included. Needs a map without circles."""
    found: dict[ComponentId, Essential] = {}
    for start in network.component:
        todo = [start]
        while todo:
            name = todo[-1]
            gates = network.component[name].gates
            missing = [need.on for gate in gates for need in gate.needs if need.on not in found]
            if missing:
                todo += missing
                continue
            todo.pop()
            found[name] = frozenset({name}).union(*(_of_gate(gate, found) for gate in gates))
    return found


def _of_gate(gate: Gate, essential: Mapping[ComponentId, Essential]) -> Essential:
    whole = [need for need in gate.needs if need.share == 1.0]
    if gate.split:
        return (
            _in_all(gate, essential) if sum(need.share for need in gate.needs) > 1.0 - 1e-9 else frozenset()
        )
    if gate.at_least is None:
        return frozenset().union(*(essential[need.on] for need in whole))
    return frozenset(_too_many(gate, essential)) if len(whole) == len(gate.needs) else frozenset()


def _in_all(gate: Gate, essential: Mapping[ComponentId, Essential]) -> Essential:
    first, *others = (essential[need.on] for need in gate.needs)
    return first.intersection(*others)


def _too_many(gate: Gate, essential: Mapping[ComponentId, Essential]) -> Iterable[ComponentId]:
    """Those whose failure leaves fewer members than the gate needs."""
    fatal = len(gate.needs) - (gate.at_least or 1) + 1
    falls: dict[ComponentId, int] = {}
    for need in gate.needs:
        for name in sorted(essential[need.on]):
            falls[name] = falls.get(name, 0) + 1
    return (name for name, count in falls.items() if count >= fatal)


def _nearest(gate: Gate, essential: Mapping[ComponentId, Essential]) -> tuple[ComponentId, ...]:
    """Of a building, its UPS and its power feed the building alone: it says the rest."""
    shared = tuple(_too_many(gate, essential))
    return tuple(
        sorted(
            name for name in shared if not any(name != other and name in essential[other] for other in shared)
        )
    )
