"""The judge can say no: each rule and verdict is seen to bite, and a right run is seen to pass."""

import pytest
from msgspec.structs import replace

from lightship.run.judge.judge import Judgement, judge
from lightship.run.judge.record import Said, Statement, View
from lightship.run.judge.sheet import false_statements
from lightship.run.judge.verdict import verdict
from lightship.run.scenario_file import open_scenario
from lightship.simulate.offsets import Offset
from lightship.simulate.scenario import NeverRule, Scenario
from lightship.simulate.truth import Truth, TruthSpan
from lightship.vocabulary.diagnosis import Diagnosis, Explained, Standing
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.questions import Answer, QuestionId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import HOUR, MINUTE, Instant, iso

T0 = Instant(1_468_997_700_000)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return open_scenario("bt-2016-07-20")


def answer(
    question: QuestionId, said: str | None, *items: str, low: object = None, high: object = None
) -> Answer:
    return Answer(question, said, "evidence", T0, low, high, "", items)  # type: ignore[arg-type]


def statement(minute: float, *answers: Answer, text: str = "", status: str = "investigating") -> Statement:
    at = Instant(T0 + round(minute * MINUTE))
    said = {each.question: each for each in answers}
    return Statement(at, IncidentId("a"), "Broadband.", text, status, said, Instant(at + 30 * MINUTE))


def view(minute: float, chosen: str, standing: Standing = "named to operators") -> View:
    at = Instant(T0 + round(minute * MINUTE))
    found = Diagnosis(
        at, standing, (chosen,), chosen, (), 20.0, 0.995, 1.0, Explained(1, 1, 0, 0), (), (), (), (), ()  # type: ignore[arg-type]
    )  # fmt: skip
    return View(at, IncidentId("a"), Instant(T0 + MINUTE), found, Estimate("lines", 9e5, 5e5, 2e6), False)


RIGHT = (
    answer("down", "yes"),
    answer("services", "yes", "broadband"),
    answer("where", "national"),
    answer("since", iso(T0), low=iso(Instant(T0 - MINUTE)), high=iso(Instant(T0 + MINUTE))),
    answer("how_many", "about a tenth", low=0.05, high=0.2),
    answer("us_or_neighbour", "us"),
    answer("what_to_do", "Nothing.", "nothing-at-home", "do-not-reset"),
    answer(
        "when_back", iso(Instant(T0 + HOUR)), low=iso(Instant(T0 + HOUR)), high=iso(Instant(T0 + 8 * HOUR))
    ),
    answer("next_word", iso(Instant(T0 + HOUR))),
    answer("over", "no"),
)


def judged(scenario: Scenario, *said: Statement, seen: tuple[View, ...] = (), until: float = 30) -> Judgement:
    return judge(scenario, said, seen or (view(1.1, "ld8-ups"),), Instant(T0 + round(until * MINUTE)))


def rules(found: Judgement) -> list[str]:
    return [each.rule for each in found.broken]


def test_right_answers_in_time_break_nothing(scenario: Scenario) -> None:
    found = judged(scenario, statement(1.1, *RIGHT))
    assert found.broken == ()
    assert found.false_statements == ()
    down = next(each for each in found.questions if each.id == "down")
    assert (down.first_minutes, down.minutes, down.correct) == (1.1, 1.1, True)


def test_saying_nothing_misses_every_deadline(scenario: Scenario) -> None:
    found = judge(scenario, (), (), Instant(T0 + 31 * MINUTE))
    assert rules(found) == [f"deadline {each}" for each in scenario.deadlines]
    assert all(not each.correct for each in found.questions)


def test_a_right_answer_that_comes_late_misses_its_deadline(scenario: Scenario) -> None:
    assert "deadline down" in rules(judged(scenario, statement(3.0, *RIGHT)))


def test_an_answer_that_was_right_and_turns_wrong_counts_from_when_it_is_right_again(
    scenario: Scenario,
) -> None:
    wrong = statement(10, *RIGHT, answer("where", "areas", "020"))
    found = judged(scenario, statement(1.1, *RIGHT), wrong, statement(20, *RIGHT))
    where = next(each for each in found.questions if each.id == "where")
    assert (where.first_minutes, where.minutes, where.changes) == (1.1, 20.0, 2)
    assert [(each.question, each.minute) for each in found.false_statements] == [("where", 10.0)]
    assert {"name_a_town_as_centre", "deadline where"} <= {*rules(found)}


def test_unknown_is_neither_right_nor_false(scenario: Scenario) -> None:
    found = judged(scenario, statement(1.1, answer("down", None)))
    assert found.false_statements == ()
    assert next(each for each in found.questions if each.id == "down").correct is False


