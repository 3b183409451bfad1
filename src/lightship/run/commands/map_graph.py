"""What is drawn of a map: every component of a small one, kinds of components of a large one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lightship.run.commands.map_layers import Edge
from lightship.vocabulary.components import Gate, NetworkMap

SMALL = 80
"""Components that one drawing still shows one by one."""


@dataclass(frozen=True)
class Box:
    """A node: its title, a second line, and whether it is a service."""

    id: str
    title: str
    below: str
    service: bool = False


@dataclass(frozen=True)
class Graph:
    """Boxes and edges, in the order of the map."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    by_kind: bool


def graph(network: NetworkMap) -> Graph:
    """One by one, or by kind where there are more than `SMALL`."""
    by_kind = len(network.components) > SMALL
    bearer = {str(each.id): f"kind:{each.kind}" if by_kind else str(each.id) for each in network.components}
    owners = [*_services(network), *((bearer[each.id], each.gates) for each in network.components)]
    edges = _edges(owners, bearer, by_kind)
    services = tuple(_service_boxes(network, edges))
    boxes = _kind_boxes(network) if by_kind else _component_boxes(network)
    return Graph((*services, *boxes), edges, by_kind)


def _services(network: NetworkMap) -> Iterable[tuple[str, tuple[Gate, ...]]]:
    for needs in network.service_needs:
        yield f"service:{needs.service}", needs.gates
    for area in network.service_areas:
        yield f"service:{area.service}", area.gates


def _service_boxes(network: NetworkMap, edges: tuple[Edge, ...]) -> Iterable[Box]:
    drawn = frozenset(edge.user for edge in edges)
    lines: dict[str, float] = {}
    for each in network.service_areas:
        lines[each.service] = lines.get(each.service, 0.0) + each.lines
    for service in network.services:
        if f"service:{service.id}" in drawn or service.id in lines:
            below = f"{lines[service.id]:,.0f} lines" if service.id in lines else f"part of {service.parent}"
            yield Box(f"service:{service.id}", service.name, below, service=True)


def _component_boxes(network: NetworkMap) -> tuple[Box, ...]:
    return tuple(Box(each.id, each.name, _words(each.kind, each.place)) for each in network.components)


def _words(kind: str, place: str) -> str:
    words = kind.replace("-", " ")
    return f"{words}, {place}" if place else words


def _kind_boxes(network: NetworkMap) -> tuple[Box, ...]:
    counts = Counter(each.kind for each in network.components)
    names = {each.kind: each.name for each in network.components}
    return tuple(
        Box(f"kind:{kind}", kind.replace("-", " "), f"{count:,} of them" if count > 1 else names[kind])
        for kind, count in counts.items()
    )


def _edges(
    owners: list[tuple[str, tuple[Gate, ...]]], bearer: dict[str, str], by_kind: bool
) -> tuple[Edge, ...]:
    """One line per pair: redundant only where every need between them is; labelled with the one share that it has."""
    found: dict[tuple[str, str], list[tuple[bool, float]]] = {}
    for owner, gates in owners:
        for gate in gates:
            redundant = gate.at_least is not None and gate.at_least < len(gate.needs)
            for need in gate.needs:
                pair = (owner, bearer[need.on])
                if pair[0] != pair[1]:
                    found.setdefault(pair, []).append((redundant, need.share))
    return tuple(
        Edge(
            user, on, all(each for each, _ in needs), "" if by_kind else _label([share for _, share in needs])
        )
        for (user, on), needs in found.items()
    )


def _label(shares: list[float]) -> str:
    only = dict.fromkeys(shares)
    return f"{shares[0]:.0%}".replace("%", " %") if len(only) == 1 and shares[0] < 1.0 else ""
