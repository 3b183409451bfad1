"""The promise about false alarms: from quiet history to thresholds, and what was seen of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lightship.detect import core, quiet
from lightship.detect.classes import BY_PROBES, thresholds
from lightship.detect.plan import CLASSES
from lightship.detect.promise import Fit, Tail, calibrated, episodes, fitted
from lightship.detect.quiet import CALIBRATED_HOURS, COLUMNS, Told
from lightship.detect.shipped import SHIPPED
from lightship.vocabulary.alarms import Alarm, AlarmId, AlarmState
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant, Tick
from tests.support.small_network import small

YEARS = 6
SMALL = small()


def noise(hours: int, seed: int) -> np.ndarray:
    """(hours, 4) scores of four classes: two that rise together, one by itself, one that never says anything."""
    chance = np.random.default_rng(seed)
    each = chance.standard_exponential((hours, 3))
    found = np.stack([
        2.0 * each[:, 0], 2.5 * np.maximum(each[:, 0], each[:, 1]), 1.2 * each[:, 2] + 1.0, np.zeros(hours)
    ], axis=1)  # fmt: skip
    for n in range(1, hours):
        found[n] = np.maximum(found[n], 0.7 * found[n - 1])
    return found


@pytest.mark.parametrize("seed", range(4))
def test_thresholds_from_sixty_days_keep_the_promise_over_the_years_after(seed: int) -> None:
    levels = calibrated(noise(60 * 24, seed), 120.0)
    after = noise(YEARS * 8766, 100 + seed) > np.nan_to_num(levels, nan=np.inf)
    alarms = len(episodes(after.any(axis=1).astype(float), 0.5)) / YEARS
    assert 0.5 <= alarms / 120.0 <= 1.5
    assert np.isnan(levels[3])


FITS = tuple(fitted(noise(800, seed)) for seed in range(3))


@given(a_year=st.floats(0.1, 200.0), more=st.floats(1.01, 10.0), fit=st.sampled_from(FITS))
def test_a_larger_budget_never_asks_for_more(a_year: float, more: float, fit: Fit) -> None:
    assert (fit.levels(a_year * more)[:3] <= fit.levels(a_year)[:3]).all()


def test_an_outage_that_nobody_confirmed_hardly_moves_the_thresholds() -> None:
    blocks = noise(60 * 24, 1)
    before = calibrated(blocks, 12.0)
    blocks[500:503, :3] = 400.0
    assert (np.abs(calibrated(blocks, 12.0) - before)[:3] < 2.0).all()


def test_hours_that_were_not_watched_are_no_quiet_hours() -> None:
    blocks = noise(1000, 2)
    blocks[100:400] = np.nan
    fit = fitted(blocks)
    assert fit.hours == 700
    half = fitted(np.concatenate([blocks[:100], blocks[400:]]))
    assert np.allclose(fit.levels(12.0)[:3], half.levels(12.0)[:3], atol=1.5)


def test_a_class_of_which_nothing_is_known_keeps_the_shipped_threshold() -> None:
    blocks = np.zeros((CALIBRATED_HOURS, COLUMNS))
    blocks[:, :9] = np.random.default_rng(3).standard_exponential((CALIBRATED_HOURS, 9))
    state = core.start(SMALL, Settings())
    found = thresholds(Settings(), core.pinned(state, fitted(blocks, SHIPPED)).memory.quiet)
    assert found.by_probes == BY_PROBES
    assert (found.possible <= found.outage).all()
    nothing = fitted(np.zeros((CALIBRATED_HOURS, COLUMNS)), SHIPPED)
    kept = thresholds(Settings(), core.pinned(state, nothing).memory.quiet)
    assert np.array_equal(kept.outage, thresholds(Settings(), state.memory.quiet).outage)


@pytest.mark.parametrize("a_year", [1.0, 12.0, 1000.0])
def test_probes_alone_are_never_asked_for_less_than_three_networks_say_in_a_round(a_year: float) -> None:
    levels = thresholds(Settings(false_alarms_a_year=a_year), quiet.start())
    assert min(levels.by_probes, levels.outage[CLASSES.index("probe")]) >= BY_PROBES


@pytest.mark.parametrize(("times", "more"), [(3.0, True), (0.3, False)])
def test_after_a_week_a_noisy_place_asks_for_more_and_a_quiet_one_waits(times: float, more: bool) -> None:
    hours = quiet.EARLY_HOURS + 1
    blocks = times * np.random.default_rng(4).standard_exponential((hours, COLUMNS)) * 4.0
    first = quiet.start()
    week = quiet.refitted(replace(first, blocks=blocks.astype(np.float32)), SHIPPED)
    before, after = (thresholds(Settings(), each).outage[:7] for each in (first, week))
    assert week.fit is None
    assert (after > before).all() if more else np.array_equal(after, before)


def test_thirty_quiet_days_make_it_calibrated_here_and_a_gap_makes_it_wait() -> None:
    chance, found = np.random.default_rng(4), quiet.start()
    standings = []
    for hour in range(32 * 24):
        for minute in range(60 if hour % 100 else 10):
            score = chance.standard_exponential(COLUMNS)
            found = quiet.taken(found, Tick(hour * 60 + 600_000 * 1440 + minute), score, SHIPPED)
        if hour % 24 == 1:
            standings.append(found.promise(Settings()).standing)
    assert standings[30:] == ["not yet calibrated here", "calibrated here"]
    assert np.isnan(found.blocks).any(axis=1).sum() == 8


def alarm(name: str, state: AlarmState, score: float = 20.0) -> Alarm:
    began = Between(Instant(0), Instant(0), Instant(60_000))
    return Alarm(
        AlarmId(name), state, "x", "area", (), (), score, 17.0, began, Instant(0), Estimate("share of lines")
    )


def history(hours: int) -> quiet.Quiet:
    found = quiet.start()
    for hour in range(hours):
        for minute in range(60):
            found = quiet.taken(found, Tick(60 * (1000 + hour) + minute), np.ones(COLUMNS), SHIPPED)
    return found


def test_an_alarm_counts_as_false_until_somebody_or_something_confirms_it() -> None:
    found = history(30)
    for name, measured in (("a", frozenset[AlarmId]()), ("b", frozenset([AlarmId("b")]))):
        life: tuple[tuple[AlarmState, int], ...] = (
            ("possible", 61_000), ("outage", 61_001), ("recovered", 61_050),
        )  # fmt: skip
        for state, tick in life:
            found = quiet.told(found, Tick(tick), (alarm(name, state),), measured)
    assert [each.unconfirmed for each in found.told] == [True, False]
    promise = found.promise(Settings())
    assert (promise.seen, promise.confirmed) == (1, 1)
    assert promise.low < 1 < promise.high
    after = quiet.judged(found, frozenset([AlarmId("a")]), "confirmed")
    assert after.promise(Settings()).seen == 0
    said = quiet.judged(found, frozenset([AlarmId("a")]), "false")
    assert said.promise(Settings()).said_false == 1


def test_the_hours_of_a_confirmed_outage_teach_no_threshold() -> None:
    found = history(30)
    true = Told(AlarmId("a"), "area", Tick(60 * 1010), Tick(60 * 1012))
    after = quiet.voided(found, true)
    gone = np.flatnonzero(np.isnan(after.blocks).all(axis=1)) + 1000
    assert gone.tolist() == [1009, 1010, 1011, 1012, 1013, 1014]
    running = quiet.voided(found, Told(AlarmId("b"), "area", Tick(60 * 1029), Tick(60 * 1029 + 5)))
    assert np.isnan(running.best).all()
    assert quiet.voided(found, Told(AlarmId("c"), "area", Tick(60), Tick(120))) is found


def test_what_never_passed_its_threshold_is_no_alarm() -> None:
    found = quiet.told(
        history(2), Tick(60_100), (alarm("a", "possible", 16.0), alarm("b", "recovered", 9.0)), frozenset()
    )
    assert found.told == ()


def test_a_tail_gives_back_its_own_level() -> None:
    fit = Fit((Tail(10.0, 12.0, 1.5),), Tail(0.0, 1.0, 1.0), 0)
    assert fit.levels(12.0)[0] == pytest.approx(10.0)
