"""The answers in their closed forms, and what never reaches the public."""

from pathlib import Path

import msgspec
import pytest

from lightship.tell.advice import RULES, advice
from lightship.tell.answers import same_words, why_words
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.decisions import ChangeIncident, OpenIncident
from lightship.vocabulary.diagnosis import Category, Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.questions import QUESTIONS, Answer
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import DAY, after
from tests.core.outage import (
    EMAIL,
    FEET,
    LD8,
    PORTAL,
    PROVIDER,
    VOICE,
    Desk,
    alarm,
    diagnosis,
    minute,
    national,
    recovered,
)

POWER = diagnosis("ld8", *LD8, category="power")
POWER_BACK = FeedEvent(minute(22), "noc", ComponentId("ld8"), "power-restored")


def answers(desk: Desk) -> dict[str, Answer]:
    return {each.question: each for each in desk.updates[-1].answers}


def operators(desk: Desk) -> dict[str, Answer]:
    last = [each for each in desk.decisions if isinstance(each, OpenIncident | ChangeIncident)][-1].incident
    return {each.question: each for each in last.answers if each.audience == "operators"}


def test_every_question_is_answered_or_said_not_to_be_known() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    public = [each.question for each in desk.updates[0].answers]
    assert public == [each for each in QUESTIONS if each != "next_risk"]
    assert all(each.audience == "public" for each in desk.updates[0].answers)
    assert set(operators(desk)) == {"why", "same_as_last_time", "next_risk"}


def test_the_answers_of_the_july_outage() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    found = {question: each.answer for question, each in answers(desk).items()}
    assert found == {
        "down": "yes", "services": "broadband", "where": "national", "since": "2016-07-20T06:55:00Z",
        "how_many": "about 1 in 10 connections (between 1 in 20 and 1 in 5; 40,000 to 160,000 lines)",
        "why": "a building in London of a supplier", "same_as_last_time": "no", "us_or_neighbour": "us",
        "what_to_do": found["what_to_do"], "when_back": "2016-07-20T11:30:00Z", "next_word": "2016-07-20T07:31:00Z",
        "over": "no", "owed": None, "to_report": None,
    }  # fmt: skip
    many, since, back = (answers(desk)[each] for each in ("how_many", "since", "when_back"))
    assert (many.low, many.high, many.unit) == (0.05, 0.2, "share of lines")
    assert (since.low, since.high, since.unit) == ("2016-07-20T06:50:00Z", "2016-07-20T07:00:00Z", "instant")
    assert (back.low, back.high) == ("2016-07-20T11:30:00Z", "2016-07-20T23:30:00Z")
    assert answers(desk)["what_to_do"].items[:2] == ("nothing-at-home", "do-not-reset")
    assert answers(desk)["owed"].basis == answers(desk)["to_report"].basis == "not built"


def test_operators_read_the_class_the_margin_and_the_runner_up() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    why = operators(desk)["why"]
    assert (why.answer, why.items, why.low) == ("ld8", LD8, 0.995)
    assert why_words(POWER) == (
        "ld8 of {ld8, linx-ld8}, P = 0.995, margin 14.0 nats; next best linx-thn (14.0 nats behind); "
        "named to operators."
    )
    risk = operators(desk)["next_risk"]
    assert (risk.answer, risk.unit) == ("thn", "share of lines")


def test_over_has_three_values_and_is_open_while_we_watch() -> None:
    desk, said = Desk(), []
    desk.tick(minute(6), (national(),), (POWER,))
    said.append(answers(desk)["over"].answer)
    desk.tick(minute(23), (national(),), (POWER,), (POWER_BACK,))
    said.append(answers(desk)["over"].answer)
    desk.tick(minute(131), (recovered(national(), minute(130)),))
    said.append(answers(desk)["over"].answer)
    desk.tick(minute(191))
    said.append(answers(desk)["over"].answer)
    assert said == ["no", "component back, service not yet", None, "yes"]
    assert answers(desk)["down"].answer == "no"
    assert answers(desk)["when_back"].answer == "2016-07-20T09:05:00Z"
    assert answers(desk)["where"].answer == "national"


