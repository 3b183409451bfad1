"""What is not run is said, with the line that mends it; where all is required it is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = "no-such-package  command:no-such-command  a test of tests\nbash  command:bash  another\n"
SAMPLE = """
import pytest

@pytest.mark.needs("no-such-package")
def test_marked() -> None: ...

def test_found_out_late(needs) -> None:
    needs("bash", "no-such-package")

@pytest.mark.needs("bash")
def test_with_what_it_needs() -> None: ...

@pytest.mark.needs("namespaces")
def test_with_a_right() -> None: ...

@pytest.mark.soak
def test_for_hours() -> None: assert False
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of its own with our conftest, whose tests want a package that nobody has."""
    shutil.copytree(ROOT / "tests" / "support", tmp_path / "tests" / "support")
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    refused = tmp_path / "tests" / "support" / "rights.py"
    refused.write_text(refused.read_text().replace("os.geteuid() != 0", "True"))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "debian-packages.txt").write_text(LIST)
    (tmp_path / "tests" / "test_sample.py").write_text(SAMPLE)
    return tmp_path


def run(suite: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the suite as `make test` does."""
    env = {name: value for name, value in os.environ.items() if name != "LIGHTSHIP_REQUIRE_ALL"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "tests/test_sample.py"]
    return subprocess.run(
        command, cwd=suite, env={**env, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one-process", "two"])
def test_the_table_names_each_skipped_test_and_the_line_that_mends_it(
    suite: Path, options: tuple[str, ...]
) -> None:
    found = run(suite, *options)
    assert found.returncode == 0, found.stdout
    assert "1 passed, 3 skipped" in found.stdout
    assert "run the tests as root" in found.stdout
    assert "tests/test_sample.py::test_marked" in found.stdout
    assert "sudo apt-get install no-such-package\n" in found.stdout


def test_where_all_is_required_a_skip_fails(suite: Path) -> None:
    found = run(suite, LIGHTSHIP_REQUIRE_ALL="1")
    assert found.returncode == 1
    assert "1 failed, 1 passed, 1 deselected, 2 errors" in found.stdout
    assert "missing Debian package: no-such-package" in found.stdout


def test_the_long_tests_run_when_they_are_asked_for(suite: Path) -> None:
    assert "1 failed, 4 deselected" in run(suite, "-m", "soak").stdout
