"""Programs of others, run beside ours: never imported, since both are under the GPL.

What is absent is said aloud, and nothing else changes.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence

import numpy as np

from lightship.run.benches.detect.peers import focus

SERIES, TICKS, RATE = 20, 300, 0.5
"""What FOCuS is compared on: counts around a constant rate, which is all that `changepoint-online` knows."""
PATIENCE_SECONDS = 120
_FOCUS = """
import sys
from importlib.metadata import version
from changepoint_online import Focus, Poisson
print(version("changepoint-online"))
for line in sys.stdin:
    detector, found = Focus(Poisson(lam=float(sys.argv[1])), side="right"), []
    for count in line.split():
        detector.update(float(count))
        found.append(detector.statistic())
    print(*found)
"""


def focus_note(python: str = "") -> str:
    """Is FOCuS as restated here what `changepoint-online` computes? `python`: an interpreter that has it."""
    chosen = python or sys.executable
    seen = np.random.default_rng(1).poisson(RATE * 1.5, (SERIES, TICKS)).astype(float)
    lines = "".join(" ".join(f"{count:g}" for count in series) + "\n" for series in seen)
    said = _run([chosen, "-c", _FOCUS, str(RATE)], lines)
    if said is None:
        return (
            f"NOT COMPARED: FOCuS as restated, with changepoint-online: {chosen} does not have it "
            "(GPL: install it into an environment of its own and name that with --focus-python)"
        )
    version, *rows = said.splitlines()
    theirs = np.array([[float(each) for each in row.split()] for row in rows])
    ours = focus.score(seen, np.full(seen.shape, RATE), longest=TICKS + 1)
    at = seen > 0
    same = np.abs(ours[at] - theirs[at]) < 1e-6
    return (
        f"FOCuS as restated is what changepoint-online {version} gives in {same.sum():,} of {len(same):,} ticks with "
        "reports; in the others that lets a fall count as a rise"
    )


def _run(words: Sequence[str], given: str) -> str | None:
    """What a program says; None where it is not there or ends badly."""
    if shutil.which(words[0]) is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that the caller named, and our own words
            words, input=given, capture_output=True, check=True, text=True, timeout=PATIENCE_SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return done.stdout
