"""The life of an incident, by worked examples."""

import msgspec
import pytest

from lightship.follow import core as follow
from lightship.follow.promises import promise
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.decisions import Keys, RaiseAlarm, WarnOperator
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import HOUR, MINUTE, Instant, after, iso, parse_iso
from tests.core.outage import (
    EMAIL,
    FEET,
    LD8,
    PROVIDER,
    VOICE,
    Desk,
    alarm,
    detection,
    diagnosis,
    minute,
    national,
    recovered,
)

POWER = diagnosis("ld8", *LD8, category="power")
POWER_BACK = FeedEvent(minute(22), "noc", ComponentId("ld8"), "power-restored")


def test_an_outage_opens_an_incident_and_a_possible_one_opens_none() -> None:
    desk = Desk()
    desk.tick(minute(2), (national(state="possible"),))
    assert not desk.incidents
    desk.tick(minute(3), (national(),))
    assert [each.id for each in desk.incidents] == ["20160720-1"]
    assert desk.incidents[0].status == "investigating"
    assert [d.alarm.state for d in desk.decisions if isinstance(d, RaiseAlarm)] == ["possible", "outage"]


def test_ids_carry_the_local_date_and_a_running_number() -> None:
    desk = Desk()
    late = parse_iso("2016-07-20T23:30:00Z")  # 00:30 on the 21st in London
    desk.tick(late, (alarm("leeds", ["0113"], since=late), alarm("swansea", ["01792"], since=late)))
    assert [each.id for each in desk.incidents] == ["20160721-1", "20160721-2"]


def test_alarms_of_one_cause_are_one_incident() -> None:
    desk = Desk()
    voice = alarm("v", ["0113"], VOICE, members=("ld8",))
    desk.tick(minute(6), (national(), voice), (POWER,))
    (incident,) = desk.incidents
    assert incident.alarms == ("n", "v")
    assert incident.scope.services == ("broadband", "voice")


def test_a_small_alarm_inside_a_national_incident_joins_it() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.tick(minute(60), (national(), alarm("leeds", ["0113"], since=minute(55))))
    assert [each.alarms for each in desk.incidents] == [("n", "leeds")]


def test_a_national_alarm_does_not_join_an_old_local_incident() -> None:
    desk = Desk()
    leeds = alarm("leeds", ["0113"], since=minute(-300))
    desk.tick(minute(-290), (leeds,))
    desk.tick(minute(6), (leeds, national()))
    local, wide = desk.incidents
    assert local.alarms == ("leeds",)
    assert "0113" not in {each.area for each in wide.scope.areas}
    assert len(wide.scope.areas) == 7


def test_another_named_cause_makes_an_incident_of_its_own_inside_a_national_one() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    exchange = alarm("ex", ["0113"], since=minute(50), subject="ex-0113", members=("ex-0113",))
    desk.tick(minute(60), (national(), exchange), (POWER, diagnosis("ex-0113")))
    assert [each.alarms for each in desk.incidents] == [("n",), ("ex",)]
    assert [i.diagnosis and i.diagnosis.chosen for i in desk.incidents] == ["ld8", "ex-0113"]


def test_two_incidents_that_turn_out_to_be_one_keep_the_older_id() -> None:
    desk = Desk()
    leeds, swansea = alarm("leeds", ["0113"]), alarm("swansea", ["01792"])
    desk.tick(minute(6), (leeds, swansea))
    assert len(desk.incidents) == 2
    both = (
        msgspec.structs.replace(leeds, members=("ld8",)),
        msgspec.structs.replace(swansea, members=("ld8",)),
    )
    desk.tick(minute(8), both, (POWER,))
    older, younger = desk.incidents
    assert (older.id, older.alarms) == ("20160720-1", ("leeds", "swansea"))
    assert (younger.status, younger.merged_into) == ("merged", "20160720-1")
    assert {each.area for each in older.scope.areas} == {"0113", "01792"}
    assert desk.updates[-1].status == "merged"


