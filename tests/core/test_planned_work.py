"""Announced work explains what it takes, while it lasts; and nothing beyond it."""

from lightship.edges.operators.people import Session
from lightship.edges.web.console.pages import Pages
from lightship.tell.site.facts import kicker
from lightship.tell.site.shown import Shown
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.planned_work import Impact, PlannedWork
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import MINUTE, Instant
from tests.core.outage import T0, Desk, alarm, minute, network


def work(*subjects: str, starts: int = -10, ends: int = 120, impact: Impact = "outage") -> PlannedWork:
    on = tuple(ComponentId(each) for each in subjects)
    return PlannedWork(
        "carriers W-1", minute(starts), minute(ends), on, impact, "Fibre works by Fenland Carrier"
    )


def at_work(*works: PlannedWork, after: int = 6) -> Desk:
    """York is out whole, and this is announced."""
    desk = Desk()
    desk.works = works
    desk.tick(minute(after), (alarm("york", ["01904"], share=(0.9, 0.8, 1.0)),))
    return desk


def test_what_lies_within_announced_work_is_told_as_planned_and_until_when() -> None:
    desk = at_work(work("ex-01904"))
    (said,) = desk.updates
    assert said.headline.startswith("Planned work on broadband: ")
    assert said.text.startswith("This is planned work, which is to end by 9:55am.")
    assert "Why is not known" not in said.text
    assert "Fenland" not in said.text + said.headline, "who does the work is for operators"
    assert kicker(Shown(desk.incidents[0], (said,))) == "Planned work"


def test_operators_see_which_work_it_is_and_why() -> None:
    desk = at_work(work("ex-01904"))
    assert desk.incidents[0].planned is not None
    assert desk.incidents[0].planned.works == ("carriers W-1",)
    assert any("announced work explains it" in each.reason for each in desk.decisions)


def test_an_outage_beyond_the_work_is_told_as_one_at_once() -> None:
    desk = at_work(work("ex-01904"))
    both = alarm("york", ["01904", "0113"], share=(0.9, 0.8, 1.0))
    desk.tick(minute(8), (both,))
    assert desk.incidents[0].planned is None
    assert "lanned" not in desk.updates[-1].headline + desk.updates[-1].text
    assert len(desk.updates) == 2, "and does not wait for its turn"


def test_work_that_takes_a_tenth_does_not_explain_that_all_is_out() -> None:
    tenth = Desk()
    tenth.works = (work("ld8"),)
    tenth.tick(minute(6), (alarm("york", ["01904"], share=(0.12, 0.05, 0.2)),))
    assert tenth.incidents[0].planned is not None
    assert at_work(work("ld8")).incidents[0].planned is None


def test_work_that_should_have_ended_explains_nothing_any_more() -> None:
    desk = at_work(work("ex-01904", ends=30))
    out = (alarm("york", ["01904"], share=(0.9, 0.8, 1.0)),)
    planned = []
    for at in (34, 36):
        desk.tick(minute(at), out)
        planned.append(desk.incidents[0].planned is not None)
    assert planned == [True, False]
    assert any("announced work should have ended" in each.reason for each in desk.decisions)


def test_what_began_before_the_work_is_not_the_work() -> None:
    assert at_work(work("ex-01904", starts=60), after=62).incidents[0].planned is None


def test_work_that_promised_no_loss_of_service_explains_none() -> None:
    assert at_work(work("ex-01904", impact="less redundancy")).incidents[0].planned is None
    assert at_work(work("ex-01904", impact="none")).incidents[0].planned is None


def test_two_works_at_once_explain_what_they_take_together() -> None:
    other = PlannedWork("carriers W-2", minute(0), minute(60), (ComponentId("ex-0113"),))
    desk = Desk()
    desk.works = (work("ex-01904"), other)
    desk.tick(minute(6), (alarm("north", ["01904", "0113"], share=(0.9, 0.8, 1.0)),))
    assert desk.incidents[0].planned is not None
    assert desk.incidents[0].planned.ends == minute(120)


def test_work_that_is_called_off_explains_nothing_any_more() -> None:
    desk = at_work(work("ex-01904"))
    desk.works = ()
    desk.tick(Instant(T0 + 8 * MINUTE), (alarm("york", ["01904"], share=(0.9, 0.8, 1.0)),))
    assert desk.incidents[0].planned is None
    assert any("called off" in each.reason for each in desk.decisions)


def test_work_about_nothing_on_the_map_explains_nothing() -> None:
    assert at_work(work("not-on-the-map")).incidents[0].planned is None


def test_operators_read_on_the_incidents_page_which_work_explains_it() -> None:
    desk = at_work(work("ex-01904"))
    pages = Pages(lambda: (Settings(), network()), lambda: minute(7))
    session = Session("ada", "viewer", "form", T0)
    text = pages.incident(session, desk.incidents[0], desk.updates).body.decode()
    assert "Told as planned work</b>, which explains all of it so far: carriers W-1" in text
    desk.works = ()
    desk.tick(minute(8), (alarm("york", ["01904"], share=(0.9, 0.8, 1.0)),))
    assert (
        "Told as planned work" not in pages.incident(session, desk.incidents[0], desk.updates).body.decode()
    )
