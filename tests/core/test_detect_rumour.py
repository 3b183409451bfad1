"""Is it us, or only said of us? And what a tick adds to quiet history."""

import dataclasses

import numpy as np
import pytest
from msgspec.structs import replace

from lightship.detect import core, quiet, rules
from lightship.detect.plan import CLASSES
from lightship.detect.state import DetectState
from lightship.detect.subjects import NEIGHBOUR
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent, FeedKind
from lightship.vocabulary.time import judged_at, start_of
from tests.core.test_detect import EAGER, out
from tests.support.small_network import AREAS, small
from tests.support.ticks import NOON, Stream

SETTINGS, FEET = Settings(), small()


def go(state: DetectState, ticks: list[TickJudged]) -> tuple[DetectState, list[tuple[int, Alarm]]]:
    found = list[tuple[int, Alarm]]()
    for tick in ticks:
        state, seen = core.step(state, FEET, SETTINGS, judged_at(tick.tick), tick)
        found += [(tick.tick - NOON, alarm) for alarm in seen.changed]
    return state, found


def known(stream: Stream, days: int = 3) -> DetectState:
    """Warm, and old enough for its hours to be history."""
    state, _ = go(core.start(FEET, SETTINGS), [stream.tick(NOON - 180 + n) for n in range(180)])
    memory = state.memory
    return dataclasses.replace(state, memory=replace(memory, base=replace(memory.base, watched=days * 1440)))


def told(found: list[tuple[int, Alarm]]) -> list[int]:
    return [minute for minute, alarm in found if alarm.state == "outage"]


def said(kind: FeedKind) -> FeedEvent:
    return FeedEvent(start_of(NOON), "status", ComponentId("elsewhere"), kind)


@pytest.mark.parametrize("seed", range(3))
def test_a_third_of_all_lines_is_told_within_a_quarter_of_an_hour_though_no_probe_crosses_what_failed(
    seed: int,
) -> None:
    stream = Stream(FEET, seed)
    state = known(stream)
    more = out(stream, stream.rows_of("broadband"), 0.3)
    _, found = go(state, [stream.tick(NOON + n, more) for n in range(20)])
    assert told(found)
    assert told(found)[0] <= 15
    assert found[-1][1].subject != NEIGHBOUR


@pytest.mark.parametrize("seed", range(3))
def test_a_burst_of_talk_is_never_told_as_ours(seed: int) -> None:
    stream = Stream(FEET, 10 + seed, per_line=1e-6)
    state = known(stream)
    usual = stream.quiet * stream.rows_of("broadband", without_area=True)
    _, found = go(state, [stream.tick(NOON + n, usual * 9.0 * 0.5 ** (n / 60)) for n in range(120)])
    assert told(found) == []


@pytest.mark.parametrize("seed", range(3))
def test_probes_that_fail_now_and_then_do_not_make_talk_ours(seed: int) -> None:
    """Over two hours of it, some five minutes hold two or three failures by chance; that is no word about us."""
    stream = Stream(FEET, 40 + seed, per_line=1e-6)
    state = known(stream)
    usual = stream.quiet * stream.rows_of("broadband", without_area=True)
    ours = [n for n, row in enumerate(FEET.rows) if isinstance(row, ProbeRow) and row.service == "broadband"]
    strays = [{ours[n % len(ours)]: 1} if n % 15 in (0, 1, 3) else {} for n in range(120)]
    ticks = [stream.tick(NOON + n, usual * 9.0 * 0.5 ** (n / 60), strays[n]) for n in range(120)]
    _, found = go(state, ticks)
    assert told(found) == []
    assert NEIGHBOUR in {alarm.subject for _, alarm in found}


def north(stream: Stream) -> np.ndarray:
    return stream.rows_of("broadband", *AREAS[:4])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_part_that_leads_a_rise_of_everywhere_is_not_told_and_does_not_grow_into_the_nation(
    seed: int,
) -> None:
    """A rumour shows in one region first, by chance and by how many talk there: that is no outage of the region."""
    stream = Stream(FEET, 50 + seed, per_line=2e-6)
    state = known(stream)
    usual = stream.quiet * stream.rows_of("broadband", without_area=True)
    talk = [usual * (4.0 + 3.0 * north(stream)) * 0.5 ** (n / 60) for n in range(90)]
    _, found = go(state, [stream.tick(NOON + n, more) for n, more in enumerate(talk)])
    assert told(found) == []


