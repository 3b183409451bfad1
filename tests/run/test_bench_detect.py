"""The benchmark of detection: forks leave the run alone, figures are what they say, bars and plots say them."""

import dataclasses
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from lightship.detect import core
from lightship.run.benches.detect import cells, oracle, places, rivals, stretch
from lightship.run.benches.detect.bars import bars
from lightship.run.benches.detect.bursts import Said
from lightship.run.benches.detect.cells import ORACLE, OURS
from lightship.run.benches.detect.draws import HOURS, SCOPES, SPARSE, Draws, size_class
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.form import FULL, SHORT, Form, chosen
from lightship.run.benches.detect.heard import Ear, is_past
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.places import Areas, Onset, Size
from lightship.run.benches.detect.promise import kept, poisson_interval
from lightship.run.benches.detect.result import Result
from lightship.run.benches.detect.series import CLASSES, Series
from lightship.run.benches.detect.showing import show, write
from lightship.run.benches.detect.stretch import KeptDay
from lightship.run.benches.detect.suite import measure
from lightship.run.benches.detect.trial import CENSORED, Followed, Trial, followed
from lightship.run.benches.detect.world import World, world
from lightship.run.benches.showing import lines_of
from lightship.run.exit_codes import ExitCode
from lightship.simulate.counts.cells import Cells
from lightship.simulate.counts.outage import Outage, expected, reports
from lightship.simulate.counts.quiet import Quiet
from lightship.simulate.counts.rows import Rows
from lightship.simulate.counts.setting import HOME
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at, parse_iso, tick_of
from tests.core.outage import FEET as COUNTRY
from tests.core.outage import alarm, recovered
from tests.support.small_network import BROADBAND, small

MONDAY = tick_of(parse_iso("2026-01-05T00:00:00Z"))
FEET = small()
ROWS = Rows.of(FEET.network)


@pytest.fixture(scope="module")
def national() -> World:
    return world("national-modern")


def trial(lines: float = 100_000.0, minute: int = 600, day: int = 0) -> Trial:
    """Half of one area's broadband is out."""
    out = Outage("area", "0110", np.array([0]), np.array([lines]), 0.0, 600.0, 0.05)
    hit, mean = expected(out, ROWS, np.ones(CENSORED), 0.35)
    extra = reports(out, ROWS, np.ones(CENSORED), 0.35, np.random.default_rng(5))
    return Trial(0, ("area", "x", "day"), (out,), day, minute, extra, BROADBAND, mean, hit)


def test_outages_are_forked_off_and_the_run_goes_on_as_if_nothing_had_been() -> None:
    driven = Engine(FEET, Settings(false_alarms_a_year=120.0))
    with_fork = stretch.run(driven, Quiet(ROWS, HOME, 4, MONDAY), 0, 1, [trial()])
    without = stretch.run(driven, Quiet(ROWS, HOME, 4, MONDAY), 0, 1)
    assert with_fork.heard == without.heard
    assert (with_fork.days[0].level == without.days[0].level).all()
    assert (with_fork.days[0].effort == without.days[0].effort).all()
    ((_, said),) = with_fork.trials
    assert said.delay <= 15
    assert said.first is not None
    assert with_fork.ticks == 1440


def test_the_fold_is_the_one_that_ships() -> None:
    """Driven here or by hand: the same bytes after a day."""
    driven, quiet = Engine(FEET, Settings()), Quiet(ROWS, HOME, 6, MONDAY)
    day, state, by_hand = quiet.next_day(), driven.start(), core.start(FEET, Settings())
    for n, counted in enumerate(day.cells.by_tick(0, 300)):
        state, _ = driven.step(state, day.first + n, counted)
        judged = TickJudged(Tick(day.first + n), FEET.network.version, counted)
        by_hand, _ = core.step(by_hand, FEET, Settings(), judged_at(judged.tick), judged)
    assert core.snapshot(state) == core.snapshot(by_hand)


