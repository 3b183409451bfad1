"""The generator of counted reports: its truth is what it says."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.simulate.counts import burst, calendar, outage, rows
from lightship.simulate.counts.calendar import DAY_TICKS, bank_holidays, habit
from lightship.simulate.counts.cells import Cells, clumped, of_reports, together
from lightship.simulate.counts.outage import Outage
from lightship.simulate.counts.quiet import GAP, Quiet
from lightship.simulate.counts.rows import Rows
from lightship.simulate.counts.setting import CV, HOME, Setting, unseen
from lightship.vocabulary.time import parse_iso, tick_of
from tests.support.small_network import network

ROWS = Rows.of(network())
MONDAY = tick_of(parse_iso("2026-01-05T00:00:00Z"))


def dense(cells: Cells, ticks: int, size: int) -> np.ndarray:
    found = np.zeros((ticks, size), int)
    found[cells.tick, cells.row] = cells.count
    return found


reports = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 3)), max_size=40)


@given(reports, reports)
def test_counting_loses_no_report_and_adds_up(
    one: list[tuple[int, ...]], other: list[tuple[int, ...]]
) -> None:
    a, b = (np.array(each, int).reshape(-1, 3) for each in (one, other))
    first, second = of_reports(a[:, 0], a[:, 1], 5), of_reports(b[:, 0], b[:, 1], 5)
    both = together([first, second], 5)
    assert (dense(both, 10, 5) == dense(first, 10, 5) + dense(second, 10, 5)).all()
    assert both.count.sum() == len(one) + len(other)


@given(reports)
def test_a_clump_is_one_prefix_wherever_it_reports(given_: list[tuple[int, ...]]) -> None:
    a = np.array(given_, int).reshape(-1, 3)
    found = clumped(a[:, 0], a[:, 1], a[:, 2], 5)
    assert found.count.sum() == len(a)
    assert (found.prefixes <= found.count).all()
    assert found.fresh.sum() == len({each[2] for each in given_})
    assert (found.bounded <= 3 * found.prefixes).all()


def test_ticks_come_out_as_the_log_would_hold_them() -> None:
    cells = of_reports(np.array([0, 2, 2]), np.array([3, 1, 1]), 5)
    quiet, empty, busy = cells.by_tick(0, 3)
    assert (quiet.rows, quiet.counts) == ((3,), (1,))
    assert empty.rows == ()
    assert (busy.rows, busy.counts, busy.prefixes, busy.fresh) == ((1,), (2,), (2,), (2,))
    assert cells.between(1, 3).count.tolist() == [2]


def test_rows_are_those_of_the_map() -> None:
    assert len(ROWS) == 39
    assert (ROWS.area[ROWS.unplaced] == -1).all()
    assert (ROWS.astray[0] == [0, 12, 24]).all()


def test_the_normal_rate_of_a_row_lies_in_its_range_and_a_share_names_no_area() -> None:
    level = rows.normal(ROWS, 0.35, np.random.default_rng(1))
    placed = ROWS.area >= 0
    assert level[placed].min() >= 0.1
    assert level[placed].max() <= 300.0
    assert level[~placed].sum() / level.sum() == pytest.approx(0.35)


@pytest.mark.parametrize("number", range(3))
def test_an_unseen_noise_lies_in_its_tercile_and_hangs_on_the_seed_alone(number: int) -> None:
    setting = unseen(7, number)
    low = CV[0] + (CV[1] - CV[0]) * number / 3
    assert low <= setting.cv_area <= low + 0.134
    assert low <= setting.cv_nation <= low + 0.134
    assert setting == unseen(7, number)
    assert setting != unseen(8, number)


def test_days_have_the_mean_that_was_asked_for_and_repeat_by_seed() -> None:
    setting = Setting("still", cv_area=0.2, cv_nation=0.2, growth=0.0, clumps=0.0, late=0.0, holiday=1.0)
    one, other = Quiet(ROWS, setting, 3, MONDAY), Quiet(ROWS, setting, 3, MONDAY)
    weeks = [one.next_day() for _ in range(28)]
    seen = sum(int(day.cells.count.sum()) for day in weeks)
    assert seen / 28 == pytest.approx(one.level.sum(), rel=0.05)
    assert (weeks[0].cells.row == other.next_day().cells.row).all()


def test_slow_noise_has_the_variation_and_the_memory_that_it_says() -> None:
    setting = Setting("rough", cv_area=0.6, cv_nation=0.2, memory=60.0)
    quiet = Quiet(ROWS, setting, 5, MONDAY)
    path = np.concatenate([quiet.next_day().frailty for _ in range(30)])
    whole = np.sqrt((1 + 0.6**2) * (1 + 0.2**2) - 1)
    assert path.mean() == pytest.approx(1.0, abs=0.05)
    assert path.std() == pytest.approx(whole, rel=0.1)
    logs = np.log(path) - np.log(path).mean()
    kept = float((logs[1:] * logs[:-1]).mean() / (logs**2).mean())
    assert kept == pytest.approx(np.exp(-10 / 60), abs=0.03)


def test_a_gap_takes_in_nothing_for_six_hours_and_late_reports_come_after_their_tick() -> None:
    quiet = Quiet(ROWS, Setting("odd", late=0.2, gaps=(1,)), 2, MONDAY)
    whole, gapped = quiet.next_day(), quiet.next_day()
    assert not whole.missing.any()
    assert gapped.missing.sum() == GAP
    assert not gapped.missing[gapped.cells.tick].any()
    tick, came, row = whole.late
    assert len(tick) > 0
    assert (came > tick).all()
    assert (row < len(ROWS)).all()


def test_growth_raises_the_level_over_a_year() -> None:
    setting = Setting("grows", growth=1.0, cv_area=0.2, cv_nation=0.2, clumps=0.0, late=0.0)
    quiet = Quiet(ROWS, setting, 2, MONDAY)
    early = sum(int(quiet.next_day().cells.count.sum()) for _ in range(7))
    quiet.day = 364
    late = sum(int(quiet.next_day().cells.count.sum()) for _ in range(7))
    assert late / early == pytest.approx(2.0, rel=0.25)


@pytest.mark.parametrize(
    ("year", "dates"),
    [
        (2026, {(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)}),
        (2027, {(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)}),
        (2025, {(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)}),
    ],
)
def test_bank_holidays_are_those_of_england(year: int, dates: set[tuple[int, int]]) -> None:
    assert bank_holidays(year) == {date(year, *each) for each in dates}


def test_people_report_by_their_own_clocks() -> None:
    winter = habit(HOME, tick_of(parse_iso("2026-03-27T00:00:00Z")), DAY_TICKS)
    summer = habit(HOME, tick_of(parse_iso("2026-03-30T00:00:00Z")), DAY_TICKS)
    assert (summer[:-60] == winter[60:]).all()
    holiday = habit(HOME, tick_of(parse_iso("2026-12-25T00:00:00Z")), DAY_TICKS)
    assert holiday[720] == pytest.approx(HOME.holiday * winter[720])
    assert calendar.by_hour(HOME, np.array([3.0]))[0] == pytest.approx(HOME.night)


def whole(lines: float = 1000.0, ramp: float = 0.0, minutes: float = 1e6, propensity: float = 0.05) -> Outage:
    return Outage("area", "0110", np.array([0]), np.array([lines]), ramp, minutes, propensity)


def test_an_outage_brings_the_share_of_its_lines_that_it_says_in_the_first_hour() -> None:
    each = outage.eager(whole(), np.ones(60))
    assert each.sum() == pytest.approx(1.0 - np.exp(-0.05))
    assert (np.diff(each) < 0).all()


@given(st.floats(0.0, 60.0), st.floats(1.0, 500.0), st.floats(0.002, 0.05))
@settings(max_examples=50)
def test_nobody_reports_twice_and_nobody_after_the_end(
    ramp: float, minutes: float, propensity: float
) -> None:
    each = outage.eager(whole(ramp=ramp, minutes=minutes, propensity=propensity), np.ones(600))
    assert (each >= 0).all()
    assert each.sum() <= 1.0 + 1e-9
    assert each[int(minutes) + 1 :].sum() == 0.0


def test_reports_fall_where_the_outage_is_and_a_tenth_goes_astray_in_the_same_place() -> None:
    hit, mean = outage.expected(whole(), ROWS, np.ones(60), 0.35)
    assert hit.tolist() == [0, 12, 24, 36]
    total = mean.sum(axis=0) / mean.sum()
    assert total == pytest.approx([0.65 * 0.9, 0.65 * 0.05, 0.65 * 0.05, 0.35])
    drawn = outage.reports(whole(1e6), ROWS, np.ones(60), 0.35, np.random.default_rng(1))
    assert set(drawn.row.tolist()) == set(hit.tolist())
    assert drawn.count.sum() == pytest.approx(mean.sum() * 1000, rel=0.02)


def test_a_ramp_climbs_to_the_height_and_the_end_ends_it() -> None:
    level = outage.severity(whole(ramp=10, minutes=20), 30)
    assert level[4] == pytest.approx(0.45)
    assert level[12] == 1.0
    assert level[20:].sum() == 0.0
    assert whole().size == 1000.0


def test_courses_have_the_median_that_is_stated() -> None:
    chance = np.random.default_rng(4)
    drawn = [outage.drawn_course(chance) for _ in range(4000)]
    assert {each[0] for each in drawn} == set(outage.RAMPS)
    assert np.median([each[1] for each in drawn]) == pytest.approx(60 * outage.MEDIAN_HOURS, rel=0.08)
    low, high = outage.PROPENSITY
    assert all(low <= each[2] <= high for each in drawn)


def test_a_burst_rises_to_its_factor_halves_and_names_its_services_alone() -> None:
    one = burst.Burst((1,), 3.0, 10.0, 60.0)
    times = burst.times(one, 240)
    assert times[10] == pytest.approx(2.0, rel=0.02)
    assert times[70] == pytest.approx(1.0, rel=0.02)
    per_tick = np.where(ROWS.area >= 0, 1.0, 5.0)
    found = burst.reports(one, ROWS, per_tick, np.ones(240), np.random.default_rng(2))
    assert set(ROWS.service[found.row].tolist()) == {1}
    assert found.count.sum() == pytest.approx(times.sum() * per_tick[ROWS.service == 1].sum(), rel=0.05)


def test_bursts_are_of_one_service_or_of_all() -> None:
    chance = np.random.default_rng(3)
    many = {len(burst.drawn_burst(3, chance).services) for _ in range(60)}
    assert many == {1, 3}


def test_an_empty_clump_is_no_report() -> None:
    none = np.empty(0, np.int64)
    assert len(clumped(none, none, none, 5).tick) == 0