def test_a_changed_diagnosis_never_changes_the_id() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(7), (national(),), (diagnosis("thn", "thn", "linx-thn"),))
    (incident,) = desk.incidents
    assert incident.id == "20160720-1"
    assert [each.chosen for each in incident.diagnoses] == ["ld8", "thn"]


def test_component_back_is_not_service_back() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(23), (national(),), (POWER,), (POWER_BACK,))
    (incident,) = desk.incidents
    assert incident.status == "monitoring"
    assert incident.component_restored_at == minute(22)
    assert incident.service_restored_at is None
    assert incident.etas[-1].reason == "the component is back"


def test_a_named_cause_is_not_unnamed_while_it_heals() -> None:
    desk, weaker = Desk(), diagnosis("ld8", *LD8, probability=0.3)
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(23), (national(),), (POWER,), (POWER_BACK,))
    desk.tick(minute(60), (national(),), (weaker,))
    assert desk.incidents[0].diagnosis == POWER


def test_a_component_that_fails_again_turns_its_clock_back() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(23), (national(),), (POWER,), (POWER_BACK,))
    desk.tick(
        minute(31), (national(),), (POWER,), (FeedEvent(minute(30), "noc", ComponentId("ld8"), "power-lost"),)
    )
    (incident,) = desk.incidents
    assert incident.component_restored_at is None
    assert incident.status == "identified"


def _back(first: list[int], second: list[int]) -> Instant | None:
    """Since when the component is back; minute by minute, whether each of the two paths failed (1) or answered (0)."""
    desk, sums = Desk(), [0.0, 0.0]
    for number, failed in enumerate(zip(first, second, strict=True)):
        sums = [total + each for total, each in zip(sums, failed, strict=True)]
        desk.tick(minute(6 + number), (national(),), (POWER,), failures=(sums[0], sums[1]), tried=number + 1)
    return desk.incidents[0].component_restored_at


def test_a_component_is_back_when_what_it_took_down_answers_from_two_networks() -> None:
    assert [_back([1] * 8 + [0] * n, [1] * 8 + [0] * n) for n in (4, 5)] == [None, minute(13)]
    assert _back([1] * 5 + [0] * 5, [1] * 5 + [0] * 5) is None  # too short a spell to tell from bad luck


def test_one_network_of_two_is_not_enough() -> None:
    assert _back([1] * 8 + [0] * 9, [1] * 17) is None


def test_good_luck_of_a_partial_failure_is_not_recovery() -> None:
    assert _back([1, 0, 0, 1] * 6 + [0] * 6, [0, 1, 1, 0] * 6 + [0] * 6) is None


def test_paths_that_fail_again_turn_the_clock_back() -> None:
    spell = [1] * 8 + [0] * 8
    assert _back(spell, spell) is not None
    assert _back(spell + [1] * 6, spell + [1] * 6) is None


def test_silence_of_a_feed_is_not_a_second_failure() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(23), (national(),), (POWER,), (POWER_BACK,))
    desk.tick(minute(25 * 60 + 23), (national(),), (POWER,))
    assert desk.incidents[0].component_restored_at == minute(22)


@pytest.mark.parametrize(("row_class", "minutes"), [("probe", 30), ("national", 60)])
def test_it_closes_after_30_green_minutes_and_60_by_reports_alone(row_class: str, minutes: int) -> None:
    desk, which = Desk(), alarm("a", national=True, row_class=row_class)
    desk.tick(minute(6), (which,))
    desk.tick(minute(41), (recovered(which, minute(40)),))
    assert desk.incidents[0].status == "monitoring"
    desk.tick(minute(40 + minutes - 1))
    assert desk.incidents[0].is_open
    desk.tick(minute(40 + minutes))
    (incident,) = desk.incidents
    assert (incident.status, incident.service_restored_at) == ("resolved", minute(40))
    assert all(each.state == "recovered" for each in incident.scope.areas)


def test_a_relapse_within_the_window_keeps_the_incident() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.tick(minute(41), (recovered(national(), minute(40)),))
    desk.tick(minute(55), (alarm("n2", national=True, since=minute(52)),))
    (incident,) = desk.incidents
    assert incident.status == "investigating"
    assert incident.green_since is None
    assert incident.alarms == ("n", "n2")
    assert {each.state for each in incident.scope.areas} == {"affected"}


