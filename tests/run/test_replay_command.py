"""`lightship replay` as people and machines meet it: JSON, exit codes, the page while it runs, answers to bad input."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.questions import QUESTIONS
from tests.support.outage_file import write_outage

FIELDS = (
    "id", "answer", "low", "high", "unit", "as_of", "basis", "truth", "truth_kind", "first_minutes", "minutes",
    "changes", "correct",
)  # fmt: skip


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_outage(tmp_path_factory.mktemp("scenario"))


def sheet(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON document of a replay."""
    code = run(["replay", *(str(each) for each in arguments), "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What is said to bad input: no traceback, nothing on standard output, exit code 3."""
    code = run(["replay", *(str(each) for each in arguments)])
    said = capsys.readouterr()
    assert code == ExitCode.BAD_INPUT, said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.startswith("lightship: ")
    return said.err.removeprefix("lightship: ").strip()


def test_the_json_has_the_documented_form(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = sheet(capsys, scenario)
    assert code == ExitCode.OK
    assert found["scenario"] == "small-outage"
    assert found["seed"] == 7
    assert found["simulated"] is True
    assert found["deployment"] == "provider"
    assert found["ticks"] == 120
    assert {*found["wall_s"]} == {"fold", "render", "store"}
    assert all(seconds >= 0 for seconds in found["wall_s"].values())
    assert found["false_statements"] == []
    assert found["broken"] == []


def test_every_question_has_its_line_with_every_field(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = sheet(capsys, scenario)
    assert [each["id"] for each in found["questions"]] == list(QUESTIONS)
    for each in found["questions"]:
        assert {*FIELDS} <= {*each}
        assert each["basis"] in ("evidence", "rule", "not built")
        assert each["truth_kind"] in ("sourced", "assumed", "none")
        assert (each["truth"] is None) == (each["correct"] is None)
        assert each["minutes"] is None or each["first_minutes"] is not None
    lines = {each["id"]: each for each in found["questions"]}
    assert lines["down"]["correct"] is True
    assert lines["down"]["answer"] == "yes"
    assert 0 < lines["down"]["first_minutes"] == lines["down"]["minutes"] <= 5
    assert lines["owed"]["basis"] == "not built"
    assert lines["owed"]["correct"] is None


def test_a_missed_deadline_is_broken_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hasty = write_outage(tmp_path, ("deadlines: {down: 5m}", "deadlines: {down: 1s}"))
    code, found = sheet(capsys, hasty)
    assert code == ExitCode.CHECK_FAILED
    assert [each["rule"] for each in found["broken"]] == ["deadline down"]
    assert "0.0166667 min allowed" in found["broken"][0]["how"]


def test_until_stops_early_and_judges_no_deadline_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hasty = write_outage(tmp_path, ("deadlines: {down: 5m}", "deadlines: {down: 5m, over: 1s}"))
    code, found = sheet(capsys, hasty, "--until", "3m")
    assert (code, found["ticks"], found["broken"]) == (ExitCode.OK, 33, [])


def test_another_seed_is_another_draw_and_the_same_seed_the_same(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draws = []
    for seed in ("7", "8", "7"):
        _, found = sheet(capsys, scenario, "--seed", seed)
        assert found["seed"] == int(seed)
        draws.append(
            {each["id"]: (each["answer"], each["low"], each["as_of"]) for each in found["questions"]}
        )
    assert draws[0] == draws[2] != draws[1]


@pytest.mark.parametrize("speed", ["rubbish", "0", "-1", "nan", "inf", "1e9", ""])
def test_a_speed_that_is_none_is_named(
    scenario: Path, capsys: pytest.CaptureFixture[str], speed: str
) -> None:
    said = complaint(capsys, scenario, "--speed", speed)
    assert said.startswith(f"--speed: {speed!r}")
    assert "1 for real time, or max" in said


@pytest.mark.parametrize("until", ["soon", "-9h", "-30m", "400h", "90"])
def test_an_until_outside_of_the_scenario_is_named(
    scenario: Path, capsys: pytest.CaptureFixture[str], until: str
) -> None:
    assert complaint(capsys, scenario, f"--until={until}").startswith(f"--until: {until!r}")


def test_a_scenario_that_does_not_exist_is_answered_with_one_that_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = complaint(capsys, "bt-2016-7-20")
    assert said.startswith("bt-2016-7-20: no scenario of that name; did you mean bt-2016-07-20?")
    assert "google-2020-12-14" in complaint(capsys, "zzz")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys, tmp_path / "none.yaml").startswith(f"{tmp_path}/none.yaml: no such file")
    assert "a folder, not a file" in complaint(capsys, f"{tmp_path}/")


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("deployment: provider", "deployment: [provider", r":\d+", ""),
        ("seed: 7", "seed: seven", ":7:7 seed", "Expected `int`|int"),
        ("needs: [ups-1]", "needs: [ups-9]", r":\d+:\d+ ", "ups-9"),
        ("node: ups-1", "node: ups-9", r":\d+:\d+ ", "no component 'ups-9'; did you mean ups-1"),
        ("places: places.csv", "places: nowhere.csv", "", "nowhere.csv"),
        ("at: 0s, until: 40m, node", "at: later, until: 40m, node", r":\d+:\d+ ", "later"),
    ],
    ids=["yaml", "type", "unknown-id-in-map", "unknown-id-in-fault", "places", "span"],
)
def test_a_wrong_file_is_answered_with_its_place(
    old: str, new: str, place: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_outage(tmp_path, (old, new))
    found = complaint(capsys, path)
    assert re.match(re.escape(str(tmp_path)) + r"/[a-z-]+\.(yaml|csv)" + place, found), found
    assert re.search(said, found), found


def test_a_binary_file_is_no_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(bytes(range(256)))
    assert complaint(capsys, path).startswith(str(path))


@pytest.mark.parametrize("width", [80, 120])
def test_the_sheet_fits_the_terminal(
    scenario: Path, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(["replay", str(scenario), "--until", "30m"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= width
    for each in (
        "SIMULATED",
        "something",
        "(assumed): broadband; not voice",
        "right",
        "Assumed by us",
        "made up",
    ):
        assert each in " ".join(text.split())
    assert re.search(r"10:00 \(between 0?9:5\d and 10:0\d\)", " ".join(text.split()))


class Serving:
    """A replay that serves its page, as a process of its own."""

    def __init__(self, scenario: Path, *more: str) -> None:
        command = [
            sys.executable,
            "-m",
            "lightship",
            "replay",
            str(scenario),
            "--serve",
            "--listen",
            "127.0.0.1:0",
            *more,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.heard = ""
        self.address = self.wait_for(r"The page: (\S+)")

    def wait_for(self, pattern: str, seconds: float = 30) -> str:
        """The first group of the pattern, once standard error has it."""
        assert self.process.stderr is not None
        until = time.monotonic() + seconds
        while (found := re.search(pattern, self.heard)) is None:
            assert time.monotonic() < until, self.heard
            if select.select([self.process.stderr], [], [], 0.1)[0]:
                self.heard += os.read(self.process.stderr.fileno(), 65_536).decode()
        return found[1]

    def page(self, path: str = "") -> tuple[str, dict[str, str]]:
        """A page and its headers, once something has been published."""
        for _ in range(100):
            try:
                with urlopen(self.address + path, timeout=5) as answer:
                    return answer.read().decode(), {
                        name.lower(): value for name, value in answer.headers.items()
                    }
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"{self.address}{path} was never there")

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; exit code and standard output."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


@pytest.fixture
def serving(scenario: Path) -> Iterator[type[Serving]]:
    started: list[Serving] = []

    class Noted(Serving):
        def __init__(self, *more: str) -> None:
            super().__init__(scenario, *more)
            started.append(self)

    yield Noted
    for each in started:
        each.process.kill()
        each.process.communicate()


def test_the_page_is_there_while_it_runs_and_says_simulated(serving: Any) -> None:
    replay = serving("--speed", "600")
    page, headers = replay.page()
    assert headers["lightship-simulated"] == "yes"
    assert headers["x-robots-tag"] == "noindex"
    assert re.search("simulat", page, re.IGNORECASE)
    replay.wait_for("(published, investigating)")
    assert replay.process.poll() is None
    assert json.loads(replay.page("index.json")[0])["problems"] == 1
    assert json.loads(replay.page("index.json")[0])["simulated"] is True


def test_after_its_end_the_page_stays_until_ctrl_c_and_then_the_sheet_follows(serving: Any) -> None:
    replay = serving("--speed", "max")
    replay.wait_for("(The replay has ended)")
    assert json.loads(replay.page("index.json")[0])["simulated"] is True
    code, out = replay.stop()
    assert code == ExitCode.OK, out
    assert "No false statement" in out


def test_ctrl_c_on_the_way_judges_what_was_said_until_then(serving: Any) -> None:
    replay = serving("--speed", "600", "--json")
    replay.page()
    time.sleep(1.0)
    code, out = replay.stop()
    assert code == ExitCode.INTERRUPTED
    assert 20 < json.loads(out)["ticks"] < 120


def test_a_port_that_is_taken_is_a_clear_error(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = complaint(capsys, scenario, "--serve", "--listen", address)
    assert said.splitlines()[-1].removeprefix("lightship: ").startswith(address)
    assert "in use" in said


@pytest.mark.parametrize("listen", ["here", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:http"])
def test_an_address_that_is_none_is_named(
    scenario: Path, listen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaint(capsys, scenario, "--serve", "--listen", listen).startswith(f"--listen: {listen!r}")
