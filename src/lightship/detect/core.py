"""One tick in, one verdict out. Pure: the same ticks give the same alarms, wherever the process was restarted."""

from dataclasses import replace

import msgspec
import numpy as np

from lightship.detect import (
    agreement,
    asking,
    baseline,
    hours,
    lines,
    moments,
    passive,
    peaks,
    probes,
    quiet,
    rules,
    scan,
    vantages,
)
from lightship.detect import snapshot as snapshots
from lightship.detect.alarms import Open
from lightship.detect.choose import Scene, choose
from lightship.detect.classes import thresholds
from lightship.detect.dispersion import variation
from lightship.detect.evidence import Detection, Evidence
from lightship.detect.life import Now, carry_on
from lightship.detect.moments import LENGTH, Moment
from lightship.detect.onset import weight_of
from lightship.detect.plan import Plan, plan
from lightship.detect.prior import MOST_FEED_NATS
from lightship.detect.promise import Fit
from lightship.detect.shipped import SHIPPED
from lightship.detect.state import DetectState, Memory
from lightship.detect.table import Drawn, Window, empty, evidence, extended, over
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm, AlarmId
from lightship.vocabulary.events import TickAmended, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant, Tick, tick_of

Alarms = tuple[Alarm, ...]

__all__ = ["DetectState", "amend", "restore", "said", "snapshot", "start", "step"]

QUIET_WINDOW = 30
LONGEST_WINDOW = 1440
"""Ticks that the evidence of an open alarm reaches back."""
HOUR_TICKS = 60
HELD, HELD_NEW = 7 * 1440, 180
"""Ticks for which rows in alarm teach nothing."""


def start(feet: Footprints, settings: Settings, before: DetectState | None = None) -> DetectState:
    """Nothing seen yet: the shipped prior. Of a state under another map, the open alarms go on whose subject is still
    there: a map that changes during an outage is not its end."""
    compiled = plan(feet)
    base = baseline.start(compiled)
    if before is not None:
        base = baseline.carried(before.memory.base, before.plan, compiled)
    memory = Memory(
        feet.network.version, base, scan.start(compiled), vantages.start(compiled.watchers),
        before.memory.quiet if before else quiet.start(), _agreed(before, compiled), open=_carried(before, compiled),
        last=before.memory.last if before else Tick(0),
    )  # fmt: skip
    return DetectState(memory, compiled, scan.pooled(compiled, base))


def _agreed(before: DetectState | None, compiled: Plan) -> agreement.Agreement:
    was = (before.memory.agreement, before.plan.watchers) if before else (None, None)
    return agreement.start(compiled.watchers, *was)


def _carried(before: DetectState | None, compiled: Plan) -> tuple[Open, ...]:
    if before is None:
        return ()
    kept = (each for each in before.memory.open if each.subject in compiled.number)
    return tuple(msgspec.structs.replace(e, active=_active(e, before.plan, compiled)) for e in kept)


def _active(alarm: Open, was: Plan, compiled: Plan) -> tuple[bool, ...]:
    """Which services show, in the new map's order."""
    shown = {service for service, shows in zip(was.services, alarm.active, strict=True) if shows}
    return tuple(service in shown for service in compiled.services)


def step(
    state: DetectState, feet: Footprints, settings: Settings, at: Instant, tick: TickJudged
) -> tuple[DetectState, Detection]:
    """Judge one tick. A tick that is not later than the last whole one is left out and counted as stray."""
    memory = state.memory
    if tick.tick <= memory.last:
        stray = msgspec.structs.replace(memory, stray=memory.stray + 1)
        return replace(state, memory=stray), _verdict(state, (), (), tick)
    when = hours.hour(tick.tick, settings.zone)
    shape = baseline.profile(memory.base, when)
    seen = moments.moment(
        state.plan, tick, when, shape * baseline.factors(memory.base), memory.trust, memory.usual
    )
    if not tick.early:
        base = baseline.heard(memory.base, len(seen.rows), float(state.pool.by_service @ seen.effort))
        state = replace(state, memory=msgspec.structs.replace(memory, base=base))
        if base.gap:
            seen = msgspec.structs.replace(seen, gap=True, effort=np.zeros_like(seen.effort))
    state = _remembered(state, tick, seen)
    state = _warned(state, tick)
    scene = _scene(state, settings, tick)
    state, alarms, changed = _judged(Now(state, scene, settings, at, tick.tick, tick.early), tick)
    asked, so_often = asking.ask(scene, state.memory.asked)
    state = replace(state, memory=msgspec.structs.replace(state.memory, asked=so_often))
    detection = replace(
        _verdict(state, alarms, changed, tick), asked=asked,
        lines=lines.changed(state.plan, state.memory.ring, settings),
    )  # fmt: skip
    if not tick.early:
        state = _learned(state, tick, seen, shape * when.ready, when.of_week)
    return state, detection


