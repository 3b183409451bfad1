"""Which rows hang on which components, and by which gates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lightship.prevent.gates import CompiledGate, compiled
from lightship.vocabulary.components import ComponentId, Gate, NetworkMap
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow
from lightship.vocabulary.services import ServiceId, lineage


@dataclass(frozen=True)
class ServiceRows:
    """The count rows of one service.

    Args:
        areas: (areas,) numbers of its rows with an area.
        weights: (areas,) their shares of its lines, summing to 1; equal ones where it has no lines at all.
        unknown: number of its row without an area.
    """

    service: ServiceId
    areas: np.ndarray
    weights: np.ndarray
    unknown: int


def row_gates(
    network: NetworkMap, rows: tuple[Observable, ...], number: Mapping[ComponentId, int]
) -> tuple[tuple[CompiledGate, ...], ...]:
    """Per row, its own gates: those of its service area or of its probe path."""
    own: dict[Observable, tuple[Gate, ...]] = {}
    for each in network.service_areas:
        own[CountRow(each.service, each.area)] = each.gates
    for path in network.probes:
        row = ProbeRow(path.vantage, path.target, path.family, path.network, path.control, path.service)
        own[row] = path.gates
    return tuple(compiled(own.get(row, ()), number) for row in rows)


def service_gates(
    network: NetworkMap, number: Mapping[ComponentId, int]
) -> tuple[tuple[CompiledGate, ...], ...]:
    """Per service with count rows, its own and its ancestors' gates."""
    needs = {each.service: each.gates for each in network.service_needs}
    return tuple(
        compiled(
            [gate for each in lineage(network.services, service) for gate in needs.get(each, ())], number
        )
        for service in _counted(network)
    )


def service_rows(network: NetworkMap, rows: tuple[Observable, ...]) -> tuple[ServiceRows, ...]:
    """Where each service's count rows are, in the order of the map's service areas."""
    lines = {(each.service, each.area): each.lines for each in network.service_areas}
    found: dict[ServiceId, list[tuple[int, float]]] = {}
    unknown: dict[ServiceId, int] = {}
    for n, row in enumerate(rows):
        if isinstance(row, CountRow):
            if row.area is None:
                unknown[row.service] = n
            else:
                found.setdefault(row.service, []).append((n, lines[(row.service, row.area)]))
    return tuple(_service_rows(service, found[service], unknown[service]) for service in _counted(network))


def feed_rows(rows: tuple[Observable, ...], number: Mapping[ComponentId, int]) -> tuple[tuple[int, ...], ...]:
    """Per component, the numbers of the feed rows about it."""
    found: list[list[int]] = [[] for _ in number]
    for n, row in enumerate(rows):
        if isinstance(row, FeedRow):
            found[number[row.subject]].append(n)
    return tuple(tuple(each) for each in found)


def _counted(network: NetworkMap) -> tuple[ServiceId, ...]:
    return tuple(dict.fromkeys(each.service for each in network.service_areas))


def _service_rows(service: ServiceId, cells: list[tuple[int, float]], unknown: int) -> ServiceRows:
    lines = np.array([count for _, count in cells])
    total = float(lines.sum())
    weights = lines / total if total > 0 else np.full(len(lines), 1.0 / len(lines))
    return ServiceRows(service, np.array([n for n, _ in cells], dtype=np.int64), weights, unknown)
