"""`lightship --help` in a new process: a person waits for it."""

import subprocess
import sys
import time

from lightship.run.benches.measured import Measured, measured


def measure() -> Measured:
    """Seconds from start to end, beside a bare interpreter."""
    runs = [_seconds("-m", "lightship", "--help") for _ in range(5)]
    return measured(
        "lightship --help, new process", "s", runs, 0.3, {"python -c pass, s": _seconds("-c", "pass")}
    )


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)  # noqa: S603 - our own words
    return time.perf_counter() - began
