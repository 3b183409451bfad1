"""Short names for the sources of a map that is written out."""

import re
from collections.abc import Iterable

from lightship.vocabulary.components import Gate, NetworkMap
from lightship.vocabulary.sources import ASSUMED, SYNTHETIC, Source

BUILT_IN: dict[str, Source] = {"assumed": ASSUMED, "synthetic": SYNTHETIC, "stated": Source(basis="stated")}
"""Sources that a file may name without saying what they are."""


def named_sources(network: NetworkMap) -> dict[Source, str]:
    """Each source of the map with a name of its own, in the order of the map."""
    found = {source: name for name, source in BUILT_IN.items()}
    taken = dict.fromkeys(BUILT_IN)
    for source in _all_of(network):
        if source not in found:
            found[source] = _free(_name(source), taken)
            taken[found[source]] = None
    return found


def _all_of(network: NetworkMap) -> Iterable[Source]:
    for component in network.components:
        yield component.source
        yield from _of_gates(component.gates)
    for needs in network.service_needs:
        yield from _of_gates(needs.gates)
    for area in network.service_areas:
        yield area.source
        yield from _of_gates(area.gates)
    for probe in network.probes:
        yield from _of_gates(probe.gates)


def _of_gates(gates: tuple[Gate, ...]) -> Iterable[Source]:
    return (need.source for gate in gates for need in gate.needs)


def _name(source: Source) -> str:
    words = re.findall(r"[a-z0-9]+", (source.publisher or source.basis).lower())
    return "-".join(words[:4]) or source.basis


def _free(name: str, taken: dict[str, None]) -> str:
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)
