"""The suite: simulated lines first, then real ones."""

from collections.abc import Iterator

from lightship.run.benches.measured import Measured
from lightship.run.benches.wan import lab_bars, simulated_bars


def short() -> Iterator[tuple[str, Measured]]:
    """Three runs of each fault, one noisy week; about four minutes, most of them waiting."""
    return bars(full=False, real=True)


def bars(full: bool, real: bool) -> Iterator[tuple[str, Measured]]:
    """Each as soon as it is measured. Real lines need root, and say so without it."""
    yield from simulated_bars.bars(20 if full else 5, 10 if full else 1)
    if real:
        yield from lab_bars.bars(20 if full else 3, full)
