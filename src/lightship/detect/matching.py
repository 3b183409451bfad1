"""Which open alarm is what stands out now: one trouble keeps one alarm, whatever it is explained by."""

from typing import TYPE_CHECKING

import numpy as np

from lightship.detect import alarms, falls, rules, rumour
from lightship.detect.alarms import Open
from lightship.detect.choose import Found

if TYPE_CHECKING:
    from lightship.detect.life import Now


def active_services(now: "Now", found: Found) -> np.ndarray:
    """Which of the subject's services show: by reports, falls and failing probes; all where none says which.

    Probes from outside may cross a component to reach a service that its customers reach another way.
    """
    plan = now.state.plan
    active = np.asarray(found.active | falls.showing(plan, now.scene.falls, found.subject))
    mine = np.zeros(len(plan.watchers.rows), dtype=bool)
    mine[plan.cell_probe[plan.cell_subject == found.subject]] = True
    for moment in now.scene.recent:
        for probe in moment.failing:
            service = plan.watchers.service[probe]
            if mine[probe] and service >= 0:
                active[service] = True
    has = plan.subject_parts[found.subject] >= 0
    if has.any() and (active & has).any():
        active = active & has
    return active if active.any() else has


def matched(now: "Now", found: tuple[Found, ...]) -> list[tuple[Open, Found | None]]:
    """Each open alarm with what stands out of it now, if anything does."""
    plan, pairs, taken = now.state.plan, list[tuple[Open, Found | None]](), dict[int, None]()
    for before in now.state.memory.open:
        mine = alarms.heavy_rows(plan, plan.number[before.subject], np.array(before.active, bool))
        best, much = None, 0.0
        for number, each in enumerate(found):
            if number in taken:
                continue
            same = plan.subjects[each.subject].id == before.subject
            close = (
                2.0 if same else 0.0 if _is_talk(now, before, each) else _closeness(now, before, mine, each)
            )
            if close > much:
                best, much = number, close
        if best is not None:
            taken[best] = None
        pairs.append((before, None if best is None else found[best]))
    return pairs


def _is_talk(now: "Now", before: Open, found: Found) -> bool:
    """What only reports told of a part does not grow into a nation that is held: that has an alarm of its own."""
    told_by_reports = before.alarm.state == "outage" and before.alarm.reason not in rules.MEASURED
    return told_by_reports and rumour.held(now, found.subject, found.by_probes, active_services(now, found))


def _closeness(now: "Now", before: Open, mine: np.ndarray, found: Found) -> float:
    """How far two are the same trouble: the share of rows in both; 0 where they are not."""
    union, least = alarms.alike(
        mine, alarms.heavy_rows(now.state.plan, found.subject, active_services(now, found))
    )
    young = now.tick - before.born <= alarms.YOUNG
    return union + 1e-6 if union >= 0.3 or (young and least >= 0.5) else 0.0


def inside_another(
    now: "Now", before: Open, match: Found | None, found: tuple[Found, ...], pairs: list[tuple[Open, Found | None]]
) -> bool:  # fmt: skip
    """A young alarm that no longer stands out by itself, inside one that an older alarm has grown into."""
    if match is not None or now.tick - before.born > alarms.YOUNG:
        return False
    plan = now.state.plan
    mine = alarms.heavy_rows(plan, plan.number[before.subject], np.array(before.active, bool))
    kept = [each for other, each in pairs if each is not None and other is not before]
    return any(
        alarms.alike(mine, alarms.heavy_rows(plan, each.subject, active_services(now, each)))[1] >= 0.9
        for each in kept
    )
