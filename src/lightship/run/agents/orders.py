"""What each agent is to do, from the hub's plan: the same checks, without anything secret."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lightship.edges.agents.wire import Order
from lightship.edges.probes.gateway import is_local
from lightship.edges.probes.prober import Duty
from lightship.run.configuration import CheckEntry
from lightship.run.mapped import paths_of
from lightship.run.planning import Plan

SECRET = ("secret", "secrets", "command")
"""Keys of an entry that stay on the hub: only an agent's own file may say them."""


HEARD_BY_THE_HUB = frozenset({"heartbeat"})
"""Schemes that nobody else can measure: an agent would wait for calls that never come to it."""


def orders_of(plan: Plan, agent: str) -> tuple[Order, ...]:
    """The checks of one agent: those of its paths on the map, or every check that is not of the hub's own machine."""
    entries = {_entry(each).url: _entry(each) for each in plan.file.checks}
    if plan.file.map:
        paths = paths_of(plan.network, agent)
        return tuple(_order(path.target, path.family, path.control, entries) for path in paths)
    controls = {(check.address, check.family) for check in plan.controls}
    return tuple(
        _of_duty(duty, controls, entries)
        for duty in plan.duties
        if not is_local(duty.check) and duty.check.scheme not in HEARD_BY_THE_HUB
    )


def _of_duty(duty: Duty, controls: set[tuple[str, Any]], entries: Mapping[str, CheckEntry]) -> Order:
    check = duty.check
    control = (check.address, check.family) in controls
    if control:
        entries = {check.address: CheckEntry(check.address, every=duty.every, timeout=check.timeout)}
    return _order(check.address, check.family, control, entries)


def _order(address: str, family: Any, control: bool, entries: Mapping[str, CheckEntry]) -> Order:
    entry = entries.get(address, CheckEntry(address))
    plain: dict[str, Any] = msgspec.to_builtins(entry)
    needs = any(plain.get(key) for key in SECRET if key != "command")
    for key in (*SECRET, "families"):
        plain.pop(key, None)
    return Order(plain, family, control, needs)


def _entry(each: str | CheckEntry) -> CheckEntry:
    return CheckEntry(each) if isinstance(each, str) else each