def test_nothing_that_has_to_do_with_it_is_a_miss() -> None:
    driven, quiet = Engine(FEET, Settings()), Quiet(ROWS, HOME, 4, MONDAY)
    day = quiet.next_day()
    nothing = Cells(*(np.empty(0, np.int64) for _ in range(5)))
    missed = followed(driven, driven.start(), day, _with(trial(lines=1.0), nothing))
    assert missed.delay == CENSORED
    assert missed.first is None


def _with(which: Trial, extra: Cells) -> Trial:
    return dataclasses.replace(which, extra=extra)


def test_every_scope_gets_its_outages_with_the_size_that_it_says(national: World) -> None:
    quiet = Quiet(national.rows, HOME, 3, MONDAY)
    draws = Draws(national.feet, national.rows, quiet.level, HOME, MONDAY, np.random.default_rng(2))
    every = list(draws.trials(2, 10, 60))
    assert {each.cell[0] for each in every} == set(SCOPES)
    assert len({each.number for each in every}) == len(every)
    for each in every:
        first, (scope, size, when) = each.outages[0], each.cell
        assert national.rows.lines[first.rows] == pytest.approx(
            np.maximum(national.rows.lines[first.rows], first.lines), rel=1e-9
        )
        if size != "whole":
            low, high = (float(edge.replace(",", "")) for edge in size.split("-"))
            assert low <= first.size <= high * 1.0001
        assert HOURS[when][0] * 60 <= each.minute < HOURS[when][1] * 60
        assert each.day not in HOME.gaps
        if scope == "sparse area":
            assert (quiet.level[first.rows] <= SPARSE).all()
        if scope in ("head-end", "metro", "core", "pair"):
            footprint = national.feet.footprint(first.subject)  # type: ignore[arg-type]
            assert (footprint[first.rows] > 0).all()
    assert {size_class(n) for _, sizes in SCOPES.items() for n in sizes} == {each.cell[1] for each in every}


def test_peers_watch_areas_regions_nations_and_sums(national: World) -> None:
    series = Series.of(national.feet)
    assert np.bincount(series.row_class).tolist()[0] == 611 * 5
    area_row = np.array([0])
    assert set(series.row_class[series.of_rows(area_row)].tolist()) == {0, 1, 2} or len(CLASSES) == 3
    counted = Cells(*(np.array(each) for each in ([0], [0], [9], [1], [1])))
    seen = series.seen(counted, 2)
    assert seen[:, 0].max() == 3  # one prefix, three times at most
    assert seen[:, 0].sum() == 3 * len(series.of_rows(area_row))


def kept_days(many: int) -> list[KeptDay]:
    quiet, found = Quiet(ROWS, HOME, 4, MONDAY), []
    for _ in range(many):
        day = quiet.next_day()
        level = np.tile(quiet.level / quiet.mean_habit / 1440.0, (24, 1)).astype(np.float32)
        effort = np.repeat(day.habit[:, None], 3, axis=1).astype(np.float32)
        found.append(KeptDay(day.first, day.cells, day.missing, day.habit, level, effort))
    return found


def test_peers_hear_an_outage_against_the_baseline_that_they_are_given() -> None:
    days, series, out = kept_days(11), Series.of(FEET), trial(day=10)
    normal = series.normal(days[10])
    assert normal[0, 700] == pytest.approx(days[10].level[11, 0] * days[10].effort[700, 0], rel=1e-5)
    maxima = rivals.quiet_maxima(series, days, 10)
    assert {each.shape for each in maxima.values()} == {(24, len(CLASSES))}
    climbed = rivals.climb(series, days, out)
    assert (np.diff(climbed, axis=2) >= 0).all()
    for n, name in enumerate(rivals.NAMES):
        assert rivals.delay(climbed[n], maxima[name].max(axis=0)) < 60
        assert rivals.delay(climbed[n], np.full(3, np.inf)) == CENSORED


