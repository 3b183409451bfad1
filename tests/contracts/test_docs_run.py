"""What our pages tell people to type is typed here, and must answer what the page says.

A block that opens with ```console run holds `$ command` lines, each followed by what it prints; `...` alone on a line
stands for any lines, inside a line for any text. A block that opens with ```python run must end without an error.
The blocks of one page share one folder, in the order of the page, as a reader would follow it. Words after `run` are
Debian packages that the block wants.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.markdown import ROOT, Fence, fences, pages

BIN = Path(sys.executable).parent


def runnable(page: Path) -> list[Fence]:
    """The blocks of a page that are marked as executable."""
    return [each for each in fences(page) if each.info[1:2] == ("run",)]


def turns(body: str) -> list[tuple[str, str]]:
    """A console block as (command, expected output) pairs; a command may go on after a backslash."""
    parts = re.split(r"^\$ ", body.replace("\\\n", " "), flags=re.MULTILINE)
    assert not parts[0].strip(), "a console block begins with a command"
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts[1:])]


def matches(expected: str, found: str) -> bool:
    """Whether the output is what the page says, wildcards respected; blank ends of lines do not count."""
    pattern = "".join(_line(line) for line in expected.rstrip().splitlines())
    return (
        re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in found.rstrip().splitlines()))
        is not None
    )


def _line(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*"
    return re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r"\n"


def run_console(block: Fence, folder: Path) -> None:
    """Type each command of the block and compare what a terminal would show, errors in their place."""
    for command, expected in turns(block.body):
        said = _run(["bash", "-c", command], folder).stdout
        assert matches(expected, said), f"{block.place}: `{command}` printed:\n{said}"


def run_python(block: Fence, folder: Path) -> None:
    """Run the block as a program."""
    found = _run([sys.executable, "-c", block.body], folder)
    assert found.returncode == 0, f"{block.place}: {found.stdout}"


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


WITH_EXAMPLES = [page for page in pages() if runnable(page)]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_do_what_it_says(
    page: Path, tmp_path: Path, needs: Callable[..., None]
) -> None:
    for block in runnable(page):
        needs(*block.info[2:])
        {"console": run_console, "python": run_python}[block.info[0]](block, tmp_path)


def test_a_wrong_answer_on_a_page_is_caught(tmp_path: Path) -> None:
    block = Fence(ROOT / "README.md", 1, ("console", "run"), "$ echo lit\ndark\n")
    with pytest.raises(AssertionError, match="printed"):
        run_console(block, tmp_path)


def test_a_broken_program_on_a_page_is_caught(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_python(Fence(ROOT / "README.md", 1, ("python", "run"), "1 / 0\n"), tmp_path)


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("one\n...\nfour\n", "one\ntwo\nthree\nfour\n", True),
        ("one\n...\nfour\n", "one\nfour\n", True),
        ("since ... BST\n", "since 07:55 BST\n", True),
        ("one\n", "one\ntwo\n", False),
        ("", "surprise\n", False),
    ],
)
def test_wildcards_stand_for_what_they_say(expected: str, found: str, same: bool) -> None:
    assert matches(expected, found) is same
