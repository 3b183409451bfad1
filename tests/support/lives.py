"""Many lives of `lightship replay` for one test: see `dying`, which this starts and talks to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DONE = (0, 1)
"""Exit codes of a replay that came to its end, deadlines met or not."""


class Lives:
    """Replays of one scenario, a process each, that may die where they are told to or be short of something."""

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.support.dying"], cwd=ROOT, env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def one(
        self, data: Path, die_at: int | None = None, kind: str = "file", *, room: int | None = None,
        modes: bool = False, more: tuple[str, ...] = (), scenario: Path | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """One life: `ended` (exit code, or the signal below zero), what it `said`, where (`at`), steps by kind."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        arguments = ["replay", str(scenario or self.scenario), "--data", str(data), "--json", *more]
        life = {"arguments": arguments, "die_at": die_at, "kind": kind, "room": room, "modes": modes}
        self._mother.stdin.write(f"{json.dumps(life)}\n")
        self._mother.stdin.flush()
        found: dict[str, Any] = json.loads(self._mother.stdout.readline())
        return found

    def close(self) -> None:
        """No more lives."""
        self._mother.communicate()
