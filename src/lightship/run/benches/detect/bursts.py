"""Press bursts and rumours: everybody reports, nothing is out, and our own probes say so."""

import msgspec
import numpy as np

from lightship.detect.state import DetectState
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.heard import is_past
from lightship.run.benches.detect.probing import Paths
from lightship.run.benches.detect.trial import CENSORED
from lightship.simulate.counts.burst import Burst, reports
from lightship.simulate.counts.cells import Cells, together
from lightship.simulate.counts.quiet import Day, Quiet

LEAD = 10
"""Ticks before it with probes: the engine has to know that they are well."""


class Said(msgspec.Struct, frozen=True):
    """What the engine made of one burst.

    Args:
        factor: at the height. services: how many were named. ours: an alarm of our own outage over a sum of the whole
            nation, past its threshold; public: it was fit for the public. neighbour: put down to somebody else.
        part: meanwhile an outage of a part of the nation was told of a service named, by talk or by its own noise.
    """

    factor: float
    services: int
    ours: bool
    public: bool
    neighbour: bool
    part: bool = False


def followed(
    driven: Engine, paths: Paths, state: DetectState, quiet: Quiet, day: Day, minute: int, burst: Burst,
    chance: np.random.Generator,
) -> Said:  # fmt: skip
    """Fork the run before the burst and follow it for two hours."""
    start, end = minute - LEAD, minute + CENSORED
    per_tick = quiet.level / quiet.mean_habit / len(day.habit)
    more = reports(burst, quiet.rows, per_tick, day.habit[minute:end], chance)
    base = day.cells.between(start, end)
    whole = together(
        [
            Cells(base.tick - start, base.row, base.count, base.prefixes, base.fresh),
            Cells(more.tick + LEAD, more.row, more.count, more.prefixes, more.fresh),
        ],
        len(quiet.rows),
    )
    open_before = {each.alarm.id for each in state.memory.open}
    ours = public = neighbour = part = False
    named = {state.plan.services[each] for each in burst.services}
    for n, counted in enumerate(whole.by_tick(0, end - start)):
        state, said = driven.step(state, day.first + start + n, counted, paths.measured(None, chance))
        for alarm in said.alarms:
            if alarm.id in open_before:
                continue
            told = is_past(alarm) and alarm.state == "outage"
            wide = _wide(state, alarm.subject, alarm.row_class)
            neighbour |= alarm.row_class == "neighbour"
            ours |= wide and told
            public |= wide and is_past(alarm) and alarm.public
            part |= not wide and told and n >= LEAD and not named.isdisjoint(alarm.services)
    return Said(burst.factor, len(burst.services), ours, public, neighbour, part)


def _wide(state: DetectState, subject: str, row_class: str) -> bool:
    """Is it about the nation? An area's own noise may raise its own false alarm meanwhile."""
    if row_class == "neighbour":
        return True
    number = state.plan.number.get(subject)
    return number is not None and bool(state.plan.national[number])
