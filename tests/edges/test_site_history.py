"""The ninety days: a day that nobody watched is no good day, and what overlaps counts once."""

import json
from datetime import date, timedelta

import msgspec
import pytest

from lightship.edges.files.templates import template_texts
from lightship.learn.watched import KEPT, Watched, after
from lightship.tell.site import files
from lightship.tell.situation import Situation
from lightship.vocabulary.events import ProbeCounts, TickJudged
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.time import HOUR, Instant, Tick, parse_iso, tick_of
from tests.edges.test_site_pages import text
from tests.support import fictional
from tests.support.fictional import START, at

TODAY = date(2031, 3, 5)
MEASURED = ProbeCounts(rows=(0,), attempts=(3,), failures=(0,), failure=(None,))


def days_of(situation: Situation, service: str) -> dict[str, dict[str, object]]:
    document = json.loads(files(situation, template_texts())[f"s/{service}.json"])
    return {each["day"]: each for each in document["days"]}


def two(first: Incident, second: Incident, now: float) -> Situation:
    """Two incidents, told of once each."""
    moment = at(now)
    said = tuple(
        update for each in (first, second)
        for update in fictional.rich().updates if update.incident == "20310305-1" and update.number == 1
        for update in (msgspec.structs.replace(update, incident=each.id, at=Instant(each.opened_at)),)
    )  # fmt: skip
    return Situation(
        fictional.settings(), fictional.network(), moment, incidents=(first, second), updates=said
    )


def over(name: str, begins: Instant, hours: float) -> Incident:
    areas = fictional.areas_in("region:North East", "broadband")
    end = Instant(begins + round(hours * HOUR))
    return fictional.incident(
        areas, "resolved", name, begins, resolved_at=Instant(end + HOUR), service_restored_at=end
    )


def resolved(situation: Situation) -> Situation:
    """The same with all incidents said to be over."""
    over_now = tuple(msgspec.structs.replace(each, status="resolved") for each in situation.updates)
    return msgspec.structs.replace(situation, updates=over_now)


def test_a_day_without_a_measurement_is_not_a_good_day() -> None:
    yesterday = TODAY - timedelta(days=1)
    calm = msgspec.structs.replace(fictional.calm(), watched={yesterday.toordinal(): 1440})
    found = days_of(calm, "email")
    assert found == {
        "2031-03-04": {
            "day": "2031-03-04",
            "state": "none known",
            "problem_minutes": 0,
            "watched_minutes": 1440,
        }
    }
    page = text(files(calm, template_texts())["history/index.html"])
    assert "No known problem; 89 of 90 days not watched." in page
    assert "No known problem; 90 of 90" not in page


def test_what_was_never_watched_says_so_and_no_more() -> None:
    page = text(files(fictional.calm(), template_texts())["s/email/index.html"])
    assert "Not watched in the last 90 days." in page
    assert "No known problem" not in page


def test_a_day_that_was_watched_in_part_says_how_long() -> None:
    calm = msgspec.structs.replace(fictional.calm(), watched={(TODAY - timedelta(days=2)).toordinal(): 185})
    assert (
        "3 March 2031: no known problem; watched for 3 h 5 min only"
        in files(calm, template_texts())["s/email/index.html"]
    )


def test_minutes_in_which_two_problems_overlap_count_once() -> None:
    first, second = over("20310305-1", START, 2), over("20310305-2", Instant(START + HOUR), 2)
    found = days_of(resolved(two(first, second, 600)), "broadband")
    assert found["2031-03-05"]["problem_minutes"] == 180


def test_a_problem_across_midnight_is_split_between_the_days() -> None:
    late = over("20310304-1", parse_iso("2031-03-04T23:30:00Z"), 2)
    far = over("20310101-1", parse_iso("2031-01-01T12:00:00Z"), 1)
    found = days_of(resolved(two(late, far, 600)), "broadband")
    assert [found[day]["problem_minutes"] for day in ("2031-01-01", "2031-03-04", "2031-03-05")] == [
        60,
        30,
        90,
    ]


def test_an_open_problem_lasts_until_the_newest_thing_known_of_it() -> None:
    rich = fictional.rich()
    before = days_of(rich, "broadband")["2031-03-05"]
    later = days_of(msgspec.structs.replace(rich, at=Instant(rich.at + 3 * HOUR)), "broadband")["2031-03-05"]
    assert before == later
    assert before["state"] == "some areas"
    assert before["watched_minutes"] is None


def test_the_service_page_shows_what_is_open_and_where() -> None:
    page = text(files(fictional.rich(), template_texts())["s/broadband/index.html"])
    assert page.index("Broadband: failing") < page.index("What fails") < page.index("The last 90 days")
    assert "Yorkshire and the Humber" in page


def test_a_calm_service_does_not_say_that_all_is_well() -> None:
    page = text(files(fictional.rich(), template_texts())["s/portal/index.html"])
    assert "My Saltmarsh website: no problem that we know of" in page
    assert "That is not the same as knowing that all is well." in page


@pytest.mark.parametrize(("zone", "day"), [("Europe/London", date(2031, 7, 1)), ("UTC", date(2031, 6, 30))])
def test_minutes_are_counted_on_local_days(zone: str, day: date) -> None:
    tick = tick_of(parse_iso("2031-06-30T23:10:00Z"))
    state = after(Watched(), TickJudged(tick, "v", probes=MEASURED), zone)
    assert state.days == ((day.toordinal(), 1),)


def test_a_tick_in_which_nothing_was_measured_does_not_count() -> None:
    assert after(Watched(), TickJudged(Tick(0), "v"), "UTC").days == ()
    assert after(Watched(), TickJudged(Tick(0), "v", probes=MEASURED, early=True), "UTC").days == ()


def test_the_ledger_keeps_so_many_days_and_no_more() -> None:
    state = Watched()
    for day in range(KEPT + 50):
        state = after(state, TickJudged(Tick(day * 1440), "v", probes=MEASURED), "UTC")
    assert len(state.days) == KEPT + 1
    assert state.minutes(state.days[-1][0]) == 1
