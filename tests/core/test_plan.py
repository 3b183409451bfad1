"""The plan: only steps that still work, whatever a firm says of itself and whatever has failed."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.files.continuity_file import playbooks
from lightship.endure.plan.facts import Application, Diversion, Firm, Person, Provider, Service
from lightship.endure.plan.plan import NOT_KNOWN, Reached, gaps, needs_of, plan
from lightship.endure.plan.playbook import Playbook, Step
from lightship.endure.plan.steps import steps_for, working

BOOKS = playbooks()
YES_NO = st.none() | st.booleans()
DIVERSION = Diversion("01632 960000", "07700 900001")
FIRMS = st.builds(
    Firm, digital_voice=YES_NO, battery_minutes=st.none() | st.sampled_from([0, 60]), relies_on_landline=YES_NO,
    second_line=st.sampled_from(["", "4G"]), diversions=st.sampled_from([(), (DIVERSION,)]),
)  # fmt: skip
SERVICES: tuple[Service, ...] = get_args(Service)


@given(FIRMS, st.sampled_from(BOOKS.playbooks))
def test_no_step_needs_what_is_out(firm: Firm, book: Playbook) -> None:
    have = working(book.service, firm)
    for step in steps_for(book, firm):
        assert set(step.needs) <= have


@given(FIRMS, st.sampled_from(BOOKS.playbooks))
def test_whatever_is_out_there_is_something_to_do(firm: Firm, book: Playbook) -> None:
    assert len(steps_for(book, firm)) >= 2


@given(FIRMS, st.sampled_from(SERVICES))
def test_what_is_out_is_never_relied_on(firm: Firm, service: Service) -> None:
    have = working(service, firm)
    assert ("mains" if service == "power" else service) not in have
    if service in ("broadband", "power"):
        assert ("voice" in have) == (firm.digital_voice is False)
        assert ("online" in have) == bool(firm.second_line)
    if "online" not in have:
        assert "email" not in have


@given(FIRMS)
def test_knowing_less_never_adds_something_to_rely_on(firm: Firm) -> None:
    for service in SERVICES:
        assert working(service, Firm()) <= working(service, firm)


def test_there_is_a_playbook_for_every_service() -> None:
    assert {book.service for book in BOOKS.playbooks} == set(SERVICES)
    used = {step.source for book in BOOKS.playbooks for step in book.steps} | {
        kind.source for kind in BOOKS.applications.values()
    }
    assert used - {""} == set(BOOKS.sources)


def test_safety_is_printed_where_nobody_knows() -> None:
    step = Step("look in on them", only_if=("relies-on-landline",), keep_if_unknown=True)
    other = Step("use the battery", only_if=("battery",))
    book = Playbook("power", "dark", (step, other))
    assert steps_for(book, Firm()) == (step,)
    assert steps_for(book, Firm(relies_on_landline=False, battery_minutes=60)) == (other,)


COMPLETE = Firm(
    name="Example Joinery", people=(Person("Ann", "1"),), providers=(Provider("P", ("broadband",), "2", "A1"),),
    digital_voice=True, battery_minutes=60, relies_on_landline=True, second_line="4G",
    diversions=(Diversion("1", "2", tried="2026-05-01"),),
    applications=(Application("Office", "microsoft-365"), Application("Own", "", ("tcp://x.example:1",), "paper")),
)  # fmt: skip


def test_a_firm_that_says_everything_leaves_nothing_open() -> None:
    assert gaps(COMPLETE) == ()
    assert len(gaps(Firm())) == 8


def test_the_plan_holds_the_fixed_wording_and_names_its_sources() -> None:
    found = (Reached("https://outlook.office365.com", "eth0", True, "20 ms"),)
    made = plan(COMPLETE, BOOKS, ("Call 999.",), {"Office": found})
    assert made.emergency == ("Call 999.",)
    office, own = made.applications
    assert office.reached == found
    assert office.without.startswith("Read mail from the copy")
    assert (own.needs, own.without) == (("tcp://x.example:1",), "paper")
    steps = [each for chapter in made.chapters for each in chapter.steps]
    numbers = {each.source for each in (*steps, *made.power)} | {each.source for each in made.applications}
    assert numbers - {0} == set(range(1, len(made.sources) + 1))
    assert own.source == 0
    assert needs_of(COMPLETE.applications[0], BOOKS.applications) == office.needs
    assert plan(Firm(applications=(Application("X"),)), BOOKS, (), {}).applications[0].without == NOT_KNOWN


@pytest.mark.parametrize(
    ("firm", "said"),
    [
        (Firm(), "How long a battery keeps it going is not known: count on nothing."),
        (Firm(digital_voice=True, battery_minutes=0), "There is no battery."),
        (
            Firm(digital_voice=True, battery_minutes=90),
            "A battery keeps router and telephone going for about 90 minutes.",
        ),
        (
            Firm(digital_voice=False),
            "The telephone is not plugged into the router: a corded one may work without mains power.",
        ),
    ],
)
def test_what_the_telephone_does_without_power(firm: Firm, said: str) -> None:
    assert said in [each.text for each in plan(firm, BOOKS, (), {}).power]


def test_who_depends_on_the_line_is_told_of_a_right_unless_nobody_does() -> None:
    told = [
        len(plan(Firm(digital_voice=True, relies_on_landline=each), BOOKS, (), {}).power)
        for each in (True, None, False)
    ]
    assert told == [3, 3, 2]
