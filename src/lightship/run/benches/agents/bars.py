"""The bars: an hour cut off, everything sent again twice; nothing lost, nothing doubled."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lightship.run.benches.agents.world import NAME, World, world
from lightship.run.benches.measured import Measured

A_SECOND = 100
HOUR = 3600
SHORT = 60


def bars(seconds: int = HOUR, folder: Path | None = None) -> Iterator[tuple[str, Measured]]:
    """Bar by bar."""
    with tempfile.TemporaryDirectory(dir=folder) as made, world(Path(made)) as there:
        yield from _bars(there, seconds, Path(made) / "kept.db")


def short() -> Iterator[tuple[str, Measured]]:
    """A minute instead of an hour."""
    return bars(SHORT)


def _bars(there: World, seconds: int, kept: Path) -> Iterator[tuple[str, Measured]]:
    many = there.measure(seconds, A_SECOND)
    there.copy(kept)
    size = there.size
    began, worked = time.perf_counter(), time.process_time()
    batches = there.catch_up()
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    first = there.desk.book.count(NAME)[0]
    for _ in range(2):
        there.restore(kept)
        there.catch_up()
    held, different = there.desk.book.count(NAME)
    what = f"{seconds:,} s without a hub at {A_SECOND} results a second; then all is sent, and twice again from a copy"
    beside: dict[str, float | str] = {
        "results": float(many), "kept after the first time": float(first), "batches": float(batches),
        "s to catch up": took, "results a second": many / took,
        "CPU s per 10,000, agent and hub": cpu / many * 1e4, "MB waiting": size,
    }  # fmt: skip
    yield "lost", Measured(what, "results", float(many - different), bar=0.0, beside=beside)
    yield "doubled", Measured(what, "results", float(max(held - different, held - many, 0)), bar=0.0)
