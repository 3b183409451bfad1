"""What is usual: learned online, and by stated rules in growth, gaps, bursts, clock changes and bad days."""

from datetime import date

import numpy as np
import pytest
from msgspec.structs import replace

from lightship.detect import baseline, core, hours
from lightship.detect.dispersion import FIRST, sum_variation, variation
from lightship.detect.holidays import is_holiday
from lightship.detect.state import DetectState
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at, parse_iso, tick_of
from tests.support.small_network import AREAS, network, small
from tests.support.ticks import NOON, Stream

SETTINGS = Settings()
LONDON = "Europe/London"


def go(state: DetectState, feet: Footprints, ticks: list[TickJudged]) -> tuple[DetectState, set[str]]:
    """The state after, and the alarms past their thresholds on the way."""
    past = set[str]()
    for tick in ticks:
        state, found = core.step(state, feet, SETTINGS, judged_at(tick.tick), tick)
        past |= {
            each.id
            for each in found.changed
            if each.score >= each.threshold and each.row_class != "neighbour"
        }
    return state, past


@pytest.mark.parametrize("per_line", [2.5e-8, 1e-6])
def test_a_new_deployment_learns_its_level_and_cries_nothing_meanwhile(per_line: float) -> None:
    feet = small()
    stream = Stream(feet, 1, per_line, cv=0.2, cv_all=0.1)
    state, past = go(core.start(feet, SETTINGS), feet, [stream.tick(NOON + n) for n in range(600)])
    assert past == set()
    got = float(state.pool.level.sum()) / float(stream.quiet.sum())
    assert 0.4 < got < 2.0


def test_an_areas_own_level_is_learned_where_it_differs_from_its_share_of_lines() -> None:
    feet = small()
    stream = Stream(feet, 2, 1e-6, cv=0.1, cv_all=0.1)
    row = int(np.flatnonzero(stream.rows_of("voice", AREAS[3]))[0])
    stream.quiet[row] *= 6.0
    state, _ = go(core.start(feet, SETTINGS), feet, [stream.tick(NOON + n) for n in range(1800)])
    assert 4.0 < float(state.pool.level[row]) / float(state.pool.level[row - 1]) < 8.0


def test_the_week_of_a_service_is_learned_where_it_differs_from_the_shipped_one() -> None:
    feet = small()
    base, compiled = baseline.start(START.plan), START.plan
    base = replace(base, watched=baseline.GETTING_TO_KNOW)
    when = hours.Hour(1.0, 30, 30)
    rows = np.arange(compiled.counts)
    for _ in range(6):
        due = np.full(compiled.counts, 20.0)
        level = baseline.levels(base, compiled)
        base = replace(base, hour=baseline._nothing(compiled))
        base = baseline.taken(
            base, compiled, rows, due, np.ones(3), level[:3] * 0 + due.sum() / 3, None, when.of_week
        )
        base = baseline.learned(base, compiled)
    assert base.week_due[:, 30].min() > 0
    assert (base.week_due[:, 31] == 0).all()
    assert feet.network.version == START.memory.map_version


START = core.start(small(), SETTINGS)


def test_the_profile_is_interpolated_between_the_middles_of_the_hours() -> None:
    base = baseline.start(START.plan)
    week = base.week_seen.copy()
    week[:, 10] = 300.0
    due = np.zeros_like(week)
    due[:, 10] = 100.0
    base = replace(base, week_seen=week, week_due=due)
    at = [float(baseline.profile(base, hours.Hour(1.0, 10, minute))[0]) for minute in (0, 29, 30, 59)]
    top = (300.0 + 30.0) / 130.0
    assert at[1] == pytest.approx(top, abs=0.05)
    assert at[2] == pytest.approx(top, abs=0.05)
    assert at[0] == pytest.approx((top + 1.0) / 2, abs=0.05)
    assert at[3] == pytest.approx((top + 1.0) / 2, abs=0.05)


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2026, 4, 3), True), (date(2026, 4, 6), True), (date(2026, 5, 4), True), (date(2026, 5, 25), True),
        (date(2026, 8, 31), True), (date(2026, 12, 25), True), (date(2026, 12, 28), True), (date(2027, 12, 27), True),
        (date(2027, 12, 28), True), (date(2022, 1, 3), True), (date(2022, 6, 2), True), (date(2022, 5, 30), False),
        (date(2023, 5, 8), True), (date(2020, 5, 4), False), (date(2020, 5, 8), True), (date(2026, 7, 14), False),
        (date(2025, 4, 21), True), (date(2024, 3, 29), True), (date(2026, 12, 29), False),
    ],
)  # fmt: skip
def test_bank_holidays_are_known(day: date, free: bool) -> None:
    assert is_holiday(day, LONDON) is free
    assert not is_holiday(day, "Europe/Paris")


