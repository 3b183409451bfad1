"""Every kind of event and decision is handled, or the type checker says so."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

HALF_HANDLED = """
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow

def name(row: Observable) -> str:
    match row:
        case CountRow():
            return "count"
        case ProbeRow():
            return "probe"
    return "something"
"""


def types(tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Check a file under the project's own settings, with its own memory so that nothing else is disturbed."""
    sample = tmp_path / "sample.py"
    sample.write_text(code)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--cache-dir",
            str(tmp_path / "cache"),
            "--follow-imports=silent",
            str(sample),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_kind_without_an_arm_is_an_error(tmp_path: Path) -> None:
    found = types(tmp_path, HALF_HANDLED)
    assert found.returncode == 1
    assert "exhaustive-match" in found.stdout


def test_all_kinds_handled_is_not(tmp_path: Path) -> None:
    whole = HALF_HANDLED.replace(
        '    return "something"', '        case FeedRow():\n            return "feed"'
    )
    found = types(tmp_path, whole)
    assert found.returncode == 0, found.stdout
