"""Who is told, over which channel, in which order."""

import msgspec
import pytest

from lightship.tell.outbox import audience as audiences
from lightship.tell.outbox.audience import Audience
from lightship.tell.outbox.planning import Planned, plan
from lightship.tell.outbox.planning import step as planning_step
from lightship.tell.outbox.retries import GIVE_UP, after_try
from lightship.tell.outbox.selector import parse, subject, written
from lightship.tell.outbox.trouble import trouble
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.decisions import Keys, Send, WarnOperator
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.incidents import Incident, Status
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import HOUR, MINUTE, SECOND, Instant
from tests.core.outage import EMAIL, T0
from tests.support.letters import FEET, SETTINGS, audience, incident, publish, update

EVERYBODY = SubscriptionChanged("ann", "*", "email")


def planned(who: Audience, about: Incident, number: int = 1, minutes: float = 0, status: Status = "investigating",
            told: Planned | None = None) -> Planned:  # fmt: skip
    avoid = trouble([about], FEET, SETTINGS)
    return plan(who, update(number, minutes, status), about, avoid, FEET, SETTINGS, told.told if told else {})


def told(who: Audience, about: Incident) -> list[str]:
    return [f"{each.subscriber} {each.channel} {each.rank}" for each in planned(who, about).letters]


@pytest.mark.parametrize(
    ("selector", "codes", "service", "hears"),
    [
        ("*", ["0113"], "broadband", True),
        ("area:0113", ["0113"], "broadband", True),
        ("area:011", ["0114"], "broadband", True),
        ("area:01904", ["0113"], "broadband", False),
        ("area:region:Yorkshire", ["01904"], "broadband", True),
        ("area:nation:Wales", ["01904"], "broadband", False),
        ("service:email", ["0113"], "broadband", False),
        ("service:email", ["0113"], "email", True),
        ("area:0113 service:email", ["0114"], "email", False),
        ("service:email, area:0113", ["0113"], "broadband", True),
        ("incident:20160720-1", ["0113"], "broadband", True),
        ("incident:20160720-2", ["0113"], "broadband", False),
    ],
)
def test_a_selector_is_resolved_when_something_is_sent(
    selector: str, codes: list[str], service: str, hears: bool
) -> None:
    who = audience(SubscriptionChanged("ann", selector, "email"))
    assert bool(planned(who, incident(codes, ServiceId(service))).letters) is hears


def test_where_it_fails_is_not_known_so_everybody_with_the_service_is_told() -> None:
    who = audience(SubscriptionChanged("ann", "area:01904", "email"))
    assert planned(who, incident([])).letters
    assert planned(who, incident(["0113"], national=True)).letters


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "area:",
        "town:York",
        "area:0113 area:0114",
        "* x",
        "area:01\n04",
        "a" * 401,
        "*," * 9,
        "area:0113;x",
    ],
)
def test_what_is_no_selector_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text)


def test_a_selector_is_written_in_one_way() -> None:
    assert written(parse("service:email   area:01,area:01 service:email")) == "area:01 service:email"


def test_those_who_may_depend_on_it_come_first_then_affected_areas_then_the_others() -> None:
    who = audience(
        SubscriptionChanged("other", "service:broadband", "email", area=AreaId("020")),
        SubscriptionChanged("there", "area:0113", "email"),
        SubscriptionChanged("careline", "*", "email", priority=True),
    )
    assert told(who, incident()) == ["careline email 0", "there email 1", "other email 2"]


def test_the_first_channel_is_used_that_does_not_depend_on_what_fails() -> None:
    who = audience(EVERYBODY, SubscriptionChanged("ann", "*", "sms"))
    assert told(who, incident()) == ["ann email 2"]
    assert told(who, incident(cause=("mail-front",))) == ["ann sms 2"]


def test_the_subscribers_own_end_counts_too() -> None:
    own_mailbox = SubscriptionChanged("ann", "*", "email", through=(EMAIL,), area=AreaId("0113"))
    carrier = SubscriptionChanged("ann", "*", "sms", depends_on=(ComponentId("ex-0113"),))
    who = audience(own_mailbox, carrier)
    assert told(who, incident(["0114"], EMAIL)) == ["ann email 2"]
    assert told(who, incident(["0113"], EMAIL)) == ["ann sms 1"]
    assert told(who, incident(["0113"], EMAIL, cause=("ex-0113",))) == ["ann email 1", "ann sms 1"]


def test_where_every_channel_is_in_doubt_two_are_used_and_the_operator_is_told() -> None:
    who = audience(
        EVERYBODY, SubscriptionChanged("ann", "*", "sms"), SubscriptionChanged("bob", "*", "email"),
        SubscriptionChanged("cyd", "*", "webhook"),
    )  # fmt: skip
    about = incident(cause=("mail-front", "gateway"))
    assert told(who, about) == ["ann email 2", "ann sms 2", "bob email 2", "cyd webhook 2"]
    assert planned(who, about).unsure == 2
    _, (send, warning) = planning_step(who, [publish()], [about], FEET, SETTINGS, Keys(1))
    assert isinstance(send, Send)
    assert send.reason == "update 1: email 2, sms 1, webhook 1"
    assert (send.unsure, send.by_channel) == (2, {"email": 2, "sms": 1, "webhook": 1})
    assert isinstance(warning, WarnOperator)
    assert warning.text.startswith(
        "2 subscribers may not be reached: all their channels depend on what fails, and two were used; "
        "what they can still look at: host, mirror;"
    )


