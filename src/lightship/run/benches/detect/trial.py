"""One outage under the engine: forked off a quiet run, followed for two hours."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lightship.detect.state import DetectState
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.heard import is_past, stands
from lightship.simulate.counts.cells import Cells, together
from lightship.simulate.counts.outage import Outage
from lightship.simulate.counts.quiet import Day
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.services import ServiceId

CENSORED = 120
"""Minutes after which an outage counts as missed."""
AFTER_ONSET = (15, 60)
"""Minutes after the onset at which areas are asked for."""
AFTER_ALARM = 30
"""Minutes after the alarm at which its onset and size are asked for."""


@dataclass(frozen=True)
class Trial:
    """An outage and when it comes.

    Args:
        number: unique in the run. cell: (scope, size class, "day" or "night").
        outages: what is out, the first one is scored; a second overlaps it. starts: minute of each after `minute`.
        day, minute: of the beginning. extra: what they add, ticks from the beginning.
        service: name of the service of the first.
    """

    number: int
    cell: tuple[str, str, str]
    outages: tuple[Outage, ...]
    day: int
    minute: int
    extra: Cells
    service: ServiceId
    expected: np.ndarray
    hit: np.ndarray


@dataclass(frozen=True)
class Followed:
    """What the engine said.

    Args:
        delay: minutes from the onset to the end of the tick of the first alarm that has to do with it; CENSORED:
            missed. public: the same for what may be said in public.
        spoiled: an alarm that has to do with it stood before it began.
        at_onset: per entry of AFTER_ONSET, the alarms that stand then. later: the first alarm as it stood
            AFTER_ALARM minutes after it was raised.
    """

    delay: float
    public: float
    spoiled: bool
    at_onset: tuple[tuple[Alarm, ...], ...]
    first: Alarm | None
    later: Alarm | None
    milliseconds: float


def followed(driven: Engine, state: DetectState, day: Day, trial: Trial) -> Followed:
    """Fork the run at the outage's beginning and follow it."""
    rows = len(state.pool.level)
    quiet = day.cells.between(trial.minute, trial.minute + CENSORED)
    moved = Cells(quiet.tick - trial.minute, quiet.row, quiet.count, quiet.prefixes, quiet.fresh)
    whole = together([moved, trial.extra], rows)
    mine = frozenset(trial.outages[0].rows.tolist())
    spoiled = any(_matches(state, alarm, mine, trial.service) for alarm in state_alarms(state))
    return _follow(driven, state, day.first + trial.minute, whole, mine, trial.service, spoiled)


def state_alarms(state: DetectState) -> Iterable[Alarm]:
    """Alarms past their thresholds now."""
    return (each.alarm for each in state.memory.open if is_past(each.alarm))


def _follow(
    driven: Engine, state: DetectState, start: int, cells: Cells, mine: frozenset[int], service: ServiceId,
    spoiled: bool,
) -> Followed:  # fmt: skip
    delay, public, shown = float(CENSORED), float(CENSORED), list[tuple[Alarm, ...]]()
    first, later, identity = None, None, ""
    began = time.perf_counter()
    for minute, reports in enumerate(cells.by_tick(0, CENSORED)):
        state, said = driven.step(state, start + minute, reports)
        matching = (
            [a for a in said.alarms if is_past(a) and _matches(state, a, mine, service)]
            if said.alarms
            else []
        )
        if matching and first is None:
            first, delay, identity = matching[0], minute + 1.0, matching[0].id
        if public == CENSORED and any(each.public for each in matching):
            public = minute + 1.0
        if first is not None and minute + 1 <= delay + AFTER_ALARM:
            later = next((a for a in said.alarms if a.id == identity and a.state != "recovered"), later)
        if minute + 1 in AFTER_ONSET:
            shown.append(tuple(a for a in said.alarms if stands(a)))
    spent = (time.perf_counter() - began) * 1000 / CENSORED
    return Followed(delay, public, spoiled, tuple(shown), first, later, spent)


def _matches(state: DetectState, alarm: Alarm, mine: frozenset[int], service: ServiceId) -> bool:
    """Has the alarm to do with the outage? It speaks of the service and of a place where that is out."""
    if service not in alarm.services:
        return False
    number = state.plan.number.get(alarm.subject)
    if number is None:
        return False
    return not mine.isdisjoint(state.plan.subjects[number].cells.tolist())