def _closed() -> Desk:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(41), (recovered(national(), minute(40)),))
    desk.tick(minute(101))
    assert desk.incidents[0].status == "resolved"
    return desk


def test_the_same_class_within_six_hours_reopens() -> None:
    desk = _closed()
    desk.tick(minute(200), (alarm("n2", national=True, since=minute(195)),), (POWER,))
    (incident,) = desk.incidents
    assert (incident.reopened, incident.status) == (1, "identified")
    assert "failing again" in desk.updates[-1].text


def test_after_six_hours_it_is_a_new_incident() -> None:
    desk = _closed()
    again = minute(101 + 361)
    desk.tick(again, (alarm("n2", national=True, since=again),), (POWER,))
    assert [each.id for each in desk.incidents] == ["20160720-1", "20160720-2"]


def test_a_small_fault_does_not_reopen_a_national_incident() -> None:
    desk = _closed()
    desk.tick(minute(200), (alarm("leeds", ["0113"], since=minute(195)),))
    assert len(desk.incidents) == 2


def test_another_cause_does_not_reopen_yesterdays_incident() -> None:
    desk = _closed()
    desk.tick(
        minute(200), (alarm("n2", national=True, since=minute(195)),), (diagnosis("thn", "thn", "linx-thn"),)
    )
    assert [i.diagnosis and i.diagnosis.chosen for i in desk.incidents] == ["ld8", "thn"]


def test_a_neighbours_trouble_opens_no_incident() -> None:
    desk = Desk()
    made = desk.tick(minute(6), (national(),), (diagnosis("neighbour", neighbour=True),))
    assert desk.incidents == ()
    assert any(isinstance(each, WarnOperator) for each in made)


def test_how_many_is_lines_by_the_map_and_never_reports() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(reports=9_999),))
    scope = desk.incidents[0].scope
    assert (scope.lines.value, scope.lines.low, scope.lines.high) == (80_000, 40_000, 160_000)
    assert (scope.share.value, scope.share.unit) == (0.1, "share of lines")


def test_a_line_under_two_alarms_counts_once_by_the_stronger() -> None:
    desk = Desk()
    leeds = alarm("leeds", ["0113"], share=(1.0, 0.9, 1.0), score=60.0)
    desk.tick(minute(6), (national(), leeds), (POWER,))
    desk.tick(minute(12), (national(), leeds), (POWER,))
    (incident,) = desk.incidents
    assert incident.scope.lines.value == 100_000 + 70_000


def test_a_scope_is_appended_on_material_change_and_at_most_every_five_minutes() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    for number, share in ((7, 0.2), (8, 0.3), (9, 0.4), (11, 0.4), (12, 0.41), (17, 0.42)):
        desk.tick(minute(number), (national(share=(share, 0.05, 0.5)),))
    scopes = desk.incidents[0].scopes
    assert [each.at for each in scopes] == [minute(6), minute(11)]
    assert scopes[0].areas == ()  # the same as in the scope after it
    assert len(scopes[1].areas) == 8


def test_a_second_service_does_not_wait_for_five_minutes() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(7), (national(), alarm("e", service=EMAIL, members=("ld8",), national=True)), (POWER,))
    assert desk.incidents[0].scope.services == ("broadband", "email")


def test_the_last_scope_of_three_alike_has_the_areas_and_the_onset_is_dated_better() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(slack=15),))
    desk.tick(minute(9), (national(since=minute(-3), slack=2),))
    assert desk.incidents[0].onset.likeliest == minute(-3)


def test_a_person_names_the_cause_and_automation_does_not_replace_it() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.act(minute(7), act="name-cause", incident="20160720-1", component="thn")
    desk.tick(minute(8), (national(),), (POWER,))
    found = desk.incidents[0].diagnosis
    assert found is not None
    assert (found.chosen, found.standing) == ("thn", "confirmed by a person")


