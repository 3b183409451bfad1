"""Carries alarms from tick to tick: matches what stands out to what is open, opens, refines, ends."""

from dataclasses import dataclass

import msgspec
import numpy as np

from lightship.detect import alarms as life
from lightship.detect import onset, partly, rules, rumour, scan
from lightship.detect.accounting import accounted
from lightship.detect.alarms import Open
from lightship.detect.choose import Found, Scene
from lightship.detect.dispersion import variation
from lightship.detect.matching import active_services, inside_another, matched
from lightship.detect.say import said
from lightship.detect.state import DetectState, Memory
from lightship.vocabulary.alarms import Alarm, AlarmId, Partial
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant, Tick


@dataclass(frozen=True)
class Now:
    """The tick that is being judged."""

    state: DetectState
    scene: Scene
    settings: Settings
    at: Instant
    tick: Tick
    early: bool

    @property
    def cv2(self) -> float:
        """Squared variation of one row's slow noise."""
        return sum(variation(self.state.memory.base.spread))


Carried = tuple[Memory, tuple[Alarm, ...], tuple[Alarm, ...]]


def carry_on(now: Now, found: tuple[Found, ...]) -> Carried:
    """The open alarms after this tick, all to show, and those of them that changed."""
    memory, pairs = now.state.memory, matched(now, found)
    opened, shown, changed = list[Open](), list[Alarm](), list[Alarm]()
    sums = memory.sums
    for before, match in pairs:
        after = _continued(now, before, match)
        swallowed = inside_another(now, before, match, found, pairs)
        if after.alarm.state == "recovered" or swallowed:
            ended = _ended(now, after, swallowed)
            sums = scan.told(sums, _accounted(now, before))
            shown.append(ended)
            changed.append(ended)
        else:
            opened.append(after)
            shown.append(after.alarm)
            if life.says_more(before.alarm, after.alarm):
                changed.append(after.alarm)
    for fresh in _new(now, found, pairs):
        opened.append(fresh)
        shown.append(fresh.alarm)
        changed.append(fresh.alarm)
    memory = msgspec.structs.replace(memory, open=tuple(opened), sums=sums)
    return memory, tuple(shown), tuple(changed)


def _continued(now: Now, before: Open, match: Found | None) -> Open:
    """An open alarm one tick on."""
    plan = now.state.plan
    steady = now.tick - before.born > life.STEADY
    if match is not None and not steady:
        subject, active = match.subject, active_services(now, match)
        if plan.subjects[subject].id == before.subject:
            active = active | np.array(before.active, bool)
    else:
        subject, active = plan.number[before.subject], np.array(before.active, bool)
    open_ = _silence(now, before, subject, active)
    new_subject = plan.subjects[subject].id != before.subject
    case = _case(now, match, subject, active) if match is not None else None
    due = life.scope_is_due(now.tick - before.born) or new_subject
    past = onset.history(plan, now.state.pool, now.state.memory.ring, subject, active) if due else None
    alarm = said(now, open_, subject, active, case, past)
    if _is_over(open_, alarm, now):
        alarm = msgspec.structs.replace(alarm, state="recovered", recovered_at=_back_at(now, open_, alarm))
    return msgspec.structs.replace(
        open_, alarm=alarm, subject=plan.subjects[subject].id, active=tuple(bool(a) for a in active)
    )


def _is_over(open_: Open, alarm: Alarm, now: Now) -> bool:
    enough = life.enough_quiet(open_, alarm.reports, now.tick - open_.born)
    return not now.early and open_.quiet >= (life.QUIET_WATCHED if _only_watched(now, open_) else enough)


def _only_watched(now: Now, open_: Open) -> bool:
    """Every word of it came from probes: there is no tail of customers' reports to wait for."""
    return now.settings.counts_networks and open_.by_probes and not open_.by_reports


def _back_at(now: Now, open_: Open, alarm: Alarm) -> Instant:
    green = alarm.probes_green_since
    return green if green is not None and _only_watched(now, open_) else now.at


def _silence(now: Now, before: Open, subject: int, active: np.ndarray) -> Open:
    """Counts ticks of silence; an early tick may end silence and never adds to it."""
    state, one = now.state, 0 if now.early else 1
    reports = life.reports_are_quiet(state.plan, state.pool, state.memory.ring, subject, active)
    probes = life.probes_are_quiet(state.plan, state.memory.ring, subject)
    if (
        _only_watched(now, before)
        and probes
        and not life.probes_speak(state.plan, state.memory.ring, subject)
    ):
        return before  # nothing was measured, or nothing that is to be believed: no data is never "up"
    if state.memory.ring[-1].gap and before.by_reports and not before.by_probes:
        return before
    fallen = now.scene.falls is not None and any(
        now.scene.falls[part] > 3.0 for part in state.plan.subject_parts[subject] if part >= 0
    )
    return msgspec.structs.replace(
        before,
        quiet=before.quiet + one if reports and probes and not fallen else 0,
        reports_quiet=before.reports_quiet + one if reports else 0,
        probes_quiet=before.probes_quiet + one if probes else 0,
        by_reports=before.by_reports or not reports, by_probes=before.by_probes or not probes,
    )  # fmt: skip