def test_the_oracle_hears_what_is_loud_and_not_what_is_nothing() -> None:
    loud = trial()
    normal = np.full((CENSORED, len(loud.hit)), 0.001)
    nats = oracle.threshold(100, 12.0)
    assert oracle.delay(loud, loud.extra, normal, HOME, nats) < 10
    none = Cells(*(np.empty(0, np.int64) for _ in range(5)))
    assert oracle.delay(loud, none, normal, HOME, nats) == CENSORED


def test_areas_size_and_onset_are_judged_against_the_truth() -> None:
    said = alarm("x", ["0113", "01904"], share=(0.5, 0.25, 1.0))
    row = [COUNTRY.row_number[CountRow(said.services[0], AreaId(code))] for code in ("0113", "0114")]
    out = Outage("scattered", "", np.array(row), np.array([5e4, 5e4]), 0.0, 500.0, 0.05)
    hit, mean = out.rows, np.full((CENSORED, 2), 0.2)
    fake = Trial(0, ("", "", ""), (out,), 0, 0, Cells(*(np.empty(0, int),) * 5), said.services[0], mean, hit)
    heard = Followed(3.0, 3.0, False, ((said,), (said,)), said, said, 1.0)
    assert places.areas(COUNTRY, fake, heard, 1) == Areas(told=2, right=1, wanted=2, found=1, others=0)
    assert places.areas(COUNTRY, fake, heard, 0) == Areas(told=2, right=1, wanted=0, found=0, others=2)
    assert places.size(COUNTRY, fake, heard) == Size(100_000.0, 50_000.0, 200_000.0, 100_000.0)
    start = tick_of(said.since.likeliest)
    assert places.onset(said, start + 2) == Onset(-2.0, 10.0, True)
    assert places.onset(None, start) is None
    silent = Followed(120.0, 120.0, False, ((), ()), None, None, 1.0)
    assert places.size(COUNTRY, fake, silent) is None


def test_an_alarm_counts_once_and_not_when_it_is_somebody_elses() -> None:
    ear, one = Ear(), alarm("a")
    ear.listen(5, (one,))
    ear.listen(6, (one, alarm("b", row_class="neighbour"), alarm("c", score=1.0)))
    assert list(ear.heard) == ["a"]
    assert ear.heard["a"].tick == 5
    assert not is_past(recovered(one, one.at))


def outcome(cell: tuple[str, str, str], ours: float, peer_at: int, oracle_at: float = 5.0) -> Outcome:
    climbed = np.zeros((len(rivals.NAMES), len(CLASSES), CENSORED), np.float32)
    climbed[:, 0, peer_at - 1 :] = 9.0
    return Outcome(
        cell, 500.0, 0.01, 0.0, 100.0, 1.0, ours, ours + 1, oracle_at, False, climbed.tobytes(),
        Areas(2, 2, 2, 2, 0), Areas(2, 1, 2, 2, 1), Size(10.0, 5.0, 20.0, 12.0), Onset(2.0, 8.0, True), "area", 1.0,
    )  # fmt: skip


def result_of(outcomes: list[Outcome]) -> tuple[Result, cells.Delays]:
    at = {name: np.full(len(CLASSES), 5.0) for name in rivals.NAMES}
    minutes = cells.delays(outcomes, at)
    noise = kept("calm", "CV 0.2", 1440 * 146, 120.0, [])
    rows = cells.rows(outcomes, minutes, 1)
    result = Result(
        True, 1, SHORT, "0", 1.0, noise, [noise], {n: each.tolist() for n, each in at.items()}, rows,
        [Said(3.0, 1, False, False, True)], [Onset(0.5, 2.0, True)], 0, outcomes, [],
    )  # fmt: skip
    return msgspec.structs.replace(result, bars=lines_of(bars(result, minutes))), minutes


