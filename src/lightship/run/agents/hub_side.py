"""The hub's agents as the running hub knows them: who is there, what each is to do, who has fallen silent."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from lightship.edges.agents.hub.desk import AgentDesk
from lightship.edges.agents.hub.enrolment import Enrolment
from lightship.edges.agents.hub.registry import Agent, Registry
from lightship.edges.agents.hub.tables import beside
from lightship.edges.agents.signing import HubKey
from lightship.edges.agents.wire import Orders
from lightship.run.agents.orders import orders_of
from lightship.run.planning import Plan
from lightship.run.watched import Seat
from lightship.vocabulary.time import SECOND, Instant

SILENT = 90 * SECOND
"""After that an agent is silent: what it sees is not known."""

Planner = Callable[[Sequence[Seat]], Plan]
"""The configuration, read anew, with these vantages elsewhere. Raises BadInput."""


def seats(registry: Registry) -> tuple[Seat, ...]:
    """The vantages elsewhere: agents that have enrolled."""
    return tuple(Seat(each.name, each.network, each.region) for each in registry.enrolled())


def seats_beside(store: Path) -> tuple[Seat, ...]:
    """The same, of a hub that is not up yet. Raises StoreRefused."""
    registry = Registry(beside(store))
    try:
        return seats(registry)
    finally:
        registry.close()


class Agents:
    """Keeps plan and orders in step with who is enrolled.

    Args:
        planner: None: the plan stays as it is.
    """

    def __init__(
        self, plan: Plan, enrolment: Enrolment, desk: AgentDesk, key: HubKey, planner: Planner | None
    ) -> None:  # fmt: skip
        self._plan, self._enrolment, self._registry = plan, enrolment, enrolment.registry
        self.desk, self._key, self._planner = desk, key, planner
        self._begun = desk.clock()
        self._silent: dict[str, bool] = {}
        self._twins: dict[str, bool] = {}
        self._issued: Mapping[str, bytes] = {}
        self._serials: dict[str, int] = {}
        self._strangers: tuple[str, ...] = ()
        self._issue()

    def came(self) -> bool:
        """Whether somebody has enrolled since this was asked last."""
        came = self._enrolment.came.is_set()
        self._enrolment.came.clear()
        return came

    def take(self, plan: Plan) -> None:
        """Go on by a plan that was read anew for another reason: orders follow it."""
        self._plan = plan
        self._issue()

    def newer(self) -> Plan | None:
        """A new plan where agents have come or gone; None: nothing has changed. Raises BadInput, StoreRefused."""
        found = seats(self._registry)
        if self._planner is None or found == self._plan.seats:
            return None
        self._plan = self._planner(found)
        self._issue()
        return self._plan

    def _issue(self) -> None:
        """Orders for everybody; a serial is the time of issue, so that it grows even where this file was lost."""
        issued, signed = dict[str, bytes](), dict(self._signed())
        for agent, orders in signed.items():
            content = msgspec.json.encode(msgspec.structs.replace(orders, serial=0))
            if self._issued.get(agent) != content:
                self._serials[agent] = max(time.time_ns() // 1_000_000, self._serials.get(agent, 0) + 1)
            issued[agent] = content
        self._issued = issued
        self._strangers = tuple(agent for agent, orders in signed.items() if not orders.orders)
        self.desk.issue(
            {
                agent: (serial, self._key.sign(msgspec.structs.replace(orders, serial=serial)))
                for agent, orders in signed.items()
                for serial in [self._serials[agent]]
            }
        )

    def _signed(self) -> Sequence[tuple[str, Orders]]:
        plan = self._plan
        contact = plan.settings.contact
        return [(each.name, Orders(each.name, 0, contact, orders_of(plan, each.name))) for each in plan.seats]

    def ask(self, paths: Sequence[tuple[str, str, int]]) -> bool:
        """Have agents measure out of turn; whether any was asked."""
        there = {seat.name for seat in self._plan.seats}
        by_agent: dict[str, list[tuple[str, int]]] = {}
        for vantage, target, family in paths:
            if vantage in there and not self._silent.get(vantage):
                by_agent.setdefault(vantage, []).append((target, family))
        for agent, targets in by_agent.items():
            self.desk.ask(agent, targets)
        return bool(by_agent)

    def words(self, at: Instant) -> list[str]:
        """What an operator should know now: who fell silent, who is back, whose disk is full."""
        said = [f"agent {name} has nothing to do: it is no vantage of the map" for name in self._strangers]
        self._strangers = ()
        for agent in self._registry.enrolled():
            twins = at - self.desk.twins_at.get(agent.name, Instant(0)) < SILENT
            if twins and not self._twins.get(agent.name):
                said.append(
                    f"agent {agent.name} runs twice: remove and invite it anew, or stop one of the two"
                )
            self._twins[agent.name] = twins
            silent = at - (agent.heard_at or self._begun) > SILENT
            if silent != self._silent.get(agent.name, False):
                said.append(_silence(agent, silent))
            self._silent[agent.name] = silent
        return said

    def judged(self, health: Mapping[str, float]) -> None:
        """Keep how far each agrees with the others."""
        if health:
            self._registry.judged(dict(health))


def _silence(agent: Agent, silent: bool) -> str:
    if not silent:
        return f"agent {agent.name} is heard again"
    return f"agent {agent.name} ({agent.network}) is silent: what it sees is unknown, and it does not count meanwhile"