def _case(now: Now, found: Found, subject: int, active: np.ndarray) -> rules.Case:
    plan, scene = now.state.plan, now.scene
    prefixes = onset.prefixes(plan, now.state.memory.ring[-30:], subject, active)
    threshold = float(scene.levels.outage[plan.row_class[subject]])
    fell = float(scene.fallen[subject])
    if max(found.by_probes, fell) >= rules.PROBE_SAYS:
        threshold = min(threshold, scene.levels.by_probes)
    told = 0.0 if scene.said is None else float(scene.said[subject])
    networks, (partial, lasting) = rules.failing_networks(plan, scene.recent, subject), _parted(now, subject)
    if partial is not None:
        networks = max(partial.failing, partly.failing_now(plan, now.state.memory.ring, subject))
    down = fell >= threshold or (fell >= rules.CONFIRMS and told >= rules.CONFIRMS)
    score = rumour.beyond(now, found, subject, active)
    return rules.Case(
        score, threshold, found.by_counts, found.by_probes, networks, prefixes, down,
        not down and rumour.held(now, subject, found.by_probes, active), _one_place(now, subject),
        score < threshold <= found.score, partial, lasting,
    )  # fmt: skip


def _one_place(now: Now, subject: int) -> bool:
    """Whether one network alone sees at present, or a hub that sees from several watches this one from one alone."""
    plan = now.state.plan
    watching = plan.watchers.network[plan.cell_probe[plan.cell_subject == subject]]
    return now.settings.one_vantage or (now.settings.seen_from > 0 and len(np.unique(watching)) == 1)


def _parted(now: Now, subject: int) -> tuple[Partial | None, bool]:
    """The division among the networks, and whether it has lasted. Only where a hub says how long that is."""
    minutes, memory, plan = now.settings.partial_after_minutes, now.state.memory, now.state.plan
    if minutes <= 0:
        return None, False
    partial = partly.divided(plan, memory.ring, subject)
    lasting = partial is not None and partly.lasts(plan, memory.ring, subject, minutes, memory.agreement)
    return partial, lasting


def _accounted(now: Now, ended: Open) -> np.ndarray:
    """What an ended alarm leaves in the windows, so that it does not alarm again."""
    plan, scene = now.state.plan, now.scene
    subject = plan.number[ended.subject]
    found = Found(subject, 0.0, 0.0, 0.0, 0.0, np.array(ended.active, bool))
    return accounted(plan, scene.quiet, found)


def _ended(now: Now, after: Open, swallowed: bool) -> Alarm:
    reason = "part of a larger alarm" if swallowed else "nothing out of the ordinary for long enough"
    at = after.alarm.recovered_at or now.at
    return msgspec.structs.replace(after.alarm, state="recovered", recovered_at=at, reason=reason)


def _new(now: Now, found: tuple[Found, ...], pairs: list[tuple[Open, Found | None]]) -> list[Open]:
    plan, state = now.state.plan, now.state
    matched = [each.subject for _, each in pairs if each is not None]
    opened = list[Open]()
    for each in found:
        if each.subject in matched or not _is_fresh(now, each):
            continue
        active = active_services(now, each)
        past = onset.history(plan, state.pool, state.memory.ring, each.subject, active)
        case = _case(now, each, each.subject, active)
        identity = AlarmId(f"alarm-{now.tick}-{len(opened) + 1}")
        blank = Open(
            life.blank(identity, now.tick, now.at), plan.subjects[each.subject].id, now.tick,
            tuple(bool(a) for a in active), by_probes=each.by_probes >= rules.PROBE_SAYS, by_reports=each.by_counts > 0,
        )  # fmt: skip
        alarm = said(now, blank, each.subject, active, case, past)
        opened.append(msgspec.structs.replace(blank, alarm=alarm))
    return opened


def _is_fresh(now: Now, found: Found) -> bool:
    """Something of it lies in the last ten ticks: slow windows remember what is over."""
    if now.settings.counts_networks and not _fails_now(now, found.subject):
        return False
    if found.by_probes >= rules.PROBE_SAYS or now.scene.falls is not None:
        return True
    state = now.state
    return not life.reports_are_quiet(
        state.plan, state.pool, state.memory.ring, found.subject, active_services(now, found)
    )


def _fails_now(now: Now, subject: int) -> bool:
    """Whether a path of it failed lately: its alarm may have ended while the longest window remembers what began it."""
    latest = now.state.memory.ring[-life.QUIET_WATCHED :]
    counted = any(part >= 0 for part in now.state.plan.subject_parts[subject])
    return counted or not all(life.probes_are_quiet(now.state.plan, (each,), subject) for each in latest)
