"""`lightship scenario`: what people and machines see."""

from pathlib import Path

import msgspec
from click.testing import CliRunner, Result

from lightship.run.cli import cli
from tests.edges.test_scenario_file import SOUND


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["scenario", *arguments], standalone_mode=False)


def test_the_list_says_who_watches() -> None:
    assert "bt-email-2025-02-15  outsiders" in call("list").output


def test_the_list_is_one_json_document() -> None:
    found = msgspec.json.decode(call("list", "--json").output)
    assert "bt-2016-07-20" in [each["id"] for each in found]


def test_a_sound_file_is_said_to_be_sound(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND.replace("down: 2m", "down: 3m"))
    result = call("check", str(path))
    assert result.return_value == 0
    assert "sound; 3.5 hours, 1 fault, 2 truths, 1 deadline, map of 1 component; 1 warning" in result.output
    found = msgspec.json.decode(call("check", str(path), "--json").output)
    assert found["sound"]
    assert found["warnings"][0]["would_do"] == "2m at most (provider)"


def test_a_wrong_file_ends_with_bad_input_and_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND.replace("node: core", "node: coer"))
    result = call("check", str(path), "--json")
    assert result.return_value == 3
    assert msgspec.json.decode(result.output)["errors"][0]["found"] == "no component 'coer'"
    assert "no component 'coer'" in str(call("check", str(path)).exception)


def test_a_scenario_is_shown_with_what_is_known_and_what_is_assumed() -> None:
    text = call("show", "bt-2016-07-20").output
    assert "Onset 2016-07-20 07:55 BST" in text
    assert text.index("Known, from sources") < text.index("Assumed, ours") < text.index("What breaks")
    assert "SIMULATED" in text


def test_its_json_says_simulated_and_writes_spans_as_people_do() -> None:
    found = msgspec.json.decode(call("show", "bt-2016-07-20", "--json").output)
    assert found["simulated"] is True
    assert found["faults"][0]["until"] == "22m"
    assert found["t0"] == "2016-07-20T06:55:00Z"
    assert found["known"]
    assert found["assumed"]
    assert found["noise"]


def test_its_signals_are_counted_by_the_hour(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND)
    assert "2024-05-14T07:30:00Z" in call("show", str(path), "--signals").output
    hours = msgspec.json.decode(call("show", str(path), "--signals", "--seed", "4", "--json").output)["hours"]
    assert len(hours) == 4
    assert sum(each["failed"] for each in hours) > 5