def test_areas_are_listed_by_id() -> None:
    desk = Desk()
    desk.tick(minute(6), (alarm("y", ["0113", "01904"]),))
    assert (answers(desk)["where"].answer, answers(desk)["where"].items) == ("areas", ("0113", "01904"))


def test_below_certainty_the_cause_is_not_known_yet() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (diagnosis("ld8", *LD8, probability=0.98, category="power"),))
    assert answers(desk)["why"].answer is None
    assert "not known yet" in desk.updates[-1].text
    assert operators(desk)["why"].answer is None
    assert operators(desk)["why"].items == LD8


@pytest.mark.parametrize("category", ["third-party", "cyber"])
def test_automation_never_says_third_party_or_cyber(category: Category) -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (diagnosis("ld8", *LD8, category=category),))
    assert "The evidence points to a building in London of a supplier." in desk.updates[0].text


def test_a_third_party_is_named_once_it_named_itself_or_a_person_released_it() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    assert "Equinix" not in repr(desk.updates)
    desk.act(minute(60), act="release-cause", incident="20160720-1", text="Power was lost at Equinix LD8")
    desk.tick(minute(61), (national(),), (POWER,))
    assert answers(desk)["why"].answer == "Power was lost at Equinix LD8"
    assert "The cause: Power was lost at Equinix LD8." in desk.updates[-1].text


def _day_after(second: Diagnosis) -> Desk:
    """Yesterday's incident, closed, and today's with another diagnosis."""
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(minute(131), (recovered(national(), minute(130)),))
    desk.tick(minute(191))
    today = after(minute(0), DAY)
    desk.tick(after(today, 360_000), (alarm("n2", national=True, since=today),), (second,))
    return desk


@pytest.mark.parametrize(
    ("second", "same"),
    [
        (diagnosis("thn", "thn", "linx-thn", category="power"), "no"), (POWER, "yes"),
        (diagnosis("ld8", *LD8, probability=0.9), None), (diagnosis(None, probability=0.2), None),
    ],
)  # fmt: skip
def test_a_cause_is_never_carried_over_without_fresh_evidence(second: Diagnosis, same: str | None) -> None:
    desk = _day_after(second)
    found = answers(desk)["same_as_last_time"]
    assert (found.answer, found.items) == (same, ("20160720-1",))
    words = same_words(desk.incidents[-1], desk.incidents)
    assert words.startswith({"no": "No:", "yes": "Yes,", None: "Not known yet:"}[same])


def _incident(*services: str, **more: object) -> Incident:
    desk = Desk()
    desk.tick(minute(6), tuple(alarm(each, service=each, members=("ld8",)) for each in services), (POWER,))  # type: ignore[arg-type]
    return msgspec.structs.replace(desk.incidents[0], **more)


def _ids(incident: Incident, settings: Settings = PROVIDER) -> list[str]:
    return [each.id for each in advice(incident, FEET.network, settings)]


def test_only_steps_that_still_work_are_advised() -> None:
    assert "call-instead" in _ids(_incident(PORTAL))
    assert "call-instead" not in _ids(_incident(PORTAL, VOICE))
    assert "call-instead" not in _ids(_incident(PORTAL, "broadband"))
    assert "call-instead" not in _ids(_incident(PORTAL), Settings(deployment="outsiders"))
    assert "do-not-reset" not in _ids(_incident(EMAIL))
    assert _ids(_incident("broadband"))[:3] == ["nothing-at-home", "do-not-reset", "use-mobile-data-or-4g"]
    assert _ids(_incident("broadband", status="resolved")) == ["restart-if-still-down"]


def test_advice_has_stable_ids_and_never_sends_people_to_a_web_account() -> None:
    ids = [each.id for each in RULES]
    assert len(set(ids)) == len(ids)
    assert not any("account" in each.text.lower() or "reboot" in each.text.lower() for each in RULES)


def test_the_page_about_answers_knows_every_question_and_every_step() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "answers.md").read_text()
    missing = [each for each in (*QUESTIONS, *(rule.id for rule in RULES)) if f"`{each}`" not in page]
    assert missing == []