def test_a_confirmed_class_stays_confirmed_while_it_is_the_class() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(public=False),), (diagnosis("ld8", *LD8, probability=0.8),))
    assert desk.updates == []
    desk.act(minute(7), act="confirm", incident="20160720-1")
    desk.tick(minute(8), (national(public=False),), (diagnosis("ld8", *LD8, probability=0.85),))
    found = desk.incidents[0].diagnosis
    assert found is not None
    assert found.standing == "confirmed by a person"
    assert desk.incidents[0].status == "identified"
    assert desk.updates[0].headline.startswith("Broadband")


def test_a_closed_incident_stays_closed_while_its_alarm_stands() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.act(minute(20), act="suppress", incident="20160720-1")
    desk.tick(minute(21), (national(),))
    (incident,) = desk.incidents
    assert (incident.status, incident.suppressed) == ("resolved", True)
    assert "no outage" in desk.updates[-1].headline


def test_a_person_reopens_a_closed_incident() -> None:
    desk = _closed()
    desk.act(minute(110), act="reopen", incident="20160720-1", text="We see faults again.")
    assert desk.incidents[0].is_open
    assert (desk.updates[-1].by, desk.updates[-1].text) == ("operator", "We see faults again.")


def test_an_act_on_an_unknown_incident_changes_nothing_and_says_so() -> None:
    desk = Desk()
    (made,) = desk.act(minute(1), act="close", incident="20160101-9")
    assert isinstance(made, WarnOperator)


def test_a_partys_own_statement_releases_the_cause_with_its_address() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    said = FeedEvent(
        minute(60), "equinix", ComponentId("ld8"), "supplier-statement", "Power was lost at LD8.", "https://e.example/1",
        names_publicly=True,
    )  # fmt: skip
    other = msgspec.structs.replace(said, subject=ComponentId("thn"), text="All is well at Telehouse.")
    desk.tick(minute(61), (national(),), (POWER,), (other,))
    desk.tick(minute(62), (national(),), (POWER,), (said,))
    causes = [(each.public_cause, each.public_cause_source) for (each,) in desk.history[1:]]
    assert causes == [(None, ""), ("Power was lost at LD8.", "https://e.example/1")]


def test_an_unnamed_statement_releases_nothing() -> None:
    desk = Desk()
    said = FeedEvent(minute(6), "equinix", ComponentId("ld8"), "supplier-statement", "A site has trouble.")
    desk.tick(minute(7), (national(),), (POWER,), (said,))
    assert desk.incidents[0].public_cause is None


def test_the_promise_is_half_an_hour_by_day_and_an_hour_at_night() -> None:
    night = parse_iso("2016-07-20T22:30:00Z")
    assert promise(minute(0), PROVIDER) == minute(30)
    assert promise(night, PROVIDER) == after(night, HOUR)
    assert promise(night, Settings(zone="America/Toronto")) == after(night, 30 * MINUTE)


def test_a_promise_that_the_process_slept_through_is_told_to_operators_once() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    late = [desk.tick(minute(at), (national(),)) for at in (50, 51)]
    warned = [[type(each) for each in made].count(WarnOperator) for made in late]
    assert warned == [1, 0]
    assert iso(desk.updates[-1].at) == iso(minute(50))


def test_decisions_come_with_unique_keys_and_reasons() -> None:
    desk = Desk()
    for number in range(6, 60):
        desk.tick(minute(number), (national(),), (POWER,))
    keys = [each.key for each in desk.decisions]
    assert len(set(keys)) == len(keys)
    assert all(each.reason for each in desk.decisions)


def test_a_new_incident_is_opened_once() -> None:
    state, made = follow.step(
        follow.start(PROVIDER), FEET, PROVIDER, minute(6), detection(minute(6), national()), (), (), Keys(1)
    )
    assert [type(each).__name__ for each in made] == ["RaiseAlarm", "OpenIncident"]
    alarms = detection(minute(7), national())
    assert not follow.step(state, FEET, PROVIDER, minute(7), alarms, (), (), Keys(2))[1]
