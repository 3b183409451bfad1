"""A tick of detection with a million report series: baseline, scan, table, states, against one vector addition."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from lightship.run.benches.large import begun, judged, large, ticks
from lightship.run.benches.measured import Measured, measured

BAR = 200.0
WARM, RUNS = 95, 9


def measure() -> Measured:
    """Median of quiet ticks once the longest window is full; the tick that ends an hour, and learns, stands beside."""
    made = large()
    state, coming = begun(made), ticks(made, WARM + RUNS)
    for tick in coming[:WARM]:
        state = judged(state, tick)
    spent, whole = list[float](), list[float]()
    for tick in coming[WARM:]:
        whole.append(_addition())
        began = time.process_time()
        state = judged(state, tick)
        spent.append(time.process_time() - began)
    add, learning = median(whole), 0.0
    after = coming[-1].tick + 1
    for tick in ticks(made, 60 - after % 60, after):
        began = time.process_time()
        state = judged(state, tick)
        learning = max(learning, time.process_time() - began)
    beside = {
        "np.add on 10^6 float32, ms": add * 1e3, "a tick, ms": median(spent) * 1e3,
        "reports in a tick": float(len(coming[0].reports.rows)), "the tick that ends an hour, ms": learning * 1e3,
    }  # fmt: skip
    return measured(
        "a tick, 10^6 report series / np.add", "ratio", [each / add for each in spent], BAR, beside
    )


def _addition() -> float:
    a, b, c = (np.ones(1_000_000, np.float32) for _ in range(3))
    return fastest(lambda: np.add(a, b, out=c))


def fastest(work: Callable[[], object], times: int = 15) -> float:
    """Seconds of one core; the middle of so many."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return median(spent)
