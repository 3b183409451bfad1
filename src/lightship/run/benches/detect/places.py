"""How well areas, size and beginning were told, against the truth."""

import msgspec
import numpy as np

from lightship.follow.scope import impact
from lightship.prevent.footprints import Footprints
from lightship.run.benches.detect.trial import AFTER_ONSET, Followed, Trial
from lightship.simulate.counts.outage import severity
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.time import MINUTE, Instant, Tick, start_of

ENOUGH = 5.0
"""Expected reports from which an area can be asked for by itself."""


class Areas(msgspec.Struct, frozen=True):
    """At one age: areas told, those of them that are right, areas to be told, those of them that were.

    Args:
        others: areas hit that had too few reports, not scored.
    """

    told: int
    right: int
    wanted: int
    found: int
    others: int


class Size(msgspec.Struct, frozen=True):
    """Lines out an hour after the onset: as told (value, low, high) and in truth."""

    value: float
    low: float
    high: float
    truth: float


class Onset(msgspec.Struct, frozen=True):
    """Minutes that the likeliest beginning is after the true one, width of its interval, and whether that covers it."""

    error: float
    width: float
    covers: bool


def areas(feet: Footprints, trial: Trial, said: Followed, number: int) -> Areas | None:
    """At AFTER_ONSET[number]; None where the outage was over by then.

    An alarm that says "national" tells every area of it; one of a component those that hang on it.
    """
    age = AFTER_ONSET[number]
    if trial.outages[0].minutes < age:
        return None
    hit = set[int]()
    for outage in trial.outages:
        hit.update(outage.rows[outage.lines > 0].tolist())
    alarms = said.at_onset[number]
    components = {ComponentId(alarm.subject) for alarm in alarms} & set(feet.index)
    told = set[int]()
    for alarm in alarms:
        told |= _rows(feet, alarm, likely=alarm.national or alarm.subject in components)
    reports = dict(zip(trial.hit.tolist(), trial.expected[:age].sum(axis=0).tolist(), strict=True))
    wanted = {row for row in hit if reports.get(row, 0.0) >= ENOUGH}
    for name in components:
        footprint = feet.footprint(name)
        wanted |= {row for row in hit if footprint[row] > 0.05}
    return Areas(len(told), len(told & hit), len(wanted), len(told & wanted), len(hit - wanted))


def _rows(feet: Footprints, alarm: Alarm, likely: bool) -> set[int]:
    states = ("affected", "likely") if likely else ("affected",)
    return {feet.row_number[CountRow(a.service, a.area)] for a in alarm.areas if a.state in states}


def size(feet: Footprints, trial: Trial, said: Followed) -> Size | None:
    """None where nothing stood an hour after the onset, no figure was given, or it was over by then."""
    age, alarms = AFTER_ONSET[-1], said.at_onset[-1]
    truth = sum(outage.size * float(severity(outage, age)[-1]) for outage in trial.outages)
    if not alarms or truth <= 0:
        return None
    services = tuple(dict.fromkeys(service for alarm in alarms for service in alarm.services))
    lines, _ = impact(alarms, services, {}, feet)
    if lines.value is None or lines.low is None or lines.high is None:
        return None
    return Size(lines.value, lines.low, lines.high, truth)


def onset(alarm: Alarm | None, start: int) -> Onset | None:
    """None where nothing was heard. `start`: the tick in which it began."""
    if alarm is None:
        return None
    truth: Instant = start_of(Tick(start))
    since = alarm.since
    return Onset(
        (since.likeliest - truth) / MINUTE, (since.latest - since.earliest) / MINUTE,
        since.earliest <= truth <= since.latest,
    )  # fmt: skip


def within(each: np.ndarray, factor: float) -> float:
    """Share of these that lie within a factor of 1."""
    return float(((each <= factor) & (each >= 1.0 / factor)).mean()) if len(each) else float("nan")