def test_a_part_that_would_be_past_its_threshold_but_for_the_talk_says_so() -> None:
    case = rules.Case(
        9.0, 14.0, 9.0, 0.0, 0, 9.0, falls=False, held=False, one_vantage=False, everywhere=True
    )
    assert rules.verdict(case) == ("possible", rules.EVERYWHERE)
    assert rules.verdict(dataclasses.replace(case, score=14.0, everywhere=False))[0] == "outage"


def test_the_same_part_is_told_when_it_rises_alone_and_when_it_stands_out_of_the_talk() -> None:
    stream = Stream(FEET, 51, per_line=2e-6)
    state = known(stream)
    usual = stream.quiet * stream.rows_of("broadband", without_area=True)
    _, alone = go(state, [stream.tick(NOON + n, usual * 14.0 * north(stream)) for n in range(30)])
    assert told(alone)
    within = usual * (2.0 + 40.0 * north(stream))
    _, beside = go(state, [stream.tick(NOON + n, within) for n in range(30)])
    assert told(beside)


def test_what_only_reports_told_of_a_part_keeps_that_part_while_the_nation_is_held() -> None:
    stream = Stream(FEET, 60, per_line=2e-6)
    state = known(stream)
    usual = stream.quiet * stream.rows_of("broadband", without_area=True)
    state, first = go(state, [stream.tick(NOON + n, usual * 9.0 * north(stream)) for n in range(12)])
    assert told(first)
    talk = usual * (9.0 + 9.0 * north(stream))
    _, found = go(state, [stream.tick(NOON + 12 + n, talk) for n in range(60)])
    wide = [alarm for _, alarm in found if alarm.national and alarm.state != "recovered"]
    assert {alarm.state for alarm in wide} <= {"possible"}


def test_while_a_neighbour_is_known_to_be_out_it_takes_more() -> None:
    stream = Stream(FEET, 20)
    state = known(stream)
    more = out(stream, stream.rows_of("broadband"), 0.3)
    first = replace(stream.tick(NOON), feeds=(said("neighbour-down"),))
    state, found = go(state, [first, *(stream.tick(NOON + 1 + n, more) for n in range(20))])
    assert told(found) == []
    assert {alarm.subject for _, alarm in found} == {NEIGHBOUR}
    over = replace(stream.tick(NOON + 21, more), feeds=(said("neighbour-healthy"),))
    _, found = go(state, [over, *(stream.tick(NOON + 22 + n, more) for n in range(12))])
    assert told(found)


def test_the_best_score_of_an_hour_becomes_history_class_by_class() -> None:
    stream = Stream(FEET, 30)
    state = known(stream)
    more = 1.5 * stream.rows_of("voice", AREAS[3])
    state, found = go(state, [stream.tick(NOON + n, more) for n in range(60)])
    best = state.memory.quiet.best
    area = CLASSES.index("area")
    highest = max(alarm.score for _, alarm in found if alarm.row_class == "area")
    assert best[area] >= highest - 1e-3


def test_probes_have_a_column_of_their_own_and_one_network_does_not_count() -> None:
    stream = Stream(FEET, 31)
    one, _ = go(known(stream), [stream.tick(NOON, failing=stream.probes_of("mail", "as1"))])
    both, _ = go(known(stream), [stream.tick(NOON, failing=stream.probes_of("mail"))])
    assert one.memory.quiet.best[-1] == 0.0
    assert both.memory.quiet.best[-1] >= 13.0


def test_what_is_held_as_somebody_elses_is_no_history_and_no_alarm() -> None:
    stream = Stream(FEET, 32)
    burst = out(stream, stream.rows_of("broadband"), 0.05)
    state, found = go(known(stream), [stream.tick(NOON + n, burst) for n in range(30)])
    assert {alarm.subject for _, alarm in found} == {NEIGHBOUR}
    assert state.memory.quiet.told == ()
    assert np.nan_to_num(state.memory.quiet.best[CLASSES.index("national")]) == 0.0
    assert EAGER > 0


def test_the_first_days_are_no_history() -> None:
    stream = Stream(FEET, 33)
    state, _ = go(known(stream, 1), [stream.tick(NOON + n) for n in range(70)])
    assert state.memory.quiet.hours == 0
    assert isinstance(state.memory.quiet, quiet.Quiet)
