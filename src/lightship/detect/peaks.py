"""What a tick adds to quiet history: by class of row, the best score that would be an alarm, were it high enough."""

import numpy as np

from lightship.detect import life, rules, rumour, weigh
from lightship.detect.alarms import reports_are_quiet
from lightship.detect.choose import Found, Scene
from lightship.detect.matching import active_services
from lightship.detect.quiet import COLUMNS

FLOOR = 5.0
"""Nats below which a score is of no interest."""
TRIES = 4
"""Subjects of a class that are looked at in a tick, best first."""


def best(now: "life.Now", before: np.ndarray) -> np.ndarray:
    """(COLUMNS,) nats; 0 where nothing is above the floor and above `before`, the best of the hour so far."""
    scene = now.scene
    found = np.zeros(COLUMNS)
    least = np.maximum(np.nan_to_num(before, nan=np.inf), FLOOR)
    top = np.flatnonzero(scene.bound > least.min())
    top = top[scene.bound[top] > least[scene.plan.row_class[top]]]
    if len(top):
        weighed = weigh.counts(scene.plan, top, scene.quiet)
        score = weighed.score + scene.more[top]
        for row_class in np.unique(scene.plan.row_class[top]):
            mine = np.flatnonzero((scene.plan.row_class[top] == row_class) & (score > least[row_class]))
            for at in mine[np.argsort(-score[mine], kind="stable")][:TRIES]:
                one = Found(
                    int(top[at]), float(score[at]), 0.0, float(weighed.score[at]), 0.0, weighed.active[at]
                )
                left = would_score(now, one)
                if left > least[row_class]:
                    found[row_class] = left
                    break
    found[-1] = _by_probes(scene, least[-1])
    return found


def would_score(now: "life.Now", found: Found) -> float:
    """What it would be judged by, were that past the threshold: 0 where it is held as somebody else's, or not fresh."""
    active = active_services(now, found)
    if rumour.held(now, found.subject, found.by_probes, active):
        return 0.0
    state = now.state
    fresh = now.scene.falls is not None or not reports_are_quiet(
        state.plan, state.pool, state.memory.ring, found.subject, active
    )
    return rumour.beyond(now, found, found.subject, active) if fresh else 0.0


def _by_probes(scene: Scene, least: float) -> float:
    if not scene.plain_probes.any():
        return 0.0
    high = np.flatnonzero(scene.by_probes > least)
    order = high[np.argsort(-scene.by_probes[high], kind="stable")][:TRIES]
    enough = 1 if scene.one_vantage else rules.NETWORKS
    for subject in order:
        if rules.failing_networks(scene.plan, scene.recent, int(subject)) >= enough:
            return float(scene.by_probes[subject])
    return 0.0
