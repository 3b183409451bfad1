"""Is it us, or only said of us? Reports from everywhere, while all that we measure ourselves is well.

Talk, press and other providers' outages make people report us from everywhere. What they cannot do is to make as many
report as when a good part of our own lines is out. So a rise of the nation, or of half of it, that only reports speak
of is held as "someone else's outage" until, over ten minutes,

    reports - usual  >=  MUCH x (reports that all our lines out would bring)     and     reports >= TIMES x usual

`MUCH` lies between what an outage of a provider as large as we are brings us (about a twentieth of its reports, 22
February 2024) and what three tenths of our own lines bring. With passive counts that have not fallen, or while a
neighbour is known to be out, it takes more. What lies below is undecidable by reports alone; the reference page
on detection says how far.

Probes that are well fail now and then, and two that do so in one minute may say 6 nats against some subject: while no
more fail than do by themselves, they have to be possible by their own threshold to say that something of ours is out.

A rise of a part (an area, a region, what hangs on a component) is weighed against the other regions: of those that the
part does not touch, the two with the most excess are left out, since they may have an outage of their own, and as many
times the usual as the rest shows is what talk explains here too. Only what stands out of that is the part's score.
"""

from typing import TYPE_CHECKING

import numpy as np

from lightship.detect import rules, scan, weigh
from lightship.detect.choose import Found
from lightship.detect.falls import FALLEN
from lightship.detect.onset import HEAVY, weight_of
from lightship.detect.plan import Plan

if TYPE_CHECKING:
    from lightship.detect.life import Now

OVER = 10
"""Ticks looked at."""
MUCH = 0.15
MUCH_IF_KNOWN = 0.6
"""The same while a neighbour is known to be out, or sessions and calls are as usual."""
TIMES = 12.0
HALF = 0.5
OTHERS, LEFT_OUT = 4, 2
"""Regions that must be there besides the part's own, for the two that are highest to be left out."""


def held(now: "Now", subject: int, by_probes: float, active: np.ndarray) -> bool:
    """Only people say so, from everywhere, not more than talk can bring, and what we measure ourselves is well."""
    if by_probes >= now.scene.levels.possible_by_probes or not wide(now, subject, active):
        return False
    fallen = _fallen(now, subject)
    if not _well(now, fallen, active):
        return False
    much, times = volume(now, subject, active)
    known = fallen is False or now.state.memory.neighbour_out
    return much < (MUCH_IF_KNOWN if known else MUCH) or times < TIMES


def wide(now: "Now", subject: int, active: np.ndarray) -> bool:
    """Is it national, or does it bring half of what its services bring, so that what lies beside it is too little?"""
    plan, level = now.state.plan, now.state.pool.level
    if plan.national[subject]:
        return True
    every = active[plan.service_of] & ~plan.without_area
    return float(level[(weight_of(plan, subject, active) > HEAVY) & every].sum()) >= HALF * float(
        level[every].sum()
    )


def beyond(now: "Now", found: Found, subject: int, active: np.ndarray) -> float:
    """Nats of its score that talk does not explain: all of them, unless it is a part and what we measure is well."""
    plan, scene = now.state.plan, now.scene
    if found.by_counts <= 0 or found.by_probes >= scene.levels.possible_by_probes:
        return found.score
    if wide(now, subject, active) or not _well(now, _fallen(now, subject), active):
        return found.score
    more = np.maximum(elsewhere(now, subject) - 1.0, 0.0)
    if not more.any():
        return found.score
    talk = scan.explained(scene.quiet, scene.usual * more[:, plan.part_service])
    left = weigh.counts(plan, np.array([subject]), talk)
    return min(found.score, found.score - found.by_counts + float(left.score[0]))


def elsewhere(now: "Now", subject: int) -> np.ndarray:
    """(scales, services) times the usual that the regions report which the subject does not touch; 1: nothing is known.

    The two highest are left out, where there are enough; without regions it is other areas.
    """
    plan, scene = now.state.plan, now.scene
    found = np.ones((len(scan.SCALES), len(plan.services)))
    mine = weight_of(plan, subject, np.ones(len(plan.services), bool)) > 0
    for service in np.flatnonzero(plan.subject_parts[subject] >= 0):
        parts = _apart(plan, int(service), mine)
        seen, mean = scene.quiet.sums.at(parts), scene.usual[:, parts] - scan.GUARD
        if len(parts) >= OTHERS:
            kept = np.argsort(seen - mean, axis=1)[:, : len(parts) - LEFT_OUT]
            seen, mean = np.take_along_axis(seen, kept, 1), np.take_along_axis(mean, kept, 1)
        if len(parts):
            found[:, service] = seen.sum(axis=1) / (mean.sum(axis=1) + scan.GUARD)
    return found


def _apart(plan: Plan, service: int, mine: np.ndarray) -> np.ndarray:
    """Sums of that service over regions without any of these rows; where they are few, over areas."""
    here = plan.service_of == service
    regions = np.setdiff1d(plan.region_of[here], plan.region_of[here & mine])
    regions = regions[regions >= 0]
    if len(regions) >= OTHERS:
        return np.asarray(plan.subject_parts[regions, service])
    single = np.flatnonzero((np.diff(plan.pool.indptr) == 1) & (plan.part_service == service))
    rows = plan.pool.indices[plan.pool.indptr[single]]
    return np.asarray(single[~mine[rows] & ~plan.without_area[rows]])


def _well(now: "Now", fallen: bool | None, active: np.ndarray) -> bool:
    """Do passive counts say that nothing is out, or where there are none, the probes?"""
    if fallen is None:
        return rules.probes_say_well(now.state.plan, now.scene.recent, active)
    return not fallen


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