def _warned(state: DetectState, tick: TickJudged) -> DetectState:
    """Knows of other providers' outages what feeds said last."""
    said = [each.kind for each in tick.feeds if each.kind in ("neighbour-down", "neighbour-healthy")]
    if not said:
        return state
    memory = msgspec.structs.replace(state.memory, neighbour_out=said[-1] == "neighbour-down")
    return replace(state, memory=memory)


def _remembered(state: DetectState, tick: TickJudged, seen: Moment) -> DetectState:
    """With the tick in the ring and, once whole, in the sums."""
    memory, before = state.memory, state.layers
    ring = memory.ring
    if ring and ring[-1].early:
        ring, before = ring[:-1], before[:-1]
    ring = (*ring[-(LENGTH - 1) :], seen)
    layers = (*before[-(probes.LONGEST - 1) :], probes.cells(state.plan, seen))
    state = replace(state, layers=layers)
    if tick.early:
        return replace(state, memory=msgspec.structs.replace(memory, ring=ring))
    gone = tick.tick - memory.last if memory.last else 1
    sums = scan.taken(memory.sums, state.plan, seen.rows, seen.reports, seen.effort, min(gone, 10_000))
    return replace(state, memory=msgspec.structs.replace(memory, ring=ring, sums=sums, last=tick.tick))


def _scene(state: DetectState, settings: Settings, tick: TickJudged) -> Scene:
    memory, compiled = state.memory, state.plan
    usual = scan.expected(memory.sums, compiled, state.pool)
    recent = tuple(each for each in memory.ring[-probes.LONGEST :] if each.tick > tick.tick - probes.LONGEST)
    return Scene(
        compiled, usual, recent, state.layers[-len(recent) :], thresholds(settings, memory.quiet),
        settings.one_vantage, memory.base.settling, passive.drops(compiled, recent), _said(compiled, recent),
    )  # fmt: skip


def _judged(now: Now, tick: TickJudged) -> tuple[DetectState, Alarms, Alarms]:
    state, scene = now.state, now.scene
    memory, compiled = state.memory, state.plan
    number = compiled.number
    keep = frozenset(number[each.subject] for each in memory.open)
    sure = frozenset(number[each.subject] for each in memory.open if quiet.is_past(each.alarm))
    found = choose(scene, keep, sure)
    high = (
        peaks.best(now, memory.quiet.so_far(now.tick))
        if memory.base.known
        else np.full(quiet.COLUMNS, np.nan)
    )
    memory, alarms, changed = carry_on(now, found) if found or memory.open else (memory, (), ())
    memory = msgspec.structs.replace(
        memory, quiet=_counted(now, memory, alarms, high), sums=scan.watched(memory.sums, scene.standing[0])
    )
    state = replace(state, memory=memory)
    return replace(state, memory=_window(state, tick)), alarms, changed


def _counted(now: Now, memory: Memory, alarms: Alarms, high: np.ndarray) -> quiet.Quiet:
    """Quiet history after this tick; an early one counts with its whole tick."""
    if now.early:
        return memory.quiet
    after = quiet.taken(memory.quiet, now.tick, high, SHIPPED)
    if not alarms:
        return after
    measured = frozenset(each.id for each in alarms if each.reason in rules.MEASURED)
    return quiet.told(after, now.tick, alarms, measured)


