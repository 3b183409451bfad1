"""Planned work in public: when, what and where, by the map; read back by a calendar's own parser."""

import json

import msgspec
import pytest
from icalendar import Calendar

from lightship.edges.files.templates import template_texts
from lightship.prevent.footprints import Footprints, footprints
from lightship.tell.planned import Announced, announced
from lightship.tell.site import files
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.planned_work import Impact, PlannedWork
from lightship.vocabulary.time import DAY, HOUR, Instant
from tests.edges.test_site_pages import text
from tests.support import fictional, small_scenario
from tests.support.fictional import at

TOMORROW = Instant(at(0) + DAY)


@pytest.fixture(scope="module")
def feet() -> Footprints:
    return footprints(small_scenario.network())


def work(
    subject: str, impact: Impact = "outage", starts: Instant = TOMORROW, hours: float = 4
) -> PlannedWork:
    ends = Instant(starts + round(hours * HOUR))
    return PlannedWork(
        "carrier-x/77", starts, ends, (ComponentId(subject),), impact, "Carrier X replaces a card"
    )


def test_an_exchange_takes_its_area_and_the_services_there(feet: Footprints) -> None:
    (found,) = announced([work("he-0110")], feet, at(0))
    assert found.areas == ("0110",)
    assert found.services == ("broadband", "voice")
    assert not found.national


def test_what_redundancy_carries_is_not_told(feet: Footprints) -> None:
    assert announced([work("front-1")], feet, at(0)) == ()
    assert announced([work("he-0110", "less redundancy")], feet, at(0)) == ()


def test_what_is_far_off_or_long_over_is_not_told(feet: Footprints) -> None:
    far, over = Instant(at(0) + 61 * DAY), Instant(at(0) - 8 * DAY)
    assert announced([work("he-0110", starts=far), work("he-0111", starts=over)], feet, at(0)) == ()


def situation(*works: Announced) -> dict[str, str]:
    calm = msgspec.structs.replace(fictional.calm(), planned=works)
    return files(calm, template_texts())


def told(starts: Instant, **changed: object) -> Announced:
    made = Announced(
        "w-0123456789", starts, Instant(starts + 4 * HOUR), (fictional.SERVICES[0].id,),
        tuple(each.id for each in fictional.LEAVES[:2]), False, "outage",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


def test_the_page_says_when_what_and_where() -> None:
    page = text(situation(told(TOMORROW))["planned/index.html"])
    assert "To come Broadband, in " in page
    assert "From 7:55am GMT on 6 March 2031" in page
    assert "planned work : next 7:55am on 6 March" in text(situation(told(TOMORROW))["index.html"])


def test_without_any_the_page_does_not_promise_that_there_is_none() -> None:
    assert "None that we know of." in text(situation()["planned/index.html"])


@pytest.mark.parametrize(
    ("starts", "state", "status"),
    [
        (TOMORROW, "to come", "scheduled"),
        (at(-60), "under way", "in_progress"),
        (at(-600), "over", "completed"),
    ],
)
def test_phase_by_phase_in_each_shape(starts: Instant, state: str, status: str) -> None:
    made = situation(told(starts))
    assert json.loads(made["planned.json"])["works"][0]["state"] == state
    listed = json.loads(made["api/v2/scheduled-maintenances.json"])["scheduled_maintenances"]
    assert [each["status"] for each in listed] == [status]
    active = json.loads(made["api/v2/scheduled-maintenances/active.json"])["scheduled_maintenances"]
    assert len(active) == (status == "in_progress")
    coming = json.loads(made["api/v2/scheduled-maintenances/upcoming.json"])["scheduled_maintenances"]
    assert len(coming) == (status == "scheduled")


def test_the_calendar_is_read_by_a_calendars_parser() -> None:
    raw = situation(told(TOMORROW), told(at(-60), id="w-abcdef0123"))["planned/calendar.ics"]
    assert max(len(line.encode()) for line in raw.split("\r\n")) <= 75
    events = Calendar.from_ical(raw).walk("VEVENT")
    assert len(events) == 2
    assert str(events[0]["SUMMARY"]).startswith("SIMULATION: Planned work: Broadband")
    assert int(events[0].decoded("DTSTART").timestamp() * 1000) == TOMORROW
    assert {str(each["X-MAINTNOTE-STATUS"]) for each in events} == {"CONFIRMED", "IN-PROCESS"}


def test_whoever_announced_it_stands_in_no_file(feet: Footprints) -> None:
    (found,) = announced([work("he-0110")], feet, at(0))
    assert not [path for path, words in situation(found).items() if "carrier" in words.casefold()]
