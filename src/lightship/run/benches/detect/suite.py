"""The whole benchmark: plans the jobs, runs them, and puts together what they found."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

import lightship
from lightship.run.benches.detect import (
    bars,
    cells,
    jobs,
    outside,
    pool,
    promise,
    rivals,
    thresholds,
    watched,
)
from lightship.run.benches.detect.bars import Bar
from lightship.run.benches.detect.form import SHORT, Form
from lightship.run.benches.detect.jobs import Home, Noise
from lightship.run.benches.detect.peers import farrington
from lightship.run.benches.detect.result import Result
from lightship.run.benches.detect.series import CLASSES
from lightship.run.benches.detect.watched import Watched
from lightship.run.benches.showing import lines_of
from lightship.simulate.counts.setting import HOME, TERCILES

PUBLIC_SEED = 1
"""For work. Any other is as good; nothing may be tuned to one."""

PARTS = ("delay", "promise", "bursts")


def short() -> Iterator[Bar]:
    """The short form, for `lightship bench`."""
    result = measure(SHORT, PUBLIC_SEED, workers=2)
    yield from ((line.name, line.measured) for line in result.bars)


class _Task(NamedTuple):
    part: str
    job: pool.Job
    pings: int


def measure(
    form: Form, seed: int, workers: int, only: Sequence[str] = PARTS, focus_python: str = ""
) -> Result:
    """Run it.

    Args:
        only: parts of it; what was left out is "not measured". focus_python: an interpreter with `changepoint-online`.
    """
    began = time.monotonic()
    tasks = _tasks(form, seed, only)
    done = pool.run([each.job for each in tasks], workers, sum(each.pings for each in tasks))
    parts: dict[str, list[Any]] = {part: [] for part in PARTS}
    for task, found in zip(tasks, done, strict=True):
        parts[task.part].append(found)
    result, minutes = _together(form, seed, parts, (time.monotonic() - began) / 60.0)
    notes = _notes(form, parts["delay"], focus_python)
    return msgspec.structs.replace(result, notes=notes, bars=lines_of(bars.bars(result, minutes)))


def _notes(form: Form, homes: Sequence[Home], focus_python: str) -> list[str]:
    """What programs of others say, or that they are absent."""
    if not homes:
        return []
    every = [each for home in homes for each in home.asked]
    return [outside.focus_note(focus_python), farrington.note(every, homes[0].sums, form.budget)]


def _tasks(form: Form, seed: int, only: Sequence[str]) -> list[_Task]:
    found, each = list[_Task](), -(-form.days // form.replicas)
    if "delay" in only:
        pings = form.warm + 2 * each + 9
        found += [_Task("delay", (jobs.home, (form, seed, n)), pings) for n in range(form.replicas)]
    if "bursts" in only:
        found.append(_Task("bursts", (watched.watched, (form, seed)), form.warm + 9))
    if "promise" in only:
        pings = form.warm + form.days
        found += [_Task("promise", (jobs.noise, (form, seed, n)), pings) for n in range(TERCILES)]
    return found


def _together(
    form: Form, seed: int, parts: dict[str, list[Any]], minutes: float
) -> tuple[Result, cells.Delays]:
    homes: list[Home] = parts["delay"]
    noises: list[Noise] = parts["promise"]
    seen: list[Watched] = parts["bursts"]
    heard = [each for home in homes for each in home.heard]
    ticks = max(sum(home.ticks for home in homes), 1)
    set_at = _thresholds(homes, len(heard))
    outcomes = [each for home in homes for each in home.outcomes]
    delays = cells.delays(outcomes, set_at) if outcomes else {}
    rows = cells.rows(outcomes, delays, seed) if outcomes else []
    return Result(
        True, seed, form, lightship.__version__, minutes,
        promise.kept("home", HOME.name, ticks, form.budget, heard),
        [promise.kept(each.name, each.noise, each.ticks, form.budget, each.heard) for each in noises],
        {name: each.tolist() for name, each in set_at.items()}, rows,
        [said for each in seen for said in each.bursts], [onset for each in seen for onset in each.onsets],
        sum(each.missed for each in seen), outcomes, [],
    ), delays  # fmt: skip


def _thresholds(homes: Sequence[Home], alarms: int) -> dict[str, np.ndarray]:
    """Per peer and class, so that together they alarm as often as ours did over the same time."""
    if not homes:
        return {}
    found = {}
    for name in rivals.NAMES:
        maxima = np.concatenate([home.maxima[name] for home in homes])
        share = alarms / len(CLASSES)
        found[name] = np.array([thresholds.threshold(maxima[:, n], share) for n in range(len(CLASSES))])
    return found