def pinned(state: DetectState, fit: Fit) -> DetectState:
    """With thresholds from this fit from here on, whatever history says: for comparing at equal false alarms."""
    kept = msgspec.structs.replace(state.memory.quiet, fit=fit, pinned=True)
    return replace(state, memory=msgspec.structs.replace(state.memory, quiet=kept))


def _said(compiled: Plan, recent: tuple[Moment, ...]) -> np.ndarray | None:
    """(subjects,) nats of feeds about something that the subject takes with it."""
    spoken = [moment for moment in recent if len(moment.feeds)]
    if not spoken:
        return None
    nats = np.zeros(len(compiled.feet.rows))
    for moment in spoken:
        nats[moment.feeds] += moment.nats
    worth = compiled.feet.share @ np.clip(nats, -MOST_FEED_NATS, MOST_FEED_NATS)
    return np.array([0.0 if s.component is None else float(worth[s.component]) for s in compiled.subjects])


def _window(state: DetectState, tick: TickJudged) -> Memory:
    """With the window over which evidence is handed on: since the earliest open onset."""
    memory = state.memory
    if not memory.open:
        return msgspec.structs.replace(memory, window=None)
    first = min(tick_of(each.alarm.since.earliest) for each in memory.open)
    since = Tick(max(first, tick.tick - LONGEST_WINDOW))
    whole = tuple(each for each in memory.ring if not each.early)
    before = memory.window
    reaches = bool(whole) and whole[0].tick <= since
    if before is None or (reaches and before.since != since):
        return msgspec.structs.replace(memory, window=over(state.plan, whole, since))
    if tick.early:
        return memory
    return msgspec.structs.replace(memory, window=extended(before, state.plan, whole[-1]))


def _verdict(state: DetectState, alarms: Alarms, changed: Alarms, tick: TickJudged) -> Detection:
    services = len(state.plan.services)
    reports: np.ndarray = np.zeros(services)
    if tick.reports.rows:
        which = state.plan.service_of[np.array(tick.reports.rows)]
        reports = np.bincount(which, np.array(tick.reports.counts, float), minlength=services)
    normal, high = _normal(state)
    ended = bool(alarms) and all(alarm.state == "recovered" for alarm in alarms)
    return Detection(
        tick.tick, alarms, changed, _evidence(state, tick), reports, normal, high, newly_quiet=ended
    )


def _evidence(state: DetectState, tick: TickJudged) -> Evidence:
    memory, window = state.memory, state.memory.window
    since = window.since if window else Tick(tick.tick - QUIET_WINDOW + 1)
    cv2 = sum(variation(memory.base.spread))

    def draw() -> Evidence:
        whole = window or _latest(state, tick.tick)
        if tick.early and memory.ring and memory.ring[-1].early:
            whole = extended(whole, state.plan, memory.ring[-1])
        return evidence(state.plan, state.pool, cv2, whole)

    return Drawn(since, tick.tick, draw)


def _latest(state: DetectState, tick: Tick) -> Window:
    whole = tuple(each for each in state.memory.ring[-QUIET_WINDOW - 1 :] if not each.early)
    return over(state.plan, whole, Tick(tick - QUIET_WINDOW + 1)) if whole else empty(state.plan, tick)


def _normal(state: DetectState) -> tuple[np.ndarray, np.ndarray]:
    """(services,) expectation of the latest tick and what a quiet one stays below 19 times in 20."""
    services = len(state.plan.services)
    if not state.memory.ring:
        return np.zeros(services), np.ones(services)
    normal = state.pool.by_service * state.memory.ring[-1].effort
    _, nation = variation(state.memory.base.spread)
    return normal, np.maximum(normal + 1.645 * np.sqrt(normal + nation * normal**2) + 0.5, 1.0)


