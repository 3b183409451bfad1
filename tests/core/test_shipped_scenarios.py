"""The scenarios that ship: sound, honest about what is assumed, and no easier than promised."""

import pytest

from lightship.edges.files.shipped import shipped_scenarios
from lightship.run.maps import library
from lightship.run.scenario_file import load_scenario, open_scenario
from lightship.simulate.noise import noise_statement
from lightship.simulate.problems import late_deadlines
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import run_length
from lightship.simulate.targets import TARGETS, target
from lightship.vocabulary.time import parse_iso

NAMES = [
    "arwen-2021-11-26", "att-2024-02-22", "bt-2016-02-02", "bt-2016-07-20", "bt-2016-07-21", "bt-999-2023-06-25",
    "bt-email-2025-02-15", "bt-website-2025-02", "google-2020-12-14", "o2-2018-12-06", "quiet-week", "sky-2017-07-06",
    "vm-2023-04-04",
]  # fmt: skip


@pytest.fixture(scope="module", params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Scenario:
    return open_scenario(request.param)


def test_these_ship() -> None:
    assert [path.stem for path in shipped_scenarios()] == NAMES


def test_a_scenario_bears_the_name_of_its_file() -> None:
    for path in shipped_scenarios():
        assert load_scenario(path, library()).id == path.stem


def test_no_deadline_is_later_than_the_target(shipped: Scenario) -> None:
    assert late_deadlines(shipped) == ()


def test_known_and_assumed_are_kept_apart_and_sources_are_addresses(shipped: Scenario) -> None:
    assert shipped.assumed
    assert all(each.source.startswith("https://") for each in shipped.known)
    assert all(each.source.startswith("https://") for each in shipped.truth if each.kind == "sourced")
    assert not [each for each in shipped.truth if each.kind == "none" and each.spans]


def test_its_noise_says_how_it_differs(shipped: Scenario) -> None:
    text = " ".join(noise_statement(shipped.reports))
    assert all(word in text for word in ("lognormal AR(1)", "clumps", "drift", "hour of the week"))


def test_its_map_says_that_it_is_made_up(shipped: Scenario) -> None:
    assert shipped.network.synthetic
    assert shipped.network.note


def test_the_day_of_2016_runs_from_midnight_to_midnight_in_london() -> None:
    start, end = run_length(open_scenario("bt-2016-07-20"))
    assert (start, end) == (parse_iso("2016-07-20T00:00:00+01:00"), parse_iso("2016-07-21T00:00:00+01:00"))


def test_the_next_day_is_on_the_same_map_and_remembers_yesterday() -> None:
    first, second = open_scenario("bt-2016-07-20"), open_scenario("bt-2016-07-21")
    assert first.network == second.network
    assert run_length(second)[0] < first.t0
    assert min(second.t0 + fault.at for fault in second.faults) == first.t0


def test_what_the_articles_leave_blank_stays_blank() -> None:
    truths = {each.question: each.kind for each in open_scenario("bt-website-2025-02").truth}
    assert {truths[name] for name in ("since", "when_back", "how_many", "where", "why")} == {"none"}
    truths = {each.question: each.kind for each in open_scenario("bt-email-2025-02-15").truth}
    assert truths["why"] == "none"


@pytest.mark.parametrize(
    ("deployment", "deadline", "minutes"),
    [
        ("provider", "down", 2), ("provider", "services", 5), ("provider", "where", 5), ("provider", "since", 5),
        ("provider", "how_many", 10), ("provider", "why_short_list", 10), ("provider", "why", 30),
        ("provider", "same_as_last_time", 15), ("provider", "us_or_neighbour", 5), ("provider", "what_to_do", 10),
        ("provider", "when_back", 30), ("provider", "over", 30),
        ("outsiders", "services", 10), ("outsiders", "where", 15), ("outsiders", "since", 15),
        ("outsiders", "how_many", 20), ("outsiders", "why_short_list", 20), ("outsiders", "same_as_last_time", 30),
        ("outsiders", "us_or_neighbour", 15), ("outsiders", "what_to_do", 10), ("outsiders", "when_back", 30),
        ("outsiders", "over", 60),
    ],
)  # fmt: skip
def test_the_targets_stand_where_they_were_set(deployment: str, deadline: str, minutes: float) -> None:
    assert TARGETS[deployment][deadline].minutes == minutes  # type: ignore[index]  # names from the table above


def test_outsiders_with_probes_notice_sooner_than_by_reports() -> None:
    by_probe, by_reports = target("outsiders", "down"), target("outsiders", "down", probed=False)
    assert by_probe is not None
    assert by_reports is not None
    assert by_probe.minutes < by_reports.minutes


def test_nothing_is_promised_for_some_questions() -> None:
    assert target("outsiders", "why") is None
