"""Probes asked for out of turn, while it is undecided whether a target is up.

Belief that a target is down = prior odds x likelihood ratios of the networks that watch it, each network's and all
together bounded as in the scan. Between one in ten and the threshold of an alarm it is undecided: one vantage of each
network is asked again at once, then after 2, 4, 8 ... seconds, fifteen times at most until it is decided or over.

Source of the idea: Quan, Heidemann, Pradkin: Trinocular, SIGCOMM 2013.
"""

from dataclasses import dataclass

import numpy as np

from lightship.detect.choose import Scene
from lightship.detect.prior import TROUBLE_A_TICK
from lightship.vocabulary.observables import ProbeRow

UNDECIDED = 0.1
"""Belief from which on more is asked."""
MOST = 15
"""Observations asked for in one episode."""
A_ROUND = 5
LONGEST_WAIT = 30


@dataclass(frozen=True)
class Asked:
    """One measurement to be made.

    Args:
        belief: that the target is down, 0-1, as it stands. wait: seconds to wait first.
    """

    row: ProbeRow
    belief: float
    wait: int


def belief(nats: float) -> float:
    """P(down) from the likelihood ratio.

    >>> round(belief(0.0), 4), round(belief(13.0), 4)
    (0.0007, 0.9968)
    """
    odds = TROUBLE_A_TICK / (1.0 - TROUBLE_A_TICK) * float(np.exp(min(nats, 50.0)))
    return odds / (1.0 + odds)


def ask(scene: Scene, asked: dict[str, int]) -> tuple[tuple[Asked, ...], dict[str, int]]:
    """What to measure now, and how often each undecided target has been asked for by then."""
    plan, latest = scene.plan, scene.recent[-1] if scene.recent else None
    if latest is None or (len(latest.failing) == 0 and not asked):
        return (), asked
    nats = scene.plain_probes
    found, after = list[Asked](), dict[str, int]()
    for subject in plan.targets:
        name, sure = plan.subjects[subject].id, belief(float(nats[subject]))
        if sure < UNDECIDED:
            continue
        before = asked.get(name, 0)
        after[name] = before
        if nats[subject] < scene.levels.by_probes:
            rows = _a_round(scene, int(subject), min(A_ROUND, MOST - before))
            wait = min(2 ** (before // A_ROUND), LONGEST_WAIT) if before else 0
            found += [Asked(row, sure, wait) for row in rows]
            after[name] += len(rows)
    return tuple(found), after


def _a_round(scene: Scene, subject: int, most: int) -> list[ProbeRow]:
    """One believed vantage of each network, those first whose network has not failed yet."""
    plan, latest = scene.plan, scene.recent[-1]
    mine = plan.cell_probe[plan.cell_subject == subject]
    doubted = {plan.watchers.rows[n].vantage for n in latest.probes[latest.wrong >= 0.5]}
    failed = {plan.watchers.rows[n].network for n in latest.failing if n in mine}
    rows = [plan.watchers.rows[n] for n in mine if plan.watchers.rows[n].vantage not in doubted]
    first = {row.network: row for row in reversed(rows)}
    return sorted(first.values(), key=lambda row: (row.network in failed, row.network))[: max(most, 0)]
