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
        failed: their shares, by number. health: (components,) 0-1. loss: (rows,) share of each row lost.
    """

    failed: Mapping[int, float]
    health: np.ndarray
    loss: np.ndarray


def nothing_out(wiring: Wiring) -> Out:
    """All is whole."""
    return Out({}, np.ones(len(wiring.gates)), np.zeros(wiring.rows))


def further(wiring: Wiring, before: Out, number: int, share: float) -> Out:
    """With one more; equal to `Wiring.losses` of all of them, but for the last digits."""
    failed = {**before.failed, number: max(share, before.failed.get(number, 0.0))}
    health = _health(wiring, before.health, failed, number)
    changed = np.flatnonzero(health != before.health)
    loss = _losses(wiring, before.loss, health, changed)
    if loss is None:
        loss = wiring.losses_given(_weak(health, np.flatnonzero(health < WHOLE)))
    return Out(failed, health, loss)


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


def _losses(wiring: Wiring, before: np.ndarray, health: np.ndarray, changed: np.ndarray) -> np.ndarray | None:
    """None: a service lost something everywhere, which its areas' own losses cannot be told from any more."""
    beyond = changed[wiring.beyond[changed]].tolist()
    if any(wiring.services_of[each] for each in beyond):
        return None
    loss = before.copy()
    if int(wiring.rows_on[changed].sum()) < MANY:
        hit = np.array(
            sorted({row for node in changed.tolist() for row in wiring.rows_of[node]}), dtype=np.int64
        )
        for row in hit.tolist():
            loss[row] = 1.0 - gates_health(wiring.row_gates[row], _needs(wiring.row_gates[row], health))
    else:
        hit = wiring.row_flow.touched(changed)
        loss[hit] = 1.0 - wiring.row_flow.health(hit, health)
    by_area = np.unique(wiring.service_at[hit])
    for service in by_area[by_area >= 0].tolist():
        gates = wiring.service_gates[service]
        if gates_health(gates, _needs(gates, health)) < WHOLE:
            return None
        rows = wiring.service_rows[service]
        loss[rows.unknown] = min(1.0, float(loss[rows.areas] @ rows.weights))
    for node in beyond:
        for row in wiring.feed_rows[node]:
            loss[row] = 1.0 - health[node]
    return loss


def _needs(gates: tuple[CompiledGate, ...], health: np.ndarray) -> dict[int, float]:
    return _weak(health, np.array([on for _, needs in gates for on, _ in needs], dtype=np.int64))


def _weak(health: np.ndarray, numbers: np.ndarray) -> dict[int, float]:
    return {
        n: left for n, left in zip(numbers.tolist(), health[numbers].tolist(), strict=True) if left < WHOLE
    }
