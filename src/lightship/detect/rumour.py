"""Is it us, or only said of us? Reports from everywhere, while all that we measure ourselves is well.

Talk, press and other providers' outages make people report us from everywhere. What they cannot do is to make as many
report as when a good part of our own lines is out. So a national rise that only reports speak of is held as "someone
else's outage" until, over ten minutes,

    reports - usual  >=  MUCH x (reports that all our lines out would bring)     and     reports >= TIMES x usual

`MUCH` lies between what an outage of a provider as large as we are brings us (about a twentieth of its reports, 22
February 2024) and what three tenths of our own lines bring. With passive counts that have not fallen, or while a
neighbour is known to be out, it takes more. What lies below is undecidable by reports alone; the reference page
on detection says how far.
"""

from typing import TYPE_CHECKING

import numpy as np

from lightship.detect import rules
from lightship.detect.falls import FALLEN
from lightship.detect.onset import HEAVY, weight_of

if TYPE_CHECKING:
    from lightship.detect.life import Now

OVER = 10
"""Ticks looked at."""
MUCH = 0.15
MUCH_IF_KNOWN = 0.6
"""The same while a neighbour is known to be out, or sessions and calls are as usual."""
TIMES = 12.0


def held(now: "Now", subject: int, by_probes: float, active: np.ndarray) -> bool:
    """Only people say so, from everywhere, not more than talk can bring, and what we measure ourselves is well."""
    plan, scene = now.state.plan, now.scene
    if not plan.subjects[subject].national or by_probes >= rules.PROBE_SAYS:
        return False
    fallen = _fallen(now, subject)
    if fallen or not (fallen is False or rules.probes_say_well(plan, scene.recent, active)):
        return False
    much, times = volume(now, subject, active)
    known = fallen is False or now.state.memory.neighbour_out
    return much < (MUCH_IF_KNOWN if known else MUCH) or times < TIMES


def _fallen(now: "Now", subject: int) -> bool | None:
    """Have the subject's passive counts fallen? None without any."""
    falls = now.scene.falls
    if falls is None:
        return None
    return any(falls[part] > FALLEN for part in now.state.plan.subject_parts[subject] if part >= 0)


def volume(now: "Now", subject: int, active: np.ndarray) -> tuple[float, float]:
    """Excess of the last ticks as a share of what all lines of the subject would report, and in times the usual."""
    plan, pool, ring = now.state.plan, now.state.pool, now.state.memory.ring
    rows = np.flatnonzero(weight_of(plan, subject, active) > HEAVY)
    latest = [each for each in ring if each.tick > now.tick - OVER and not each.early]
    mine = np.zeros(plan.counts, dtype=bool)
    mine[rows] = True
    seen = sum(float(each.reports[mine[each.rows]].sum()) for each in latest)
    effort = sum((each.effort for each in latest), np.zeros(len(plan.services)))
    ready = sum(each.ready for each in latest)
    usual = float((pool.level[rows] * effort[plan.service_of[rows]]).sum())
    whole = float((plan.reach[rows] * plan.propensity[rows]).sum()) * ready
    return (seen - usual) / max(whole, 1e-9), seen / max(usual, 1e-9)
