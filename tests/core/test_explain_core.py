"""The stage as the fold sees it: what it names, when it keeps silent, what it remembers, what it forgets."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.detect.evidence import Evidence
from lightship.explain import core as explain
from lightship.explain.history import History
from lightship.explain.state import ExplainState
from lightship.prevent.footprints import Footprints, footprints
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import MINUTE, Instant, Tick, judged_at
from tests.support.explaining import SETTINGS, Drawn, alarm, detection, diagnosed, peered, tick

HARBOUR = ("harbour-feed", "harbour-ups", "harbour-building", "harbour-site")
TITLES = {"harbour": "Harbour Exchange", "telehouse": "Telehouse"}
SHARES = {"harbour": 0.1, "telehouse": 0.12, "north": 0.08, "west": 0.2, "east": 0.5}
NETWORK = peered(
    SHARES,
    titles=TITLES,
    vantages=8,
    feeds=[("power-alarms", "harbour-ups"), ("suppliers", "harbour-building")],
)
FEET = footprints(NETWORK)


def step(
    state: ExplainState,
    seen: Evidence,
    *,
    feeds: tuple[FeedEvent, ...] = (),
    changed: bool = False,
    feet: Footprints = FEET,
) -> tuple[ExplainState, tuple[Diagnosis, ...]]:
    at = judged_at(seen.until)
    return explain.step(
        state, feet, SETTINGS, at, detection(seen, changed=changed), tick(int(seen.until), feeds)
    )


def power_lost(at: int = 1000) -> FeedEvent:
    return FeedEvent(
        Instant(at * MINUTE), "power-alarms", ComponentId("harbour-ups"), "power-lost", "UPS on fire"
    )


def test_the_site_its_building_its_ups_and_its_feed_are_one_class_and_telehouse_is_a_runner_up() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0})
    assert sorted(found.members) == sorted(HARBOUR)
    assert found.standing == "named to operators"
    assert any(member.startswith("telehouse") for rival in found.runners_up for member in rival.members)


def test_evidence_for_and_against_is_in_plain_words() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0}, seed=3, false_alarms=0.04)
    told = [record.observation for record in found.evidence_for]
    assert any("8 of 8 broadband probes through Harbour Exchange fail" in each for each in told)
    assert any(re.search(r"reports of broadband are above normal in \d+ of 30 areas", each) for each in told)
    assert any("probes through Telehouse are fine" in each for each in told)
    assert found.evidence_against
    assert all(record.nats < 0.0 for record in found.evidence_against)
    assert found.explained.down_seen > 0


def test_a_feed_decides_within_the_class_and_gives_the_kind_of_cause() -> None:
    [without] = diagnosed(FEET, {"harbour-ups": 1.0})
    [found] = diagnosed(FEET, {"harbour-ups": 1.0}, feeds=(power_lost(),), heard=("harbour-ups",))
    assert sorted(found.members) == sorted(HARBOUR)
    assert found.chosen in ("harbour-ups", "harbour-feed")
    believed = {each.name: each.probability for each in found.beliefs}
    assert believed["harbour-ups"] + believed["harbour-feed"] > 0.95
    assert found.categories[0].name == "power"
    assert found.categories[0].probability >= 0.8
    assert all(each.probability < 0.8 for each in without.categories)


def test_a_third_party_needs_a_person() -> None:
    statement = FeedEvent(
        Instant(1000 * MINUTE), "suppliers", ComponentId("harbour-building"), "supplier-statement"
    )
    [found] = diagnosed(FEET, {"harbour-ups": 1.0}, feeds=(statement,))
    assert {each.name: each.probability for each in found.categories}["third-party"] <= 0.5


def test_the_next_test_tells_the_members_apart() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0})
    assert found.separate_by
    assert any("UPS of Harbour Exchange" in test.test for test in found.separate_by)
    worth = [test.expected_gain / test.cost for test in found.separate_by]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] > 0.0


def test_each_answer_of_a_test_says_what_would_be_believed_then() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0})
    now = {each.name: each.probability for each in found.beliefs}
    for test in found.separate_by:
        assert sum(outcome.probability for outcome in test.outcomes) == pytest.approx(1.0, abs=1e-5)
        for name, belief in now.items():
            then = [
                outcome.probability * each.probability
                for outcome in test.outcomes
                for each in outcome.then
                if each.name == name
            ]
            assert sum(then) == pytest.approx(belief, abs=0.05)


def test_it_says_why_this_member_was_chosen_and_not_the_next() -> None:
    [without] = diagnosed(FEET, {"harbour-ups": 1.0})
    [found] = diagnosed(FEET, {"harbour-ups": 1.0}, feeds=(power_lost(),), heard=("harbour-ups",))
    assert "words of feeds" not in without.why_chosen
    assert "words of feeds (+" in found.why_chosen or found.chosen == "harbour-feed"


def test_noise_makes_as_many_rows_clearly_down_as_is_said_to_be_expected_by_chance() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0}, seed=4)
    assert 0.0 < found.explained.by_chance < found.explained.down_in_all
    assert found.explained.down_in_all >= found.explained.down_seen + found.explained.unexplained


def test_blind_spots_are_the_members_that_no_feed_watches() -> None:
    [found] = diagnosed(FEET, {"harbour-ups": 1.0})
    assert any("Power feed of Harbour Exchange" in each for each in found.blind_spots)
    assert not any("UPS" in each for each in found.blind_spots)


def test_two_partial_faults_are_two_diagnoses_each_beside_the_other() -> None:
    found = diagnosed(FEET, {"harbour-site": 1.0, "west-site": 1.0})
    assert {each.members[0].split("-")[0] for each in found} == {"harbour", "west"}
    assert all(len(each.also) == 1 for each in found)


def test_nothing_open_says_nothing_and_forgets() -> None:
    state = explain.start(FEET, SETTINGS)
    seen = Drawn(FEET).evidence({"harbour-ups": 1.0})
    state, said = step(state, seen)
    assert said
    over = detection(seen, alarms=(alarm(state="recovered"),))
    state, said = explain.step(state, FEET, SETTINGS, judged_at(Tick(1001)), over, tick(1001))
    assert said == ()
    assert state.memory.parts == ()


def test_yesterdays_cause_is_not_carried_over_to_fresh_evidence_elsewhere() -> None:
    state = explain.start(FEET, SETTINGS)
    for day in range(6):
        state, said = step(state, Drawn(FEET, day).evidence({"harbour-ups": 1.0}))
        assert set(HARBOUR) >= set(said[0].members)
        over = detection(Drawn(FEET).evidence({}), alarms=())
        state, _ = explain.step(state, FEET, SETTINGS, judged_at(Tick(1001)), over, tick(1001))
    assert state.memory.history.faults
    state, said = step(state, Drawn(FEET, 9).evidence({"telehouse-site": 1.0}, tick=2440))
    assert said[0].members[0].startswith("telehouse")
    assert not any(each.startswith("harbour") for each in (*said[0].members, *said[0].also))


def test_yesterdays_cause_is_not_named_on_evidence_that_fits_others_as_well() -> None:
    """Reports alone, no probe of a site: every site fits, and having failed yesterday does not decide."""
    feet = footprints(peered({name: 0.2 for name in SHARES}, vantages=0))
    state = explain.start(feet, SETTINGS)
    memory = msgspec.structs.replace(state.memory, history=History(((ComponentId("harbour-feed"), 9.0),)))
    state = ExplainState(state.known, memory)
    _, said = step(state, Drawn(feet, 1).evidence({"east-site": 1.0}), feet=feet)
    assert all(each.standing == "under investigation" for each in said)
    assert all(len(each.members) != 4 or not each.members[0].startswith("harbour") for each in said)


def test_more_evidence_gives_a_larger_margin() -> None:
    """Over other sites, that is: an unknown cause beside a target that fails by itself is a matter of priors."""
    said = [diagnosed(FEET, {"harbour-ups": 1.0}, minutes=m)[0] for m in (3, 6, 12)]
    behind = [next(r.nats_behind for r in each.runners_up if r.members) for each in said]
    assert behind == sorted(behind)
    assert behind[0] > said[0].margin > 0.0


def test_evidence_against_the_cause_lowers_its_margin() -> None:
    """The same window, but half of the probes through the site are answered."""
    seen = Drawn(FEET).evidence({"harbour-ups": 1.0})
    fine = Drawn(FEET).evidence({})
    through = [
        n for n, row in enumerate(FEET.rows) if getattr(row, "target", "") == "https://beyond-harbour.example"
    ]
    ell = seen.ell.copy()
    ell[through[: len(through) // 2]] = fine.ell[through[: len(through) // 2]]
    mixed = Evidence(seen.since, seen.until, ell, seen.has_data, seen.seen, seen.expected)
    state = explain.start(FEET, SETTINGS)
    whole, half = step(state, seen)[1][0], step(state, mixed)[1][0]
    assert half.margin < whole.margin
    assert half.probability <= whole.probability


def test_an_unknown_cause_wins_when_no_component_fits() -> None:
    """Reports rise everywhere while every probe through every site is fine."""
    seen = Drawn(FEET).evidence({}, common=12.0)
    [found] = step(explain.start(FEET, SETTINGS), seen)[1]
    assert found.members == ()
    assert "unknown cause of broadband" in found.reason
    assert found.standing == "under investigation"


def test_a_target_that_fails_by_itself_is_a_mistake_of_the_map() -> None:
    """All probes of one target fail, reports stay normal although its site carries half of the traffic."""
    seen, broken = Drawn(FEET).evidence({}), Drawn(FEET).evidence({"east-site": 1.0})
    through = [
        n for n, row in enumerate(FEET.rows) if getattr(row, "target", "") == "https://beyond-east.example"
    ]
    ell = seen.ell.copy()
    ell[through] = broken.ell[through]
    mixed = Evidence(seen.since, seen.until, ell, seen.has_data, seen.seen, seen.expected)
    [found] = step(explain.start(FEET, SETTINGS), mixed)[1]
    assert found.members == ()
    assert "beyond-east.example by itself" in found.reason


def neighbour(kind: str) -> FeedEvent:
    return FeedEvent(Instant(1000 * MINUTE), "watchers", ComponentId("network-0"), kind)  # type: ignore[arg-type]


def test_a_neighbours_outage_is_not_ours_when_our_probes_are_fine_and_a_feed_says_so() -> None:
    seen = Drawn(FEET).evidence({}, common=12.0, false_alarms=0.0)
    state = explain.start(FEET, SETTINGS)
    assert step(state, seen, feeds=(neighbour("neighbour-down"),))[1][0].neighbour
    assert not step(state, seen, feeds=(neighbour("neighbour-healthy"),))[1][0].neighbour
    assert not step(state, seen)[1][0].neighbour


def test_wrong_names_make_it_a_neighbours_outage_only_while_our_probes_are_fine() -> None:
    state = explain.start(FEET, SETTINGS)
    for failed, theirs in (({}, True), ({"harbour-ups": 1.0}, False)):
        seen = Drawn(FEET).evidence(failed, common=12.0, false_alarms=0.0)
        wrong = detection(seen, alarms=(alarm(row_class="neighbour"),))
        _, said = explain.step(state, FEET, SETTINGS, judged_at(seen.until), wrong, tick(1000))
        assert said[0].neighbour is theirs


def test_a_person_confirms_and_it_stays_confirmed_until_it_is_over() -> None:
    state, said = step(explain.start(FEET, SETTINGS), Drawn(FEET).evidence({"harbour-ups": 1.0}))
    state = explain.tell_act(state, FEET, SETTINGS, judged_at(Tick(1000)), OperatorAct("op1", "confirm"))
    state, said = step(state, Drawn(FEET).evidence({"harbour-ups": 1.0}, minutes=16, tick=1001))
    assert said[0].standing == "confirmed by a person"
    assert {each.name for each in said[0].categories if each.probability >= 0.8} == {"third-party"}
    over = detection(Drawn(FEET).evidence({}), alarms=())
    state, _ = explain.step(state, FEET, SETTINGS, judged_at(Tick(1002)), over, tick(1002))
    assert state.memory.confirmed == ()


def test_an_act_about_nothing_known_changes_nothing() -> None:
    state = explain.start(FEET, SETTINGS)
    for act in (
        OperatorAct("op1", "confirm"),
        OperatorAct("op1", "name-cause", component=ComponentId("nowhere")),
    ):
        assert explain.tell_act(state, FEET, SETTINGS, Instant(0), act) == state


def test_a_named_cause_stays_until_another_gains_three_nats() -> None:
    """A window that hardly prefers another site keeps the one that stands; a clear one replaces it."""
    state = explain.start(FEET, SETTINGS)
    state, _ = step(state, Drawn(FEET).evidence({"harbour-ups": 1.0}))
    state, said = step(state, Drawn(FEET).evidence({"harbour-ups": 1.0}, minutes=30, tick=1015), changed=True)
    assert said[0].members[0].startswith("harbour")
    _, said = step(state, Drawn(FEET).evidence({"telehouse-ups": 1.0}, tick=1030), changed=True)
    assert said[0].members[0].startswith("telehouse")


def test_unchanged_evidence_is_not_searched_again() -> None:
    state = explain.start(FEET, SETTINGS)
    seen = Drawn(FEET).evidence({"harbour-ups": 1.0})
    state, first = step(state, seen)
    _, second = step(state, later(seen, 1001))
    assert second is first


def later(seen: Evidence, until: int) -> Evidence:
    return Evidence(seen.since, Tick(until), seen.ell, seen.has_data, seen.seen, seen.expected)


@settings(max_examples=8)
@given(cut=st.integers(0, 7), seed=st.integers(0, 100))
def test_a_restart_anywhere_changes_nothing(cut: int, seed: int) -> None:
    straight = restarted = explain.start(FEET, SETTINGS)
    for n in range(8):
        failed = {"harbour-ups": 1.0} if 2 <= n < 6 else {}
        seen = Drawn(FEET, seed + n).evidence(failed, minutes=1 + 3 * n, tick=1000 + n)
        alarms = (alarm(),) if 2 <= n < 6 else ()
        if n == cut:
            restarted = explain.restore(explain.snapshot(restarted), FEET, SETTINGS)
        now = detection(seen, alarms=alarms, changed=n == 2)
        straight, one = explain.step(straight, FEET, SETTINGS, judged_at(seen.until), now, tick(1000 + n))
        restarted, other = explain.step(restarted, FEET, SETTINGS, judged_at(seen.until), now, tick(1000 + n))
        assert one == other
        assert explain.snapshot(straight) == explain.snapshot(restarted)


@pytest.mark.parametrize("turn", [1, 7, 20])
def test_the_order_of_components_on_the_map_does_not_matter(turn: int) -> None:
    turned = (*NETWORK.components[turn:], *NETWORK.components[:turn])
    other: NetworkMap = msgspec.structs.replace(NETWORK, components=turned)
    one, two = diagnosed(NETWORK, {"harbour-ups": 1.0}, 4), diagnosed(other, {"harbour-ups": 1.0}, 4)
    assert one == two