def test_operators_see_how_many_letters_go_before_all_others() -> None:
    who = audience(EVERYBODY, SubscriptionChanged("care", "*", "sms", priority=True))
    _, (send,) = planning_step(who, [publish()], [incident()], FEET, SETTINGS, Keys(1))
    assert isinstance(send, Send)
    assert (send.first, send.reason) == (1, "update 1: sms 1, email 1; 1 of them before all others")
    assert send.letters[0].subscriber == "care"


def test_a_channel_that_is_not_set_up_any_more_is_passed_over() -> None:
    who = audience(SubscriptionChanged("ann", "*", "pigeon"), SubscriptionChanged("ann", "*", "sms"))
    assert told(who, incident()) == ["ann sms 2"]


def test_once_an_hour_means_the_beginning_then_hourly_then_the_end() -> None:
    who = audience(SubscriptionChanged("ann", "*", "email", pace="hourly"))
    first = planned(who, incident())
    soon = planned(who, incident(), 2, 30, told=first)
    later = planned(who, incident(), 3, 61, told=soon)
    end = planned(who, incident(), 4, 62, "resolved", later)
    assert [len(each.letters) for each in (first, soon, later, end)] == [1, 0, 1, 1]


def test_beginning_and_end_means_both_and_that_it_failed_again() -> None:
    who = audience(SubscriptionChanged("ann", "*", "email", pace="ends"))
    first = planned(who, incident())
    middle = planned(who, incident(), 2, 300, told=first)
    end = planned(who, incident(), 3, 301, "resolved", middle)
    again = planned(who, incident(), 4, 320, told=end)
    then = planned(who, incident(), 5, 330, told=again)
    assert [len(each.letters) for each in (first, middle, end, again, then)] == [1, 0, 1, 1, 0]


def test_who_was_told_that_it_began_is_told_that_it_ended_though_their_area_is_well_again() -> None:
    who = audience(SubscriptionChanged("ann", "area:0113", "email"))
    about = incident(["0113"])
    later = msgspec.structs.replace(about, scopes=(*about.scopes, incident(["0114"]).scopes[0]))
    assert "0113" in (subject(later, FEET.network).areas or ())
    assert planned(who, later, 2, 10, "resolved").letters


def test_a_contact_that_ends_is_gone_and_so_is_a_person_without_any() -> None:
    who = audience(EVERYBODY, SubscriptionChanged("ann", "*", "sms"), SubscriptionChanged("ann", "", "email"))
    assert [each.channel for each in who.people["ann"]] == ["sms"]
    assert audience(EVERYBODY, SubscriptionChanged("ann", "", "email")).people == {}


def test_a_snapshot_goes_on_as_the_audience_would() -> None:
    who = audience(
        EVERYBODY, SubscriptionChanged("ann", "*", "sms"), SubscriptionChanged("bob", "*", "email")
    )
    who, _ = planning_step(who, [publish()], [incident()], FEET, SETTINGS, Keys(1))
    back = audiences.restore(audiences.snapshot(who))
    assert (dict(back.people), dict(back.told)) == (dict(who.people), dict(who.told))
    assert planned(back, incident(), 2, 5).letters == planned(who, incident(), 2, 5).letters


@pytest.mark.parametrize(
    ("outcome", "repeatable", "state"),
    [
        ("sent", False, "sent"), ("refused", True, "failed"), ("gone", True, "suppressed"), ("again", False, "new"),
        ("unknown", True, "new"), ("unknown", False, "unknown"),
    ],
)  # fmt: skip
def test_a_doubt_is_tried_again_only_where_the_receiver_can_tell_a_repeat(
    outcome: str, repeatable: bool, state: str
) -> None:
    assert after_try(outcome, 1, T0, T0, 0.5, repeatable).state == state  # type: ignore[arg-type]


def test_retries_last_for_hours_with_full_jitter_and_end_after_a_day() -> None:
    at, waits = T0, []
    for tries in range(1, 200):
        found = after_try("again", tries, T0, at, 1.0, True)
        if found.due is None:
            break
        waits.append(found.due - at)
        at = found.due
    assert found.state == "failed"
    assert waits[:4] == [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(waits) == 30 * MINUTE
    assert 23 * HOUR < at - T0 <= GIVE_UP
    assert after_try("again", 9, T0, T0, 0.0, True).due == T0 + SECOND


def test_a_receiver_may_ask_for_patience_but_not_for_ever() -> None:
    assert after_try("again", 1, T0, T0, 0.0, True, 2 * HOUR).due == Instant(T0 + 2 * HOUR)
    assert after_try("again", 1, T0, T0, 0.0, True, 90 * HOUR).due == Instant(T0 + 6 * HOUR)
