"""Health flows from components to what needs them (the rule is stated in `vocabulary.components`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lightship.prevent import gates as compiling
from lightship.prevent.flow import Flow, Ragged, distinct
from lightship.prevent.gates import CompiledGate, gates_health
from lightship.prevent.row_wiring import ServiceRows, feed_rows, row_gates, service_gates, service_rows
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.observables import Observable

MANY = 60
"""Nodes reached from which arrays are quicker than a loop."""


@dataclass(frozen=True)
class Wiring:
    """The map as numbers: which component needs which, and which rows hang on which.

    Args:
        order: component numbers, what is needed before what needs it.
        rank: (components,) position in `order`.
        dependents: per component, the components with it in a gate.
        gates: per component, its gates.
        row_gates: per row, its own gates (a service area's or a probe path's).
        rows_of: per component, the rows with it in a gate of their own.
        service_gates: per service with count rows, its own and its ancestors' gates.
        service_rows: per service with count rows, where they are.
        services_of: per component, the services (numbers in the order of `service_rows`) with it in their gates.
        service_of: per row, the number of its service if it counts in an area, else -1.
        feed_rows: per component, the feed rows about it.
        above: per component, itself and all that needs it, directly or not.
        service_at: (rows,) `service_of`. beyond: (components,) bool: in a service's gates, or a feed speaks of it.
        rows_on: (components,) how many `rows_of` has.
        depth: (components,) longest way down to something that needs nothing.
        flow, row_flow: the gates of components and of rows as arrays.
    """

    rows: int
    order: tuple[int, ...]
    rank: tuple[int, ...]
    dependents: tuple[tuple[int, ...], ...]
    gates: tuple[tuple[CompiledGate, ...], ...]
    row_gates: tuple[tuple[CompiledGate, ...], ...]
    rows_of: tuple[tuple[int, ...], ...]
    service_gates: tuple[tuple[CompiledGate, ...], ...]
    service_rows: tuple[ServiceRows, ...]
    services_of: tuple[tuple[int, ...], ...]
    service_of: tuple[int, ...]
    feed_rows: tuple[tuple[int, ...], ...]
    above: Ragged
    service_at: np.ndarray
    beyond: np.ndarray
    rows_on: np.ndarray
    depth: np.ndarray
    flow: Flow
    row_flow: Flow

    @classmethod
    def of(cls, network: NetworkMap, rows: tuple[Observable, ...]) -> "Wiring":
        """Compile. Raises ValueError on an unknown component or a cycle: the loader tells people about those first."""
        number = {each.id: n for n, each in enumerate(network.components)}
        gates = tuple(compiling.compiled(each.gates, number) for each in network.components)
        own = row_gates(network, rows, number)
        common = service_gates(network, number)
        counted = service_rows(network, rows)
        order = compiling.order(gates)
        rows_of = compiling.users(own, len(gates))
        dependents = compiling.users(gates, len(gates))
        services_of, spoken = compiling.users(common, len(gates)), feed_rows(rows, number)
        service_of = _service_of(counted, len(rows))
        return cls(
            rows=len(rows), order=order, rank=_rank(order), dependents=dependents, above=_above(dependents, order),
            gates=gates, row_gates=own, rows_of=rows_of, service_gates=common,
            rows_on=np.array([len(each) for each in rows_of], dtype=np.int64), service_rows=counted,
            services_of=services_of, service_of=service_of, service_at=np.array(service_of, dtype=np.int64),
            feed_rows=spoken, beyond=_beyond(services_of, spoken),
            depth=_depth(gates, order), flow=Flow.of(gates, len(gates)), row_flow=Flow.of(own, len(gates)),
        )  # fmt: skip

    def component_health(self, failed: Mapping[int, float]) -> dict[int, float]:
        """Health, 0-1, of each component that is not whole when these fail by those shares (0-1, 1: whole)."""
        reached = distinct(self.above.at(np.array(sorted(failed), dtype=np.int64)), len(self.gates))
        if len(reached) >= MANY:
            return self._health_of_many(reached, failed)
        health: dict[int, float] = {}
        for number in sorted(reached.tolist(), key=self.rank.__getitem__):
            left = (1.0 - failed.get(number, 0.0)) * gates_health(self.gates[number], health)
            if left < compiling.WHOLE:
                health[number] = left
        return health

    def losses(self, failed: Mapping[int, float]) -> np.ndarray:
        """(rows,) share of each row lost, 0-1."""
        return self.losses_given(self.component_health(failed))

    def losses_given(self, health: Mapping[int, float]) -> np.ndarray:
        """(rows,) share of each row lost, 0-1, with components at that health; those absent are whole."""
        loss = np.zeros(self.rows)
        weak = np.array(list(health), dtype=np.int64)
        hit = self._row_losses(health, weak, loss)
        by_area = np.unique(self.service_at[hit])
        beyond = weak[self.beyond[weak]].tolist()
        everywhere = (service for number in beyond for service in self.services_of[number])
        for service in dict.fromkeys((*by_area[by_area >= 0].tolist(), *everywhere)):
            self._spread(service, health, loss)
        for number in beyond:
            for row in self.feed_rows[number]:
                loss[row] = 1.0 - health[number]
        return loss

    def _health_of_many(self, nodes: np.ndarray, failed: Mapping[int, float]) -> dict[int, float]:
        """As `component_health`, by depth: all that stands equally deep at once."""
        own, health = np.ones(len(self.gates)), np.ones(len(self.gates))
        own[list(failed)] = 1.0 - np.array(list(failed.values()))
        for depth in np.unique(self.depth[nodes]).tolist():
            level = nodes[self.depth[nodes] == depth]
            health[level] = own[level] * self.flow.health(level, health)
        weak = nodes[health[nodes] < compiling.WHOLE]
        return dict(zip(weak.tolist(), health[weak].tolist(), strict=True))

    def _row_losses(self, health: Mapping[int, float], weak: np.ndarray, loss: np.ndarray) -> np.ndarray:
        """Fill in what the rows' own gates lose; the rows that have one of these components in a gate."""
        if int(self.rows_on[weak].sum()) < MANY:
            few = list(dict.fromkeys(row for number in health for row in self.rows_of[number]))
            for row in few:
                loss[row] = 1.0 - gates_health(self.row_gates[row], health)
            return np.array(few, dtype=np.int64)
        left = np.ones(len(self.gates))
        left[weak] = list(health.values())
        hit = self.row_flow.touched(weak)
        loss[hit] = 1.0 - self.row_flow.health(hit, left)
        return hit

    def beside(self, number: int) -> tuple[int, ...]:
        """The components that share a gate with redundancy with this one: they carry its load when it fails."""
        above = [gate for user in self.dependents[number] for gate in self.gates[user]]
        above += [gate for row in self.rows_of[number] for gate in self.row_gates[row]]
        above += [gate for service in self.services_of[number] for gate in self.service_gates[service]]
        redundant = (needs for how, needs in above if how is not None and how != compiling.SPLIT)
        members = ([on for on, _ in needs] for needs in redundant)
        return tuple(
            dict.fromkeys(on for group in members if number in group for on in group if on != number)
        )

    def _spread(self, service: int, health: Mapping[int, float], loss: np.ndarray) -> None:
        """What the service lost everywhere, then the row of reports that name no area: the mean over its lines."""
        common = gates_health(self.service_gates[service], health)
        rows = self.service_rows[service]
        if common < compiling.WHOLE:
            loss[rows.areas] = 1.0 - (1.0 - loss[rows.areas]) * common
        loss[rows.unknown] = min(1.0, float(loss[rows.areas] @ rows.weights))


