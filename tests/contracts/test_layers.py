"""Imports run one way, and the stages cannot reach the world. Each contract is seen to bite."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = (
    "vocabulary",
    "prevent",
    "detect",
    "explain",
    "follow",
    "tell",
    "endure",
    "learn",
    "simulate",
    "edges",
    "run",
)
LINT = str(Path(sys.executable).with_name("lint-imports"))


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    """Run the project's own contracts on the package that stands in `where`/src."""
    return subprocess.run(
        [LINT, "--no-cache", "--no-logo", "--config", str(where / "pyproject.toml")],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """The project's contracts over a package of empty stages."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for stage in STAGES:
        folder = tmp_path / "src" / "lightship" / stage
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (tmp_path / "src" / "lightship" / "__init__.py").touch()
    (tmp_path / "src" / "lightship" / "__main__.py").touch()
    return tmp_path


def test_the_house_keeps_its_contracts() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_an_empty_house_keeps_them_too(empty_house: Path) -> None:
    found = lint(empty_house)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("stage", "line", "broken"),
    [
        ("detect", "import lightship.tell", "A later stage may know an earlier one"),
        ("tell", "import lightship.endure", "A later stage may know an earlier one"),
        ("learn", "import lightship.edges", "A later stage may know an earlier one"),
        ("simulate", "import lightship.prevent", "The simulator knows the vocabulary"),
        ("edges", "import lightship.simulate", "Only run knows the simulator"),
        ("tell", "import time", "The stages have no clock"),
        ("explain", "from pathlib import Path", "The stages have no clock"),
        ("vocabulary", "import sqlalchemy", "The stages have no clock"),
    ],
    ids=lambda value: value.replace(" ", "-"),
)
def test_a_forbidden_import_is_caught(empty_house: Path, stage: str, line: str, broken: str) -> None:
    (empty_house / "src" / "lightship" / stage / "wrong.py").write_text(line + "\n")
    found = lint(empty_house)
    assert found.returncode == 1
    assert any(broken in each and "BROKEN" in each for each in found.stdout.splitlines()), found.stdout


def test_a_new_folder_needs_its_place_in_the_order(empty_house: Path) -> None:
    utils = empty_house / "src" / "lightship" / "utils"
    utils.mkdir()
    (utils / "__init__.py").touch()
    found = lint(empty_house)
    assert found.returncode == 1
    assert "lightship.utils" in found.stdout
