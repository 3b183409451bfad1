"""A stretch of simulated time under the shipped engine; outages are forked off it, so that it goes on as if nothing
had been."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lightship.detect.state import DetectState
from lightship.run.benches.detect import engine
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.heard import Ear, Heard
from lightship.run.benches.detect.trial import Followed, Trial, followed
from lightship.simulate.counts.calendar import DAY_TICKS
from lightship.simulate.counts.cells import Cells
from lightship.simulate.counts.quiet import Day, Quiet
from lightship.vocabulary.events import ReportCounts


@dataclass(frozen=True)
class KeptDay:
    """One simulated day, as the peers are given it.

    Args:
        cells: what was counted. missing: (ticks,) bool. habit: (ticks,).
        level: (hours, rows) the engine's levels, by hour; effort: (ticks, services) its hour-and-factor.
    """

    first: int
    cells: Cells
    missing: np.ndarray
    habit: np.ndarray
    level: np.ndarray
    effort: np.ndarray


@dataclass
class Stretch:
    """What came of a run.

    Args:
        days: all of them, warm ones first. heard: false alarms after the warm-up, by the absolute tick.
        trials: outages with what the engine said. ticks: judged after the warm-up.
    """

    warm: int
    days: list[KeptDay] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    trials: list[tuple[Trial, Followed]] = field(default_factory=list)
    ticks: int = 0


def run(
    driven: Engine, quiet: Quiet, warm: int, days: int, trials: Sequence[Trial] = (),
    keep: bool = True, watch: Callable[[Day, Trial], None] = lambda day, trial: None,
    ping: Callable[[], None] = lambda: None,
) -> Stretch:  # fmt: skip
    """Drive the engine over warm + days days.

    Args:
        keep: hold on to the days, for the peers. watch: is shown each fork beside its day. ping: is called once a day.
    """
    found, ear, state = Stretch(warm), Ear(), driven.start()
    due: dict[int, list[Trial]] = {}
    for trial in trials:
        due.setdefault(trial.day * DAY_TICKS + trial.minute, []).append(trial)
    for number in range(warm + days):
        day = quiet.next_day()
        forks = {at - number * DAY_TICKS: those for at, those in due.items() if at // DAY_TICKS == number}
        state, kept = _day(driven, state, day, forks, ear if number >= warm else Ear(), found)
        for trial in (each for those in forks.values() for each in those):
            watch(day, trial)
        if keep:
            found.days.append(kept)
        if number >= warm:
            found.ticks += DAY_TICKS - int(day.missing.sum())
        ping()
    found.heard = list(ear.heard.values())
    return found


def _day(
    driven: Engine, state: DetectState, day: Day, forks: dict[int, list[Trial]], ear: Ear, found: Stretch
) -> tuple[DetectState, KeptDay]:  # fmt: skip
    rows, services = len(engine.level(state)), len(state.plan.services)
    level, effort = np.zeros((24, rows), np.float32), np.zeros((DAY_TICKS, services), np.float32)
    ticks = list(day.cells.by_tick(0, DAY_TICKS))
    late = _late(day)
    for minute, reports in enumerate(ticks):
        for trial in forks.get(minute, ()):
            found.trials.append((trial, followed(driven, state, day, trial)))
        if minute % 60 == 0:
            level[minute // 60] = engine.level(state)
        if day.missing[minute]:
            continue
        state, said = driven.step(state, day.first + minute, reports)
        if said.alarms:
            ear.listen(day.first + minute, said.alarms)
        effort[minute] = engine.effort(state)
        for tick, row in late.get(minute, ()):
            state = driven.amend(state, day.first + tick, ReportCounts((row,), (1,), (1,), (1,)))
    return state, KeptDay(day.first, day.cells, day.missing, day.habit, level, effort)


def _late(day: Day) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for tick, came, row in zip(*(each.tolist() for each in day.late), strict=True):
        if not day.missing[came]:
            found.setdefault(came, []).append((tick, row))
    return found
