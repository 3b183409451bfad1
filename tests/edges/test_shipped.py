"""What ships is found, in the checkout here and in a wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lightship.edges.files.shipped import data_path, scenario_path, shipped_scenarios
from lightship.vocabulary.errors import BadInput

ROOT = Path(__file__).parents[2]


def test_the_shipped_scenarios_are_those_at_the_root_of_the_checkout() -> None:
    assert shipped_scenarios() == sorted((ROOT / "scenarios").glob("*.yaml"))


def test_a_name_finds_a_shipped_scenario() -> None:
    for path in shipped_scenarios():
        assert scenario_path(path.stem) == path


def test_a_path_is_a_path_and_never_a_name(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.touch()
    assert scenario_path(str(mine)) == mine


@pytest.mark.parametrize("wrong", ["no-such-outage", "./no-such.yaml", "no-such.yaml", "/", "", ".."])
def test_neither_is_bad_input_that_says_what_would_do(wrong: str) -> None:
    with pytest.raises(BadInput, match=r"path of a \.yaml file"):
        scenario_path(wrong)


def test_data_that_is_not_there_names_the_path() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such\.csv"):
        data_path("no-such.csv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The package as it would be published."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(build, cwd=ROOT, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_carries_code_data_and_scenarios(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    ours = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    ours = {name for name in ours if not name.endswith(".pyc")}
    shipped = {f"lightship/data/scenarios/{path.name}" for path in shipped_scenarios()}
    assert ours | shipped <= set(wheel.namelist())


def test_an_unpacked_wheel_finds_its_own_scenarios(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    code = "from lightship.edges.files.shipped import shipped_scenarios; [print(path) for path in shipped_scenarios()]"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    folder = tmp_path / "installed" / "lightship" / "data" / "scenarios"
    assert found.stdout.splitlines() == [str(folder / path.name) for path in shipped_scenarios()]