def _learned(
    state: DetectState, tick: TickJudged, seen: Moment, shape: np.ndarray, of_week: int
) -> DetectState:
    """After the verdict: quiet times teach what is usual."""
    memory, compiled = state.memory, state.plan
    held = _held(state, tick.tick)
    level = state.pool.by_service
    base = baseline.taken(
        memory.base, compiled, seen.rows, seen.reports, shape, level * seen.effort, held, of_week
    )
    trust, agreed = memory.trust, memory.agreement.after(compiled.watchers, seen)
    teaching = _teaching(state, seen, agreed, held is None)
    if teaching.any():
        trust = trust.taken(
            compiled.watchers, seen.probes[teaching], seen.attempts[teaching], seen.failures[teaching]
        )
    usual = passive.usual(memory.usual, tick, held)
    pool = state.pool
    if (tick.tick + 1) % HOUR_TICKS == 0 or base.watched == baseline.SETTLING:
        base = baseline.learned(base, compiled)
        pool = scan.pooled(compiled, base)
        memory = msgspec.structs.replace(memory, sums=scan.anew(memory.sums))
    memory = msgspec.structs.replace(memory, base=base, trust=trust, usual=usual, agreement=agreed)
    return replace(state, memory=memory, pool=pool)


def _teaching(state: DetectState, seen: Moment, agreed: agreement.Agreement, quiet_now: bool) -> np.ndarray:
    """(observed,) bool: what teaches how often a vantage fails by itself.

    All of it in quiet times. Under an alarm, what a vantage says that is contradicted more often than not: else the
    alarm that such a one keeps open by itself would keep it believed.
    """
    if quiet_now or len(seen.probes) == 0:
        return np.full(len(seen.probes), quiet_now)
    watchers = state.plan.watchers
    _, contradicted = agreement.compared(watchers, seen)
    return np.asarray((contradicted > 0) & agreed.lying()[watchers.vantage[seen.probes]])


def _held(state: DetectState, tick: Tick) -> np.ndarray | None:
    """(counts,) bool: rows in alarm, which teach nothing for seven days; None where nothing is open.

    In a deployment's first week, what only reports say for three hours is taken for a level that is not known yet.
    """
    held = np.zeros(state.plan.counts, dtype=bool)
    new = state.memory.base.watched < HELD
    young = [
        each
        for each in state.memory.open
        if tick - each.born <= (HELD_NEW if new and each.alarm.reason not in rules.MEASURED else HELD)
    ]
    for each in young:
        held |= weight_of(state.plan, state.plan.number[each.subject], np.array(each.active, bool)) > 0.05
    return held if young else None


def said(state: DetectState, alarms: tuple[AlarmId, ...], verdict: str) -> DetectState:
    """A person said what these alarms were: "confirmed" or "false"."""
    after = quiet.judged(state.memory.quiet, frozenset(alarms), verdict)
    return replace(state, memory=msgspec.structs.replace(state.memory, quiet=after))


def amend(state: DetectState, feet: Footprints, settings: Settings, amended: TickAmended) -> DetectState:
    """Take in reports that came late: into baselines, history, and present evidence by the weight their age leaves."""
    memory, age = state.memory, state.memory.last - amended.tick
    if age < 0 or not amended.reports.rows:
        return state
    rows = np.array(amended.reports.rows, np.int64)
    raw, prefixes = np.array(amended.reports.counts, float), np.array(amended.reports.prefixes, float)
    bounded = np.minimum(raw, moments.PER_PREFIX * prefixes)
    dense = np.zeros(state.plan.counts)
    dense[rows] = bounded
    ring = tuple(
        moments.with_more(each, amended.reports) if each.tick == amended.tick else each
        for each in memory.ring
    )
    window = memory.window
    if window is not None and window.since <= amended.tick <= window.until:
        window = msgspec.structs.replace(window, reports=window.reports + dense)
    memory = msgspec.structs.replace(
        memory, sums=scan.amended(memory.sums, state.plan, rows, bounded, age),
        base=baseline.amended(memory.base, rows, bounded), ring=ring, window=window,
    )  # fmt: skip
    return replace(state, memory=memory)


def snapshot(state: DetectState) -> bytes:
    """The state as bytes."""
    return snapshots.snapshot(state)


def restore(data: bytes, feet: Footprints, settings: Settings) -> DetectState:
    """What `snapshot` wrote."""
    return snapshots.restore(data, feet)