def test_a_bank_holiday_is_a_sunday_and_a_clock_change_moves_the_hour() -> None:
    holiday = tick_of(parse_iso("2026-05-25T09:30:00+01:00"))
    assert hours.hour(holiday, LONDON).of_week == 6 * 24 + 9
    before = hours.hour(tick_of(parse_iso("2026-03-28T09:00:00Z")), LONDON)
    after = hours.hour(tick_of(parse_iso("2026-03-29T08:00:00Z")), LONDON)
    assert before.of_week % 24 == after.of_week % 24 == 9


def test_growth_of_a_fifth_a_week_is_followed() -> None:
    feet = small()
    stream = Stream(feet, 3, 1e-6, cv=0.1, cv_all=0.1)
    state, past = core.start(feet, SETTINGS), set[str]()
    for n in range(1440):
        tick = stream.tick(NOON + n, factor=1.2 ** (n / (7 * 1440)))
        state, more = go(state, feet, [tick])
        past |= more
    assert len(past) <= 1


def test_six_hours_of_silence_teach_nothing() -> None:
    feet = small()
    stream = Stream(feet, 4, 4e-6, cv=0.1, cv_all=0.1)
    state, _ = go(core.start(feet, SETTINGS), feet, [stream.tick(NOON + n) for n in range(300)])
    before = state.memory.base
    assert not before.gap
    empty = [TickJudged(Tick(NOON + 300 + n), feet.network.version) for n in range(360)]
    state, _ = go(state, feet, empty)
    assert state.memory.base.gap
    assert state.memory.ring[-1].gap
    ratio = float(
        (state.memory.base.seen / state.memory.base.effort).sum() / (before.seen / before.effort).sum()
    )
    assert 0.9 < ratio < 1.1
    _, after = go(state, feet, [stream.tick(NOON + 660 + n) for n in range(120)])
    assert after == set()


def test_noise_is_learned_for_each_sum_shrunk_to_what_its_rows_make_of_it() -> None:
    modelled = np.array([0.1, 0.1, 0.1])
    sums = np.array([[0.0, 80.0, 1e6], [0.0, 200.0, 1e4]])
    found = sum_variation(sums, 1.0, modelled)
    assert found[0] == pytest.approx(0.1)
    assert 0.1 < found[1] < 0.3
    assert found[2] == pytest.approx(0.4)
    assert variation(FIRST) == pytest.approx((0.16, 0.09))


def test_another_map_keeps_what_was_learned_of_the_rows_that_stay() -> None:
    feet = small()
    stream = Stream(feet, 5, 1e-6)
    state, _ = go(core.start(feet, SETTINGS), feet, [stream.tick(NOON + n) for n in range(240)])
    larger = small(lines=100_000.0)
    assert larger.network.version != network().version
    moved = core.start(larger, SETTINGS, state)
    assert np.array_equal(moved.memory.base.seen, state.memory.base.seen)
    assert np.array_equal(moved.memory.base.row_seen, state.memory.base.row_seen)
    assert moved.memory.base.watched == state.memory.base.watched
    assert moved.memory.quiet is state.memory.quiet


def test_one_network_with_many_names_in_one_area_is_no_outage_of_the_region() -> None:
    feet = START.plan.feet
    stream = Stream(feet, 6)
    state, _ = go(core.start(feet, SETTINGS), feet, [stream.tick(NOON + n) for n in range(120)])
    more = np.zeros(len(stream.quiet))
    more[np.flatnonzero(stream.rows_of("voice", AREAS[0]))] = 5.0
    for n in range(30):
        tick = stream.tick(NOON + 120 + n, more, prefixes=1)
        state, found = core.step(state, feet, SETTINGS, judged_at(tick.tick), tick)
        for alarm in found.alarms:
            assert not alarm.public
            assert {each.area for each in alarm.areas} <= {AREAS[0]}
