"""The shipped outages through everything, judged: their first minutes always, their whole length when there is time."""

import pytest
from msgspec.structs import replace

from lightship.run.answer_sheet import Sheet
from lightship.run.replaying import Wanted, replayed
from lightship.run.scenario_file import open_scenario
from lightship.simulate.scenario import Scenario
from tests.support.replays import short

STORIES = (
    "arwen-2021-11-26", "att-2024-02-22", "bt-2016-02-02", "bt-999-2023-06-25", "o2-2018-12-06", "sky-2017-07-06",
    "vm-2023-04-04",
)  # fmt: skip


def judged(scenario: Scenario, seed: int | None = None) -> Sheet:
    seed = scenario.seed if seed is None else seed
    wanted = Wanted(replace(scenario, seed=seed), seed, float("inf"), None, None, None)
    return replayed(wanted, quiet=True).sheet


@pytest.mark.parametrize("name", STORIES)
def test_the_first_minutes_are_told_rightly(name: str) -> None:
    sheet = judged(short(name, before=5, after=11))
    assert sheet.false_statements == ()
    assert sheet.broken == ()
    answers = {each.id: each for each in sheet.questions}
    assert answers["down"].correct


@pytest.mark.soak
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("name", STORIES)
def test_the_whole_of_it_is_told_rightly_whatever_the_noise(name: str, seed: int | None) -> None:
    sheet = judged(open_scenario(name), seed)
    assert sheet.false_statements == ()
    assert sheet.broken == ()
