"""Other people's programs: whether they are here, and how long and how large a run of one is."""

import contextlib
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# Debian puts servers where a plain user's PATH does not reach.
_LOOK_SECONDS = 0.005
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


class Run(NamedTuple):
    """One run of a program. `peak`: bytes of memory it held at most."""

    seconds: float
    peak: int
    code: int
    said: str


def program(name: str) -> str | None:
    """The path of a program; None: it is not here."""
    return shutil.which(name, path=_PATH)


def run(words: Sequence[str], folder: Path, environment: Mapping[str, str] = {}) -> Run:
    """Run a program to its end. What it says goes to a file in `folder`."""
    log = folder / "said.txt"
    with log.open("wb") as out:
        began = time.perf_counter()
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)]
        child = os.posix_spawn(words[0], list(words), {**os.environ, **environment}, file_actions=actions)
        peak = 0
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
            # The last look counts: before the program is loaded, the child still shows its parent's memory.
            peak = _high_water(child) or peak
            time.sleep(_LOOK_SECONDS)
        took = time.perf_counter() - began
    return Run(took, peak, os.waitstatus_to_exitcode(ended[1]), log.read_text(errors="replace"))


def _high_water(process: int) -> int:
    """Bytes that a process has held at most so far. (The kernel's own count at its end includes its parent's.)"""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
