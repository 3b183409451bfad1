"""Puts an alarm into words and numbers: what it is called, since when, how much, where."""

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from lightship.detect import areas, falls, rules, table
from lightship.detect.alarms import YOUNG, Open
from lightship.detect.onset import History, onset
from lightship.detect.rules import Case, verdict
from lightship.detect.severity import share_out
from lightship.detect.subjects import NEIGHBOUR
from lightship.detect.table import Window
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import TICK, Between, Instant, Tick, end_of, tick_of

if TYPE_CHECKING:
    from lightship.detect.life import Now

LATEST = 30
"""Ticks that "how many" looks back over, at most: it is about now."""


def said(
    now: "Now", open_: Open, subject: int, active: np.ndarray, case: Case | None, past: History | None
) -> Alarm:  # fmt: skip
    """The alarm as it stands.

    Args:
        case: None: nothing stands out in this tick, so that its state stays.
        past: None: its beginning, size and areas are not asked for in this tick, and stay.
    """
    plan, before = now.state.plan, open_.alarm
    picked = plan.subjects[subject]
    fresh = before.subject == ""
    began = before.since
    if past is not None and (fresh or now.tick - open_.born <= YOUNG):
        began = onset(past, now.tick, now.cv2)
    if not fresh and began.likeliest > before.since.latest:
        began = before.since
    services = tuple(service for service, shows in zip(plan.services, active, strict=True) if shows)
    services = (*services, *_probed_only(now, subject, before))
    alarm = msgspec.structs.replace(
        before, at=now.at, since=began, services=services, members=picked.members,
        probes_green_since=_green(now, open_.probes_quiet if open_.by_probes else 0),
        reports_green_since=_green(now, open_.reports_quiet if open_.by_reports else 0),
        threshold=rounded(float(now.scene.levels.outage[plan.row_class[subject]])),
    )  # fmt: skip
    if past is not None:
        alarm = msgspec.structs.replace(alarm, reports=_reports(open_, past, began))
        alarm = _scoped(now, alarm, subject, active, began)
    if case is None:
        return _named(now, alarm, subject, before.row_class == "neighbour")
    return _judged(_named(now, alarm, subject, case.held and before.state != "outage"), case, before)


def _probed_only(now: "Now", subject: int, before: Alarm) -> tuple[ServiceId, ...]:
    """The services that are measured and never counted (a site that is watched), once a path to them has failed.

    A subject with count rows speaks for the services of its customers alone: paths from outside cross it to others.
    """
    plan = now.state.plan
    if plan.subjects[subject].parts:
        return ()
    mine = set(plan.cell_probe[plan.cell_subject == subject].tolist())
    failing = {int(probe) for moment in now.scene.recent for probe in moment.failing} & mine
    named = dict.fromkeys(
        row.service for number, row in enumerate(plan.watchers.rows)
        if row.service is not None and plan.watchers.service[number] < 0
        and (number in failing or (number in mine and row.service in before.services))
    )  # fmt: skip
    return tuple(named)


def _judged(alarm: Alarm, case: Case, before: Alarm) -> Alarm:
    state, reason = verdict(case)
    if before.state == "outage" and state != "outage":
        state, reason = before.state, before.reason
    return msgspec.structs.replace(
        alarm, state=state, reason=reason, score=rounded(case.score), threshold=rounded(case.threshold),
        public=state == "outage" and bool(alarm.services) and _says_where(alarm, case),
        networks=max(case.networks, before.networks), partial=case.partial,
    )  # fmt: skip


def _says_where(alarm: Alarm, case: Case) -> bool:
    """Where only reports speak, of some areas: one of them at least has to stand out by itself."""
    if alarm.national or case.by_probes >= rules.PROBE_SAYS or case.falls or not alarm.areas:
        return True
    return any(each.state == "affected" for each in alarm.areas)


def _named(now: "Now", alarm: Alarm, subject: int, neighbour: bool) -> Alarm:
    picked = now.state.plan.subjects[subject]
    if neighbour:
        return msgspec.structs.replace(alarm, subject=NEIGHBOUR, row_class="neighbour", members=())
    return msgspec.structs.replace(alarm, subject=picked.id, row_class=picked.row_class)


def _green(now: "Now", ticks: int) -> Instant | None:
    return Instant(end_of(now.tick) - ticks * TICK) if ticks > 0 else None


def _reports(open_: Open, past: History, began: Between) -> int:
    """Reports in the footprint since the onset, as they came; the ring alone is asked, the rest was counted before."""
    fresh = sum(1 for tick in past.ticks if tick >= tick_of(began.earliest))
    raw = past.raw_by_tick[-fresh:].sum() if fresh else 0.0
    return max(int(raw), open_.alarm.reports)


def _scoped(now: "Now", alarm: Alarm, subject: int, active: np.ndarray, began: Between) -> Alarm:
    plan, pool = now.state.plan, now.state.pool
    whole = _window(now, tick_of(began.earliest))
    latest = _window(now, Tick(max(tick_of(began.likeliest), now.tick - LATEST + 1)))
    fallen = falls.since(plan, now.state.memory.ring, whole.since)
    found = areas.affected(plan, pool, now.cv2, whole, subject, active, fallen)
    national = plan.subjects[subject].national and not areas.has_centre(plan, pool, whole, subject, active)
    fell = falls.since(plan, now.state.memory.ring, latest.since)
    share: Estimate = share_out(plan, pool, now.cv2, latest, subject, active, tick_of(began.likeliest), fell)
    told = areas.shared_out(plan, subject, found, share)
    return msgspec.structs.replace(alarm, areas=told, national=national, share=share)


def _window(now: "Now", since: Tick) -> Window:
    return table.over(now.state.plan, now.state.memory.ring, since)