def _rank(order: tuple[int, ...]) -> tuple[int, ...]:
    rank = [0] * len(order)
    for position, number in enumerate(order):
        rank[number] = position
    return tuple(rank)


def _beyond(services_of: Sequence[Sequence[int]], spoken: Sequence[Sequence[int]]) -> np.ndarray:
    return np.array([bool(s or f) for s, f in zip(services_of, spoken, strict=True)], dtype=bool)


def _depth(gates: Sequence[Sequence[CompiledGate]], order: Sequence[int]) -> np.ndarray:
    depth = np.zeros(len(gates), dtype=np.int64)
    for number in order:
        depth[number] = max((depth[on] + 1 for _, needs in gates[number] for on, _ in needs), default=0)
    return depth


def _above(dependents: Sequence[Sequence[int]], order: Sequence[int]) -> Ragged:
    found: list[list[int]] = [[] for _ in dependents]
    for number in reversed(order):
        whole = dict.fromkeys([number])
        for user in dependents[number]:
            whole.update(dict.fromkeys(found[user]))
        found[number] = list(whole)
    return Ragged.of(found)


def _service_of(counted: tuple[ServiceRows, ...], rows: int) -> tuple[int, ...]:
    found = [-1] * rows
    for service, own in enumerate(counted):
        for row in own.areas.tolist():
            found[row] = service
    return tuple(found)
