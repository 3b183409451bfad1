"""A hundred thousand checks on the wheel: what a start costs, what they hold, and whether any drifts."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

from lightship.edges.probes.address import check
from lightship.edges.probes.prober import Duty, Prober
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes.targets import pin

MANY, EVERY, SECONDS = 100_000, 20.0, 8.0


class Scheduled(msgspec.Struct, frozen=True):
    """CPU seconds for 10,000 starts, megabytes over an idle process, lateness (median, 99 %), and off the grid."""

    cpu: float
    megabytes: float
    late_ms: tuple[float, float]
    off_grid_ms: float
    starts: int


class _Counting(Prober):
    """Starts nothing: only looks at what is due, and how late."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        super().__init__(duties, lambda *_: None)
        self.late: list[float] = []

    def _start(self, due: Sequence[tuple[str, Duty]], late: float) -> None:
        self.late += [late] * len(due)


def measure() -> Measured:
    """In a process of its own."""
    words = [sys.executable, "-m", __name__]
    done = subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words
    found = msgspec.json.decode(done.stdout, type=Scheduled)
    beside: dict[str, float | str] = {
        "memory with the checks, MB (bar 80)": found.megabytes, "late p50, ms": found.late_ms[0],
        "late p99, ms": found.late_ms[1], "off its grid after 8 s, ms (bar 0)": found.off_grid_ms,
        "starts": float(found.starts),
    }  # fmt: skip
    broken = found.megabytes > 80 or found.off_grid_ms > 0
    figure = found.cpu if not broken else max(found.cpu, 1.0)
    return Measured(f"{MANY:,} checks: CPU s per 10,000 starts", "s", figure, (), 0.2, beside)


async def _run() -> Scheduled:
    before = _resident()
    duties = [Duty(check(f"https://host{n}.example/"), "here", EVERY) for n in range(MANY)]
    prober = _Counting(duties)
    task = asyncio.create_task(prober.run())
    await asyncio.sleep(2.0)
    assert prober._wheel is not None, "it runs"
    grid = list(prober._wheel._grid)
    prober.late.clear()
    began = time.process_time()
    await asyncio.sleep(SECONDS)
    spent, late = time.process_time() - began, sorted(prober.late)
    held = _resident() - before
    off = max(
        abs((now - then + EVERY / 2) % EVERY - EVERY / 2)
        for now, then in zip(prober._wheel._grid, grid, strict=True)
    )
    task.cancel()
    return Scheduled(
        spent / len(late) * 10_000, held, (late[len(late) // 2] * 1e3, late[len(late) * 99 // 100] * 1e3),
        round(off * 1e3, 3), len(late),
    )  # fmt: skip


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    pin(0, 0)
    sys.stdout.write(msgspec.json.encode(uvloop.run(_run())).decode())
