"""Sessions that fall where nobody can report: which service, which areas, how many, since when."""

import numpy as np
import pytest

from lightship.detect import core
from lightship.detect.evidence import Detection
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.events import PassiveCounts, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import Tick, judged_at, start_of, tick_of
from tests.support.small_network import AREAS, small
from tests.support.ticks import NOON, Stream

SETTINGS, FEET = Settings(), small()
CALM = 60


def after_the_cut(left: float, gasps: bool, ticks: int) -> list[Detection]:
    """An hour of calm, then so much of the sessions behind the first metro node is left, and nobody reports."""
    stream = Stream(FEET, 19, per_line=0.0)
    rows = tuple(int(n) for n in np.flatnonzero(stream.rows_of("broadband", *AREAS)))
    state, found = core.start(FEET, SETTINGS), []
    for n in range(CALM + ticks):
        share = [left if n >= CALM and k < 4 else 1.0 for k in range(len(rows))]
        values = tuple(float(stream.chance.poisson(100_000 * each)) for each in share)
        plain = stream.tick(NOON + n)
        said = FeedEvent(start_of(Tick(NOON + n)), "panel", "ups-ld8", "on-battery")  # type: ignore[arg-type]
        tick = TickJudged(
            plain.tick, plain.map_version, plain.reports, plain.probes,
            PassiveCounts(rows, ("sessions",) * len(rows), values), (said,) if gasps and n == CALM else (),
        )  # fmt: skip
        state, detection = core.step(state, FEET, SETTINGS, judged_at(tick.tick), tick)
        found.append(detection)
    return found


def last_outage(found: list[Detection]) -> Alarm:
    return next(each for each in reversed(found[-1].alarms) if each.state == "outage")


@pytest.mark.parametrize("left", [0.2, 0.5])
def test_the_fall_says_which_service_which_areas_how_many_and_since_when(left: float) -> None:
    alarm = last_outage(after_the_cut(left, gasps=False, ticks=6))
    assert alarm.services == ("broadband",)
    assert {each.area for each in alarm.areas if each.state == "affected"} == {*AREAS[:4]}
    assert alarm.share.low is not None
    assert alarm.share.high is not None
    assert alarm.share.low <= 1.0 - left <= alarm.share.high
    assert abs(tick_of(alarm.since.likeliest) - (NOON + CALM)) <= 1


def test_an_hour_of_noise_is_no_fall() -> None:
    assert all(not each.alarms for each in after_the_cut(1.0, gasps=False, ticks=30))
