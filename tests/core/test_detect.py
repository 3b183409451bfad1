"""Detection: what is noticed, when, what it is called, and what is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lightship.detect import core, probes
from lightship.detect.evidence import SHARES, Detection
from lightship.detect.state import DetectState
from lightship.detect.subjects import NEIGHBOUR
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.events import PassiveCounts, ReportCounts, TickAmended, TickJudged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import TICK, Tick, judged_at, start_of
from tests.support.small_network import AREAS, small
from tests.support.ticks import NOON, Stream

SETTINGS = Settings()
EAGER = 1e-4
WARM = 180
SMALL = small()
START = core.start(SMALL, SETTINGS)


@pytest.fixture(scope="module")
def feet() -> Footprints:
    return small()


def step(
    state: DetectState, feet: Footprints, tick: TickJudged, how: Settings = SETTINGS
) -> tuple[DetectState, Detection]:
    return core.step(state, feet, how, judged_at(tick.tick), tick)


def warm(feet: Footprints, stream: Stream, ticks: int = WARM, how: Settings = SETTINGS) -> DetectState:
    state = core.start(feet, how)
    for n in range(ticks):
        state, _ = step(state, feet, stream.tick(NOON - ticks + n), how)
    return state


def out(stream: Stream, rows: np.ndarray, share: float = 1.0) -> np.ndarray:
    """(count rows,) expected reports of people out in these rows, the ones who name no area among them."""
    whole = stream.feet.lines[: len(stream.rows)]
    none = np.array([row.area is None for row in stream.rows])
    placed = np.where(rows & ~none, whole * 0.65, 0.0)
    for number, row in enumerate(stream.rows):
        if row.area is None:
            mine = np.array([other.service == row.service for other in stream.rows])
            placed[number] = placed[mine & ~none].sum() * 0.35 / 0.65
    return placed * EAGER * share


def go_on(
    state: DetectState, feet: Footprints, ticks: list[TickJudged], how: Settings = SETTINGS
) -> tuple[DetectState, list[Detection]]:
    found = []
    for tick in ticks:
        state, detection = step(state, feet, tick, how)
        found.append(detection)
    return state, found


def alarms(found: list[Detection]) -> list[Alarm]:
    return [alarm for each in found for alarm in each.changed]


def outages(found: list[Detection]) -> list[Alarm]:
    return [alarm for alarm in alarms(found) if alarm.state == "outage"]


# --- a peering site, seen by probes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("vantages", "at_once"), [(2, "possible"), (3, "outage"), (5, "outage")])
def test_a_peering_site_is_noticed_in_the_tick_in_which_its_paths_fail(vantages: int, at_once: str) -> None:
    feet = small(vantages=vantages)
    stream = Stream(feet, 1)
    state = warm(feet, stream)
    failing = stream.probes_of("via-ld8")
    state, found = go_on(state, feet, [stream.tick(NOON + n, failing=failing) for n in range(2)])
    first = found[0].alarms[0]
    assert "ld8" in first.members
    assert first.services == ("broadband",)
    assert first.national
    assert first.since.likeliest == start_of(NOON)
    assert first.since.earliest == start_of(NOON) - TICK
    assert first.state == at_once
    assert found[1].alarms[0].state == "outage"
    assert found[1].alarms[0].public


def test_an_early_judgement_may_raise_the_alarm_and_the_whole_tick_does_not_raise_it_again(
    feet: Footprints,
) -> None:
    stream = Stream(feet, 2)
    state = warm(feet, stream)
    failing = stream.probes_of("via-ld8")
    state, found = go_on(
        state, feet, [stream.tick(NOON, failing=failing, early=True), stream.tick(NOON, failing=failing)]
    )
    assert [each.state for each in found[0].changed] == ["outage"]
    assert [each.id for each in found[1].alarms] == [found[0].alarms[0].id]
    assert len({alarm.id for alarm in alarms(found)}) == 1


def test_share_is_of_the_lines_and_an_interval(feet: Footprints) -> None:
    stream = Stream(feet, 3)
    state = warm(feet, stream)
    failing = stream.probes_of("via-ld8")
    more = out(stream, stream.rows_of("broadband"), 0.1)
    _, found = go_on(state, feet, [stream.tick(NOON + n, more, failing) for n in range(15)])
    share = found[-1].alarms[0].share
    assert 0.03 <= (share.low or 0.0) <= 0.1 <= (share.high or 0.0) <= 0.3
    assert 0.05 <= (share.value or 0.0) <= 0.2


def test_one_network_alone_is_never_more_than_possible(feet: Footprints) -> None:
    stream = Stream(feet, 4)
    state = warm(feet, stream)
    failing = stream.probes_of("via-ld8", "as1")
    _, found = go_on(state, feet, [stream.tick(NOON + n, failing=failing) for n in range(30)])
    assert outages(found) == []
    assert not any(alarm.public for alarm in alarms(found))


def test_seen_from_one_place_two_confirmations_are_enough() -> None:
    feet, how = small(vantages=1), Settings(one_vantage=True)
    stream = Stream(feet, 5)
    state = warm(feet, stream, how=how)
    failing = stream.probes_of("via-ld8")
    _, found = go_on(state, feet, [stream.tick(NOON + n, failing=failing) for n in range(4)], how)
    states = [[alarm.state for alarm in each.alarms] for each in found]
    assert states[0] == []
    assert states[2] == ["outage"] or states[3] == ["outage"]


def test_a_vantage_whose_own_line_is_down_says_nothing(feet: Footprints) -> None:
    stream = Stream(feet, 6)
    state = warm(feet, stream)
    own = {n: 1 for n in stream.probes if feet.rows[n].vantage == "v1"}  # type: ignore[union-attr]
    state, found = go_on(state, feet, [stream.tick(NOON + n, failing=own) for n in range(40)])
    assert alarms(found) == []
    rows = list(own)
    assert not found[-1].evidence.has_data[rows].any()


@given(more=st.lists(st.integers(0, 11), max_size=12, unique=True), few=st.integers(0, 12))
def test_more_failing_probes_never_lower_a_subjects_score(more: list[int], few: int) -> None:
    feet, (low, high) = SMALL, (more[:few], more)
    scores = [_scores(feet, {START.plan.watchers.first + n: 1 for n in failing}) for failing in (low, high)]
    for number, subject in enumerate(START.plan.subjects):
        mine = START.plan.cell_probe[START.plan.cell_subject == number]
        if set(high) <= set(mine.tolist()):
            assert scores[1][number] >= scores[0][number] - 1e-9, subject.id


def _scores(feet: Footprints, failing: dict[int, int]) -> np.ndarray:
    state, _ = step(START, feet, Stream(feet, 21).tick(NOON, failing=failing))
    ignore = np.zeros(len(START.plan.watchers.rows), dtype=bool)
    return probes.scores(state.plan, state.memory.ring, state.layers, False, ignore)


# --- reports --------------------------------------------------------------------------------------------------------


def test_a_metro_is_one_alarm_for_its_region_and_its_services(feet: Footprints) -> None:
    stream = Stream(feet, 7)
    state = warm(feet, stream)
    rows = stream.rows_of("broadband", *AREAS[:4]) | stream.rows_of("voice", *AREAS[:4])
    _, found = go_on(state, feet, [stream.tick(NOON + n, out(stream, rows)) for n in range(15)])
    last = found[-1].alarms
    assert len(last) == 1
    assert "metro-0" in last[0].members
    assert last[0].services == ("broadband", "voice")
    assert {each.area for each in last[0].areas} == set(AREAS[:4])
    assert not last[0].national
    assert outages(found[:6])


def test_a_local_fault_stays_local(feet: Footprints) -> None:
    stream = Stream(feet, 8)
    state = warm(feet, stream)
    few = out(stream, stream.rows_of("broadband", AREAS[5]), 40 / 200_000) + 0.2 * stream.rows_of(
        "broadband", AREAS[5]
    )
    _, found = go_on(state, feet, [stream.tick(NOON + n, few) for n in range(60)])
    assert alarms(found)
    for alarm in alarms(found):
        assert not alarm.national
        assert {each.area for each in alarm.areas} <= {AREAS[5]}


def test_wrong_services_in_reports_are_not_further_outages(feet: Footprints) -> None:
    stream = Stream(feet, 9)
    state = warm(feet, stream)
    more = out(stream, stream.rows_of("broadband"))
    rows = [stream.rows_of(service, without_area=True) for service in ("broadband", "voice")]
    more[rows[1]] = 0.2 * more[rows[0]]
    failing = stream.probes_of("via-ld8") | stream.probes_of("via-thn")
    _, found = go_on(state, feet, [stream.tick(NOON + n, more, failing) for n in range(20)])
    assert outages(found)
    assert {service for alarm in alarms(found) for service in alarm.services} == {"broadband"}


@pytest.mark.parametrize("seed", [10, 11])
def test_a_rumour_is_possible_and_never_public_while_probes_are_fine(feet: Footprints, seed: int) -> None:
    stream = Stream(feet, seed)
    state = warm(feet, stream)
    burst = out(stream, stream.rows_of("broadband"), 0.03)
    ticks = [stream.tick(NOON + n, burst * 0.5 ** (n / 60)) for n in range(120)]
    _, found = go_on(state, feet, ticks)
    assert {alarm.subject for alarm in alarms(found)} == {NEIGHBOUR}
    assert outages(found) == []
    assert not any(alarm.public for alarm in alarms(found))


@settings(max_examples=3)
@given(seed=st.integers(0, 1000))
def test_reports_from_one_prefix_never_make_a_public_alarm(seed: int) -> None:
    feet = small()
    stream = Stream(feet, seed)
    state = warm(feet, stream, 60)
    more = out(stream, stream.rows_of("voice"))
    _, found = go_on(state, feet, [stream.tick(NOON + n, more, prefixes=1) for n in range(20)])
    assert not any(alarm.public for alarm in alarms(found))


def one_area(stream: Stream, a_tick: float) -> np.ndarray:
    """So many more reports a tick in the first area of a service, and nowhere else."""
    more = np.zeros(len(stream.quiet))
    more[np.flatnonzero(stream.rows_of("voice"))[0]] = a_tick
    return more


@pytest.mark.parametrize(("new", "public"), [(1, True), (0, False)])
def test_many_networks_that_report_one_by_one_are_believed_and_few_are_not(new: int, public: bool) -> None:
    feet = small()
    stream = Stream(feet, 3)
    state = warm(feet, stream, 60)
    ticks = [stream.tick(NOON + n, one_area(stream, 1.5), prefixes=1) for n in range(40)]
    told = [replace(t, reports=replace(t.reports, fresh=(new,) * len(t.reports.rows))) for t in ticks]
    _, found = go_on(state, feet, told)
    assert any(alarm.public for alarm in alarms(found)) is public


# --- an alarm's life ------------------------------------------------------------------------------------------------


def test_an_alarm_has_one_id_recovers_once_and_does_not_come_back(feet: Footprints) -> None:
    stream = Stream(feet, 12)
    state = warm(feet, stream)
    more, failing = out(stream, stream.rows_of("broadband"), 0.1), stream.probes_of("via-ld8")
    state, found = go_on(state, feet, [stream.tick(NOON + n, more, failing) for n in range(22)])
    state, after = go_on(state, feet, [stream.tick(NOON + 22 + n) for n in range(120)])
    assert len({alarm.id for alarm in alarms(found + after)}) == 1
    assert [alarm.state for alarm in alarms(after)] == ["recovered"]
    ended = next(n for n, each in enumerate(after) if each.newly_quiet)
    assert 14 <= ended <= 30
    assert after[ended + 1].alarms == ()


def test_reports_that_go_on_keep_the_alarm_open_when_probes_are_green(feet: Footprints) -> None:
    stream = Stream(feet, 13)
    state = warm(feet, stream)
    more, failing = out(stream, stream.rows_of("broadband"), 0.1), stream.probes_of("via-ld8")
    state, _ = go_on(state, feet, [stream.tick(NOON + n, more, failing) for n in range(22)])
    state, after = go_on(state, feet, [stream.tick(NOON + 22 + n, more) for n in range(60)])
    last = after[-1].alarms[0]
    assert last.state == "outage"
    assert last.probes_green_since == start_of(Tick(NOON + 22))
    assert last.reports_green_since is None


def test_quiet_days_bring_no_outage(feet: Footprints) -> None:
    stream = Stream(feet, 14)
    state = core.start(feet, SETTINGS)
    _, found = go_on(state, feet, [stream.tick(NOON + n) for n in range(1440)])
    assert outages(found) == []


# --- gaps, lateness, restarts ---------------------------------------------------------------------------------------


def test_six_hours_without_ticks_are_no_evidence(feet: Footprints) -> None:
    stream = Stream(feet, 15)
    state = warm(feet, stream)
    _, found = go_on(state, feet, [stream.tick(NOON + 360 + n) for n in range(60)])
    assert alarms(found) == []


def test_no_data_contributes_nothing() -> None:
    feet = small(lines=500)
    state, version = core.start(feet, SETTINGS), feet.network.version
    _, found = go_on(state, feet, [TickJudged(Tick(NOON + n), version) for n in range(3)])
    evidence = found[-1].evidence
    assert not evidence.has_data.any()
    assert not evidence.ell.any()
    assert evidence.ell.shape == (len(feet.rows), len(SHARES))
    assert alarms(found) == []


def test_a_tick_that_comes_again_changes_nothing(feet: Footprints) -> None:
    stream = Stream(feet, 16)
    state = warm(feet, stream)
    tick = stream.tick(NOON)
    state, _ = step(state, feet, tick)
    again, found = step(state, feet, tick)
    assert found.alarms == ()
    assert again.memory.stray == state.memory.stray + 1
    assert np.array_equal(again.memory.sums.seen, state.memory.sums.seen)


def test_late_reports_add_to_the_evidence(feet: Footprints) -> None:
    stream = Stream(feet, 17)
    state = warm(feet, stream)
    row = int(np.flatnonzero(stream.rows_of("voice", AREAS[2]))[0])
    late = TickAmended(Tick(NOON - 3), feet.network.version, ReportCounts((row,), (4,), (4,)))
    after = core.amend(state, feet, SETTINGS, late)
    assert (after.memory.sums.seen >= state.memory.sums.seen).all()
    assert after.memory.sums.seen.sum() > state.memory.sums.seen.sum()
    _, found = step(after, feet, stream.tick(NOON))
    assert found.evidence.seen[row] >= 4


def test_a_restart_anywhere_changes_nothing(feet: Footprints) -> None:
    stream = Stream(feet, 18)
    more, failing = out(stream, stream.rows_of("broadband"), 0.1), stream.probes_of("via-ld8")
    ticks = [stream.tick(NOON - 90 + n) for n in range(90)]
    ticks += [stream.tick(NOON + n, more, failing) for n in range(20)]
    ticks += [stream.tick(NOON + 20, failing=failing, early=True)]
    ticks += [stream.tick(NOON + 20 + n) for n in range(40)]
    straight = core.start(feet, SETTINGS)
    restarted = straight
    for n, tick in enumerate(ticks):
        if n % 7 == 0:
            data = core.snapshot(restarted)
            restarted = core.restore(data, feet, SETTINGS)
            assert core.snapshot(restarted) == data
        straight, one = step(straight, feet, tick)
        restarted, other = step(restarted, feet, tick)
        assert one.alarms == other.alarms
        assert one.changed == other.changed
    assert core.snapshot(straight) == core.snapshot(restarted)
    assert np.array_equal(one.evidence.ell, other.evidence.ell)


# --- other signals --------------------------------------------------------------------------------------------------


def test_a_fall_of_sessions_is_an_outage_without_any_report(feet: Footprints) -> None:
    stream = Stream(feet, 19, per_line=0.0)
    rows = tuple(int(n) for n in np.flatnonzero(stream.rows_of("broadband", *AREAS)))

    def tick(n: int, left: float) -> TickJudged:
        values = tuple(
            float(stream.chance.poisson(1000 * (left if k < 4 else 1.0))) for k in range(len(rows))
        )
        plain = stream.tick(NOON + n)
        return TickJudged(
            plain.tick,
            plain.map_version,
            plain.reports,
            plain.probes,
            PassiveCounts(rows, ("sessions",) * len(rows), values),
        )

    state = core.start(feet, SETTINGS)
    state, before = go_on(state, feet, [tick(n, 1.0) for n in range(60)])
    assert alarms(before) == []
    state, found = go_on(state, feet, [tick(60 + n, 0.2) for n in range(5)])
    assert outages(found)
    assert {each.area for each in outages(found)[-1].areas} == set(AREAS[:4])


def test_a_feed_alone_raises_nothing(feet: Footprints) -> None:
    stream = Stream(feet, 20)
    state = warm(feet, stream, 60)
    said = FeedEvent(start_of(NOON), "panel", "ups-ld8", "power-lost")  # type: ignore[arg-type]
    plain = stream.tick(NOON)
    _, found = step(
        state, feet, TickJudged(plain.tick, plain.map_version, plain.reports, plain.probes, feeds=(said,))
    )
    assert found.alarms == ()
