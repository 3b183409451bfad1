"""The same map with mistakes in it: edges that are missing, and edges that lead to something else of the same kind."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from lightship.vocabulary.components import Component, ComponentId, Gate, Need, NetworkMap
from lightship.vocabulary.map_version import versioned


def mistaken(network: NetworkMap, share: float, seed: int) -> NetworkMap:
    """Each edge is wrong with this probability: half of those are missing, half lead to another of the same kind.

    A gate that splits a load keeps its total over what is left of it. Feeds are as they were.
    """
    rng = np.random.default_rng(seed)
    kinds = _same_kind(network.components)
    return versioned(
        msgspec.structs.replace(
            network,
            id=f"{network.id}-mistaken",
            components=tuple(
                msgspec.structs.replace(each, gates=_gates(each.gates, share, kinds, rng))
                for each in network.components
            ),
            probes=tuple(
                msgspec.structs.replace(each, gates=_gates(each.gates, share, kinds, rng))
                for each in network.probes
            ),
            note=f"{network.note} {share:.0%} of its edges are wrong on purpose.",
        )
    )


def _same_kind(components: Sequence[Component]) -> dict[ComponentId, tuple[ComponentId, ...]]:
    """Per component, the others whose id begins with the same words: they hang on the same kinds of things."""
    families: dict[str, list[ComponentId]] = {}
    for each in components:
        families.setdefault(each.id.rpartition("-")[0] or each.id, []).append(each.id)
    return {each: tuple(family) for family in families.values() for each in family}


def _gates(
    gates: tuple[Gate, ...],
    share: float,
    kinds: Mapping[ComponentId, tuple[ComponentId, ...]],
    rng: np.random.Generator,
) -> tuple[Gate, ...]:
    found = []
    for gate in gates:
        needs = _needs(gate, share, kinds, rng)
        if needs:
            found.append(msgspec.structs.replace(gate, needs=needs))
    return tuple(found)


def _needs(
    gate: Gate, share: float, kinds: Mapping[ComponentId, tuple[ComponentId, ...]], rng: np.random.Generator
) -> tuple[Need, ...]:
    kept: dict[ComponentId, float] = {}
    for need in gate.needs:
        drawn = float(rng.random())
        if drawn < share / 2:
            continue
        on = need.on
        if drawn < share and len(kinds[on]) > 1:
            on = kinds[on][int(rng.integers(len(kinds[on])))]
        kept[on] = kept.get(on, 0.0) + need.share if gate.split else need.share
    whole = sum(kept.values())
    scale = sum(need.share for need in gate.needs) / whole if gate.split and whole > 0 else 1.0
    source = gate.needs[0].source
    return tuple(Need(on, min(part * scale, 1.0), source) for on, part in kept.items())
