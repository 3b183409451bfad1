"""kill -9 anywhere in a replay, again and again: what it leaves behind in the end is what an undisturbed run leaves."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.files.shipped import scenario_path
from tests.support.dying import KINDS
from tests.support.lives import DONE, Lives
from tests.support.outage_file import write_outage
from tests.support.outcomes import Outcome, outcome


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    found = Lives(write_outage(tmp_path_factory.mktemp("scenario")))
    yield found
    found.close()


@pytest.fixture(scope="module")
def undisturbed(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, dict[str, int]]:
    """What one run without a death leaves, and how many steps of each kind it takes."""
    data = tmp_path_factory.mktemp("undisturbed")
    ended = lives.one(data)
    assert ended["ended"] in DONE
    return outcome(data), {kind: ended[kind] for kind in KINDS}


def die_often(
    lives: Lives, data: Path, chance: random.Random, steps: dict[str, int], deaths: int
) -> list[str]:
    """Lives until the replay is done; at most so many deaths. Gives where each death was."""
    where: list[str] = []
    while True:
        kind = KINDS[len(where) % len(KINDS)]
        # Early points are drawn as often as late ones: a restart at the end has few steps left to die at.
        at = round(steps[kind] ** chance.random()) if len(where) < deaths else None
        ended = lives.one(data, at, kind)
        if ended["ended"] in DONE:
            return where
        assert ended["ended"] == -signal.SIGKILL
        where.append(f"{ended['at']}")


def test_killed_at_any_step_everything_is_there_once(
    lives: Lives, undisturbed: tuple[Outcome, dict[str, int]], tmp_path: Path
) -> None:
    expected, steps = undisturbed
    where = die_often(lives, tmp_path, random.Random(9), steps, deaths=12)
    assert outcome(tmp_path) == expected
    assert expected.effects == 0
    assert len(expected.updates) == len({(each.incident, each.number) for each in expected.updates}) >= 4
    assert len(where) >= 6, where
    assert any(".new" in each for each in where), f"none in the middle of publishing: {where}"
    assert any(each in ("statement", "before the commit") for each in where), (
        f"none in a transaction: {where}"
    )


def test_killed_between_two_files_of_one_release_the_next_start_completes_it(
    lives: Lives, undisturbed: tuple[Outcome, dict[str, int]], tmp_path: Path
) -> None:
    expected, steps = undisturbed
    middle = next(
        ended for at in range(steps["file"] // 2, steps["file"], 7)
        if (ended := lives.one(tmp_path / str(at), at))["at"].startswith("os.rename site/")
    )  # fmt: skip
    assert middle["ended"] == -signal.SIGKILL
    data = tmp_path / str(middle["file"])
    assert lives.one(data)["ended"] in DONE
    assert outcome(data) == expected


def test_killed_while_the_tables_are_made_the_next_start_makes_them(
    lives: Lives, undisturbed: tuple[Outcome, dict[str, int]], tmp_path: Path
) -> None:
    for at in (4, 13, 22, 23):
        data = tmp_path / str(at)
        assert lives.one(data, at, "store")["ended"] == -signal.SIGKILL
        assert lives.one(data)["ended"] in DONE
        assert outcome(data) == undisturbed[0]


@pytest.mark.soak
def test_killed_a_hundred_times_everything_is_there_once(
    lives: Lives, undisturbed: tuple[Outcome, dict[str, int]], tmp_path: Path
) -> None:
    expected, steps = undisturbed
    landed: list[str] = []
    chance, replays = random.Random(100), 0
    while len(landed) < 100:
        data = tmp_path / str(replays)
        data.mkdir()
        landed += die_often(lives, data, chance, steps, deaths=20)
        replays += 1
        assert outcome(data) == expected, landed
    assert sum(".new" in each for each in landed) >= 10
    assert sum(each == "before the commit" for each in landed) >= 20
    print(
        f"{len(landed)} deaths in {replays} replays:", Counter(each.partition(" site")[0] for each in landed)
    )


@pytest.mark.soak
def test_the_national_outage_killed_by_the_clock_is_the_same_in_the_end(tmp_path: Path) -> None:
    """From outside, at any instant, a system call among them."""
    path = tmp_path / "cut.yaml"
    text = scenario_path("bt-2016-07-20").read_text().replace("start: -7h55m ", "start: -15m ")
    path.write_text(text.replace("end: 16h5m ", "end: 30m "))
    began = time.monotonic()
    assert by_the_clock(path, tmp_path / "whole", None) in DONE
    took, chance, deaths = time.monotonic() - began, random.Random(27), 0
    while (
        by_the_clock(path, tmp_path / "killed", chance.uniform(0.1, 1.0) * took if deaths < 8 else None)
        not in DONE
    ):
        deaths += 1
    assert deaths >= 2
    assert outcome(tmp_path / "killed") == outcome(tmp_path / "whole")


def by_the_clock(scenario: Path, data: Path, seconds: float | None) -> int:
    """A `lightship replay` of its own, killed after so many seconds; how it ended."""
    command = [sys.executable, "-m", "lightship", "replay", str(scenario), "--data", str(data), "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
