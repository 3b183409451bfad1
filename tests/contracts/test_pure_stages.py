"""What no linter of imports can see: clocks that are methods, chance, built-in ways to disk and terminal."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "lightship"
PURE = ("vocabulary", "prevent", "detect", "explain", "follow", "tell", "endure", "learn", "simulate")
BUILT_IN_IO = {"open", "input", "print", "exec", "eval", "breakpoint", "__import__"}
RUFF = str(Path(sys.executable).with_name("ruff"))


def trespasses(source: str, *, chance: bool) -> list[str]:
    """Calls of built-in I/O, and of numpy's chance where `chance` is not allowed, as "line: what"."""
    return [f"{line}: {what}" for line, what in _reaching_out(ast.parse(source), chance)]


def _reaching_out(tree: ast.Module, chance: bool) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BUILT_IN_IO:
                yield node.lineno, f"{name}()"
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random") if not chance:
                yield node.lineno, "numpy.random"
            case ast.ImportFrom(module=str(module)) if module.startswith("numpy.random") and not chance:
                yield node.lineno, "numpy.random"


def ruff_says(code: str, stage: str) -> str:
    """The rules that ruff finds broken in this code, as if it stood in that stage."""
    found = subprocess.run(
        [
            RUFF,
            "check",
            "--stdin-filename",
            str(PACKAGE / stage / "sample.py"),
            "--output-format",
            "concise",
            "-",
        ],
        input=f'"""A sample."""\n\n{code}\n',
        cwd=PACKAGE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout


@pytest.mark.parametrize("stage", PURE)
def test_a_stage_touches_nothing_but_its_arguments(stage: str) -> None:
    files = sorted((PACKAGE / stage).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(PACKAGE)}:{what}"
        for path in files
        for what in trespasses(path.read_text(), chance=stage == "simulate")
    ]
    assert found == []


def test_reaching_out_is_seen() -> None:
    code = "import numpy as np\nopen('x')\nprint(1)\nnp.random.default_rng()\n"
    assert trespasses(code, chance=False) == ["2: open()", "3: print()", "4: numpy.random"]
    assert trespasses(code, chance=True) == ["2: open()", "3: print()"]


@pytest.mark.parametrize("stage", ["vocabulary", "detect", "tell", "simulate"])
@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("from datetime import UTC, datetime\n\nnow = datetime.now(tz=UTC)", "TID251"),
        ("from time import time\n\nnow = time()", "TID251"),
        ("from datetime import datetime\n\nthen = datetime(2016, 7, 20)", "DTZ001"),
        ('print("seen")', "T201"),
        ("try:\n    seen = 1\nexcept Exception:\n    seen = 0", "BLE001"),
    ],
    ids=["now", "time", "no-zone", "print", "blind-except"],
)
def test_the_linter_bites_in_a_stage(code: str, rule: str, stage: str) -> None:
    assert rule in ruff_says(code, stage)


@pytest.mark.parametrize("stage", ["edges/files", "run"])
def test_the_edges_and_run_may_read_the_clock(stage: str) -> None:
    assert "TID251" not in ruff_says("from time import time\n\nnow = time()", stage)
