"""What one more failure takes beside those that are out already, without working all of it out again."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lightship.prevent.flow import distinct
from lightship.prevent.gates import WHOLE, CompiledGate, gates_health
from lightship.prevent.health import MANY, Wiring


@dataclass(frozen=True)
class Out:
    """Some components that are out.

    Args:
        failed: their shares, by number. health: (components,) 0-1.
        own: (rows,) share that each row's own gates lose. loss: (rows,) share of each row lost, with what its service
            lost everywhere; the same array where no service did.
    """

    failed: Mapping[int, float]
    health: np.ndarray
    own: np.ndarray
    loss: np.ndarray


def nothing_out(wiring: Wiring) -> Out:
    """All is whole."""
    loss = np.zeros(wiring.rows)
    return Out({}, np.ones(len(wiring.gates)), loss, loss)


def further(wiring: Wiring, before: Out, number: int, share: float) -> Out:
    """With one more; equal to `Wiring.losses` of all of them, but for the last digits."""
    failed = {**before.failed, number: max(share, before.failed.get(number, 0.0))}
    health = _health(wiring, before.health, failed, number)
    changed = np.flatnonzero(health != before.health)
    own, hit = _own(wiring, before.own, health, changed)
    beyond = changed[wiring.beyond[changed]].tolist()
    for node in beyond:
        for row in wiring.feed_rows[node]:
            own[row] = 1.0 - health[node]
    everywhere = [service for node in beyond for service in wiring.services_of[node]]
    return Out(failed, health, own, _spread(wiring, before, own, health, hit, everywhere))


def _health(
    wiring: Wiring, before: np.ndarray, failed: Mapping[int, float], number: int
) -> np.ndarray:  # fmt: skip
    health = before.copy()
    reached = distinct(wiring.above.at(np.array([number])), len(before))
    if len(reached) < MANY:
        for node in sorted(reached.tolist(), key=wiring.rank.__getitem__):
            left = (1.0 - failed.get(node, 0.0)) * gates_health(
                wiring.gates[node], _needs(wiring.gates[node], health)
            )
            health[node] = left if left < WHOLE else 1.0
        return health
    own = np.ones(len(before))
    own[list(failed)] = 1.0 - np.array(list(failed.values()))
    for depth in np.unique(wiring.depth[reached]).tolist():
        level = reached[wiring.depth[reached] == depth]
        left = own[level] * wiring.flow.health(level, health)
        health[level] = np.where(left < WHOLE, left, 1.0)
    return health


def _own(
    wiring: Wiring, before: np.ndarray, health: np.ndarray, changed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """What the rows' own gates lose, and the rows that have one of these components in a gate."""
    own = before.copy()
    if int(wiring.rows_on[changed].sum()) >= MANY:
        hit = wiring.row_flow.touched(changed)
        own[hit] = 1.0 - wiring.row_flow.health(hit, health)
        return own, hit
    hit = np.array(sorted({row for node in changed.tolist() for row in wiring.rows_of[node]}), dtype=np.int64)
    for row in hit.tolist():
        own[row] = 1.0 - gates_health(wiring.row_gates[row], _needs(wiring.row_gates[row], health))
    return own, hit


def _spread(
    wiring: Wiring, before: Out, own: np.ndarray, health: np.ndarray, hit: np.ndarray, everywhere: list[int]
) -> np.ndarray:  # fmt: skip
    """(rows,) with what services lost everywhere, and the mean over its lines for reports that name no area."""
    by_area = np.unique(wiring.service_at[hit])
    again = {
        service: gates_health(wiring.service_gates[service], _needs(wiring.service_gates[service], health))
        for service in dict.fromkeys((*by_area[by_area >= 0].tolist(), *everywhere))
    }
    loss = own
    if before.loss is not before.own or any(left < WHOLE for left in again.values()):
        loss = np.where(own != before.own, own, before.loss)
    for service, left in again.items():
        rows = wiring.service_rows[service]
        if loss is not own:
            loss[rows.areas] = 1.0 - (1.0 - own[rows.areas]) * (left if left < WHOLE else 1.0)
        loss[rows.unknown] = min(1.0, float(loss[rows.areas] @ rows.weights))
    return loss


def _needs(gates: tuple[CompiledGate, ...], health: np.ndarray) -> dict[int, float]:
    return _weak(health, np.array([on for _, needs in gates for on, _ in needs], dtype=np.int64))


def _weak(health: np.ndarray, numbers: np.ndarray) -> dict[int, float]:
    return {
        n: left for n, left in zip(numbers.tolist(), health[numbers].tolist(), strict=True) if left < WHOLE
    }
