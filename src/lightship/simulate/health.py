"""Who has lost how much, tick by tick: the map's rule (`vocabulary.components`) over the whole run at once.

Written apart from `prevent` on purpose: the two must agree, and tests hold them against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.simulate.background import LocalFault
from lightship.simulate.faults import Fault, Intervention
from lightship.simulate.grid import Grid
from lightship.simulate.modes import MODES, loss
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import Component, ComponentId, Gate, NetworkMap
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId, lineage

Series = np.ndarray
"""(ticks,) health, 0-1."""

Place = tuple[ServiceId, AreaId]


@dataclass(frozen=True)
class Lost:
    """What people lose.

    Args:
        common: per service hit everywhere, (ticks,) share left by what the service needs everywhere.
        local: per service area hit on its own, (ticks,) share left by what stands behind that area alone.
    """

    ticks: int
    common: dict[ServiceId, Series]
    local: dict[Place, Series]

    def of(self, service: ServiceId, area: AreaId) -> Series:
        """(ticks,) share of that service area's lines that is out, 0-1."""
        return 1.0 - self._common(service) * self.local.get((service, area), 1.0)

    def elsewhere(self, service: ServiceId) -> Series:
        """(ticks,) share lost in every area that is not in `local`."""
        return 1.0 - self._common(service)

    def _common(self, service: ServiceId) -> Series:
        return self.common.get(service, np.ones(self.ticks))


class Health:
    """The health of a map under some faults.

    Only what the faults can reach is computed; everything else is whole and stays out of the arrays.
    """

    def __init__(
        self, network: NetworkMap, faults: Sequence[Fault], interventions: Sequence[Intervention], grid: Grid
    ) -> None:
        self.network, self.grid = network, grid
        self._own = own_health(faults, grid)
        self._moves = {move.target: move for move in interventions}
        self._reached = reached(network, self._own)
        self._known: dict[ComponentId, Series] = {}

    def component(self, component: ComponentId) -> Series | None:
        """(ticks,) health of a component; None where no fault reaches it."""
        if component not in self._reached:
            return None
        if component not in self._known:
            self._known[component] = self._compute(self.network.component[component])
        return self._known[component]

    def _compute(self, component: Component) -> Series:
        ones = np.ones(self.grid.ticks)
        needs = self.gates(component.gates)
        behind = ones if needs is None else needs
        move = self._moves.get(component.id)
        if move is not None:
            behind = 1.0 - (1.0 - behind) * (1.0 - _moved(move, self.grid))
        return np.asarray(self._own.get(component.id, ones) * behind)

    def gates(self, gates: Iterable[Gate]) -> Series | None:
        """(ticks,) health of what has these gates; None where no fault reaches it."""
        found = [health for gate in gates if (health := self._gate(gate)) is not None]
        return np.asarray(np.prod(found, axis=0)) if found else None

    def _gate(self, gate: Gate) -> Series | None:
        healths = [self.component(need.on) for need in gate.needs]
        if all(health is None for health in healths):
            return None
        whole = np.ones(self.grid.ticks)
        lost = np.array(
            [
                need.share * (1.0 - (whole if health is None else health))
                for need, health in zip(gate.needs, healths, strict=True)
            ]
        )
        if gate.split:
            return np.asarray(np.maximum(1.0 - lost.sum(axis=0), 0.0))
        if gate.at_least is None:
            return np.asarray(np.prod(1.0 - lost, axis=0))
        return np.asarray(1.0 - np.sort(lost, axis=0)[gate.at_least - 1])

    @cached_property
    def lost(self) -> Lost:
        """What people lose, per service and area."""
        return Lost(self.grid.ticks, self._common(), self._local())

    def _common(self) -> dict[ServiceId, Series]:
        needs = {each.service: each.gates for each in self.network.service_needs}
        found = {}
        for service in dict.fromkeys(each.service for each in self.network.service_areas):
            above = lineage(self.network.services, service)
            health = self.gates(gate for each in above for gate in needs.get(each, ()))
            if health is not None:
                found[service] = health
        return found

    def _local(self) -> dict[Place, Series]:
        found = {}
        for each in self.network.service_areas:
            health = self.gates(each.gates)
            if health is not None:
                found[(each.service, each.area)] = health
        return found


def own_health(faults: Sequence[Fault], grid: Grid) -> dict[ComponentId, Series]:
    """Per component hit, (ticks,) what its own faults leave of it; several faults of one component multiply."""
    found: dict[ComponentId, Series] = {}
    for fault in faults:
        left = 1.0 - loss(fault, grid.minutes)
        for component in fault.hit:
            found[component] = found[component] * left if component in found else left
    return found


def reached(network: NetworkMap, hit: Iterable[ComponentId]) -> frozenset[ComponentId]:
    """The components that these take with them, wholly or in part, and they themselves."""
    users: dict[ComponentId, list[ComponentId]] = {}
    for each in network.components:
        for gate in each.gates:
            for need in gate.needs:
                users.setdefault(need.on, []).append(each.id)
    found = dict.fromkeys(hit)
    todo = list(found)
    while todo:
        for user in users.get(todo.pop(), ()):
            if user not in found:
                found[user] = None
                todo.append(user)
    return frozenset(found)


def _moved(move: Intervention, grid: Grid) -> Series:
    """(ticks,) share of the loss that the move has taken away."""
    since = grid.minutes - move.at.minutes
    take = move.take.minutes
    ramp = np.clip(since / take, 0.0, 1.0) if take > 0 else (since >= 0).astype(np.float64)
    return np.asarray(move.success * ramp)


def seen_by_people(scenario: Scenario, grid: Grid) -> Lost:
    """What people lose: by the faults, and by the small local ones that nobody's map shows."""
    lost = Health(scenario.network, scenario.faults, scenario.interventions, grid).lost
    local = dict(lost.local)
    for fault in scenario.background:
        if isinstance(fault, LocalFault):
            place = (fault.service, fault.area)
            left = 1.0 - _cabinet(fault, _lines(scenario.network, place), grid)
            local[place] = local[place] * left if place in local else left
    return Lost(lost.ticks, lost.common, local)


def seen_by_probes(scenario: Scenario, grid: Grid) -> Health:
    """What stands behind the probes: as for people, but a green light that lies stays green."""
    faults = [fault for fault in scenario.faults if MODES[fault.mode].probe_sees]
    return Health(scenario.network, faults, scenario.interventions, grid)


def _cabinet(fault: LocalFault, lines: float, grid: Grid) -> Series:
    during = (grid.minutes >= fault.at.minutes) & (grid.minutes < fault.until.minutes)
    return np.asarray(during * min(fault.lines / lines, 1.0) if lines > 0 else during * 0.0)


def _lines(network: NetworkMap, place: Place) -> float:
    return next((a.lines for a in network.service_areas if (a.service, a.area) == place), 0.0)