def test_a_cell_is_its_medians_and_the_ratio_to_the_best_peer() -> None:
    cell, below = ("metro", "1,000-5,000", "day"), ("metro", "200-1,000", "day")
    outcomes = [
        outcome(cell, 6.0, 20),
        outcome(cell, 10.0, 20),
        outcome(cell, 8.0, 30),
        outcome(below, 120.0, 120, 120.0),
    ]
    result, minutes = result_of(outcomes)
    low, row = result.cells
    assert (row.median[OURS], row.median[row.best], row.ratio, row.behind) == (8.0, 20.0, 0.4, -12.0)
    assert row.median[ORACLE] == 5.0
    assert not low.scored
    mean, many = cells.geometric(result.cells, ("metro",))
    assert many == 1
    assert mean == pytest.approx(0.4)
    assert cells.geometric(result.cells, ("metro",), ORACLE)[0] == pytest.approx(0.25)
    interval = cells.geometric_interval(outcomes, minutes, result.cells, ("metro",), 1)
    assert interval is not None
    assert interval[0] <= 0.4 <= interval[1]


def test_the_bars_hold_break_or_were_not_measured() -> None:
    result, _ = result_of([outcome(("metro", "1,000-5,000", "day"), 6.0, 20) for _ in range(3)])
    said = {line.name: line for line in result.bars}
    assert said["delay, sub-national"].verdict == "holds"
    assert said["delay, one sparse area"].verdict == "not measured"
    assert said["promise, calm noise"].verdict == "BROKEN"
    assert said["bursts and rumours"].verdict == "holds"
    assert said["areas, precision at +60 min"].verdict == "BROKEN"
    assert said["areas, recall at +60 min"].verdict == "holds"
    assert said["onset, reports: error"].measured.figure == 2.0
    assert said["customers: width"].measured.figure == 4.0


def test_it_is_shown_as_tables_as_json_and_as_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, _ = result_of([outcome(("metro", "1,000-5,000", "day"), 6.0, 20) for _ in range(3)])
    assert show(result, as_json=True) == ExitCode.CHECK_FAILED
    assert json.loads(capsys.readouterr().out)["simulated"] is True
    assert show(result, as_json=False) == ExitCode.CHECK_FAILED
    assert "metro" in capsys.readouterr().out
    write(result, tmp_path / "new")
    assert {each.name for each in (tmp_path / "new").iterdir()} == {
        "detect.json", "detect.html", "delay-day.svg", "delay-night.svg", "onset.svg", "promise.svg",
    }  # fmt: skip
    assert "Simulated" in (tmp_path / "new" / "detect.html").read_text()


def test_forms_promise_as_many_alarms_as_they_say() -> None:
    assert SHORT.days * SHORT.budget / 365 == pytest.approx(48, abs=0.2)
    assert FULL.days == 1460
    assert chosen(True, 24.0, 3) == msgspec.structs.replace(FULL, budget=24.0, per_cell=3)
    assert chosen(False) == SHORT
    assert poisson_interval(0)[0] == 0.0


MICRO = Form("micro", 1e5, 48.0, 0, 1, 1, 1, 1, region="region:South West")
"""One day of one region, with more alarms promised than there are hours."""


def test_the_promise_is_counted_under_three_noises_in_two_processes() -> None:
    result = measure(MICRO, 3, workers=2, only=("promise",))
    assert [each.name for each in result.kept] == ["calm", "middling", "rough"]
    assert all(0.5 <= each.days <= 1.0 for each in result.kept)
    assert {line.verdict for line in result.bars if line.name.startswith("delay")} == {"not measured"}
    assert result.notes == []


@pytest.mark.soak
def test_all_of_it_runs_on_a_small_region(tmp_path: Path) -> None:
    small_form = msgspec.structs.replace(
        MICRO, name="small", budget=1200.0, expected=12.0, warm=12, bursts=6, probed=4
    )
    result = measure(small_form, 5, workers=2)
    assert len(result.bursts) == 6
    assert len(result.probed) + result.probed_missed == 4
    assert result.cells
    write(result, tmp_path)
    assert show(result, as_json=True) in (ExitCode.OK, ExitCode.CHECK_FAILED)