def test_a_promise_that_is_not_kept_is_a_false_statement(scenario: Scenario) -> None:
    found = judged(scenario, statement(1.1, *RIGHT), statement(40, *RIGHT), until=45)
    assert [each.question for each in found.false_statements] == ["next_word"]
    assert "8.9 min late" in found.false_statements[0].truth


def test_naming_the_rival_building_to_operators_is_false(scenario: Scenario) -> None:
    found = judged(scenario, statement(1.1, *RIGHT), seen=(view(5, "thn"),))
    assert [each.question for each in found.false_statements] == ["why"]
    assert "deadline why" in rules(found)


BREACHES: list[tuple[NeverRule, Statement, tuple[View, ...]]] = [
    ("name_a_town_as_centre", statement(5, answer("where", "areas", "020")), ()),
    (
        "state_cause_without_evidence",
        statement(5, answer("why", "a building in London")),
        (view(2, "ld8-ups", "under investigation"),),
    ),
    ("print_reports_as_customers", statement(5, text="5,120 customers are affected."), ()),
    ("close_before_service_back", statement(60, answer("over", "yes")), ()),
    ("close_before_service_back", statement(60, status="resolved"), ()),
    ("name_a_third_party_before_source", statement(5, text="Equinix has lost power."), ()),
    ("blame_healthy_provider", statement(5, answer("us_or_neighbour", "neighbour")), ()),
]


@pytest.mark.parametrize(("rule", "said", "seen"), BREACHES)
def test_every_never_rule_bites(
    scenario: Scenario, rule: NeverRule, said: Statement, seen: tuple[View, ...]
) -> None:
    assert rule in rules(judged(scenario, said, seen=seen, until=90))


@pytest.mark.parametrize(
    "rule", ["declare_national_incident", "say_unknown_as_known", "repeat_yesterdays_cause"]
)
def test_the_rules_of_other_scenarios_bite_too(scenario: Scenario, rule: NeverRule) -> None:
    why = next(each for each in scenario.truth if each.question == "why")
    others = tuple(each for each in scenario.truth if each.question != "why")
    kind = "none" if rule == "say_unknown_as_known" else "sourced"
    other = replace(scenario, never=(rule,), truth=(*others, replace(why, kind=kind)), deadlines={})
    said = statement(5, *RIGHT, answer("why", "a building in London"))
    assert rules(judged(other, said, seen=(view(3, "thn"),))) == [rule]


def test_a_number_of_people_within_the_estimate_is_no_breach(scenario: Scenario) -> None:
    said = statement(1.1, *RIGHT, text="About 900,000 lines are affected.")
    assert "print_reports_as_customers" not in rules(judged(scenario, said))


def test_a_share_in_words_is_no_number_of_people(scenario: Scenario) -> None:
    said = statement(1.1, *RIGHT, text="About 1 in 4 users is affected.")
    assert "print_reports_as_customers" not in rules(judged(scenario, said))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer("how_many", "", low=0.05, high=0.2), "right"),
        (answer("how_many", "", low=0.5, high=0.9), "wrong"),
        (answer("how_many", "", low=0.11, high=0.2), "incomplete"),
        (answer("how_many", "", low=0.001, high=0.9), "incomplete"),
    ],
)
def test_an_interval_must_hold_the_truth_and_say_something(said: Answer, expected: str) -> None:
    assert verdict("how_many", said, TruthSpan(value=0.1, low=0.03, high=0.3), T0) == expected


def test_component_back_is_not_service_back() -> None:
    span = TruthSpan(answer="component back, service not yet")
    assert verdict("over", answer("over", "yes"), span, T0) == "wrong"
    assert verdict("over", answer("over", "no"), span, T0) == "right"
    assert verdict("over", answer("over", "yes"), TruthSpan(answer="yes"), T0) == "right"


def test_an_onset_outside_its_interval_is_false_and_a_wide_interval_is_incomplete() -> None:
    span = TruthSpan(at=Offset(0), tolerance=Offset(5 * MINUTE))

    def since(likeliest: int, low: int, high: int) -> str:
        said = [iso(Instant(T0 + each * MINUTE)) for each in (likeliest, low, high)]
        return verdict("since", answer("since", said[0], low=said[1], high=said[2]), span, T0)

    assert since(1, -1, 2) == "right"
    assert since(30, 20, 40) == "wrong"
    assert since(30, -30, 60) == "incomplete"


def test_what_was_true_and_is_repeated_when_it_no_longer_is_counts_as_false_once() -> None:
    truth = Truth(
        "down", "assumed",
        (TruthSpan(Offset(0), Offset(10 * MINUTE), "yes"), TruthSpan(Offset(10 * MINUTE), answer="no")),
    )  # fmt: skip
    yes = answer("down", "yes")
    said = [Said(Instant(T0 + minute * MINUTE), yes) for minute in (1, 9, 11, 12)]
    assert [each.minute for each in false_statements("down", said, truth, T0)] == [11.0]
