"""`lightship map`: check, show and make, for people and for machines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lightship.edges.files.map_file import FORMAT
from lightship.run.cli import run
from lightship.run.maps import made, open_map

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "small-map.yaml"


def test_map_check_prints_what_is_wrong_and_ends_with_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        f"map: {FORMAT}\nid: x\nprovider: X\nservices: [{{id: s}}]\n"
        "components: [{id: a, kind: x}, {id: b, kind: y}]\n"
    )
    assert run(["map", "check", str(path)]) == 3
    assert "2 problems" in capsys.readouterr().err
    assert run(["map", "check", str(path), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [each["found"] for each in found["errors"]] == ["no kind 'x'", "no kind 'y'"]


def test_map_check_and_show_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "check", str(EXAMPLE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True
    assert run(["map", "show", str(EXAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["synthetic"] is True
    assert found["single_points"][0]["members"] == ["hall-4", "ups-4", "feed-north"]


def test_map_show_draws_the_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (str(EXAMPLE), "national-modern"):
        assert run(["map", "show", name, "--svg", str(tmp_path / "map.svg")]) == 0
        drawing = (tmp_path / "map.svg").read_text()
        assert drawing.startswith("<svg")
        assert "describes no real network" in drawing
    capsys.readouterr()


def test_map_show_of_a_component_that_is_not_there_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "show", str(EXAMPLE), "--component", "hal-4"]) == 3
    assert "did you mean hall-4" in capsys.readouterr().err


def test_map_make_writes_a_map_that_check_accepts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "national.yaml"
    assert run(["map", "make", "national", "--seed", "2", "--lines", "5000", "--output", str(path)]) == 0
    assert open_map(str(path)).network == made("national-modern", 2, 5000)
    assert FORMAT in path.read_text()
    capsys.readouterr()


def test_map_show_of_a_component_says_what_it_takes_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "show", "national-modern", "--component", "building-2"]) == 0
    printed = capsys.readouterr().out
    assert "cannot be told by its effects from building-2-feed, building-2-ups" in printed
    assert "SYNTHETIC" in printed
    assert run(["map", "show", str(EXAMPLE), "--component", "duct-acle", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["by_service"] == {"broadband": 5490.0, "voice": 3790.0}
    assert run(["map", "show", str(EXAMPLE), "--component", "core-1"]) == 0
    assert "Takes nothing with it when it fails alone." in capsys.readouterr().out


def test_map_check_prints_warnings_and_still_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "check", str(EXAMPLE)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("warning: ")
    assert "nearly one name" in printed


def test_map_make_writes_to_standard_output_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "make", "national", "--lines", "1000"]) == 0
    assert capsys.readouterr().out.startswith("# SYNTHETIC.")


def test_a_map_that_is_not_there_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "show", str(tmp_path / "none.yaml")]) == 3
    assert run(["map", "show", str(tmp_path)]) == 3
    assert "no such file" in capsys.readouterr().err


def test_a_reader_who_goes_away_is_no_failed_check() -> None:
    script = f"set -o pipefail; {sys.executable} -m lightship map show national-modern | head -1"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 141
    assert "Traceback" not in ended.stderr
