"""The scan alone, on a million report series, against reading 8 bytes for each entry of all footprints."""

import time
from statistics import median

import numpy as np

from lightship.detect import scan, weigh
from lightship.run.benches.large import begun, judged, large, ticks
from lightship.run.benches.measured import Measured, measured
from lightship.run.benches.tick import fastest

BAR = 3.0
WARM, RUNS = 95, 9


def measure() -> Measured:
    """Sums, expectations, scores and bounds of all subjects, against one pass over 8 bytes a footprint entry."""
    made = large()
    state, coming = begun(made), ticks(made, WARM + RUNS)
    for tick in coming[:WARM]:
        state = judged(state, tick)
    entries, dense = np.ones(made.pool.nnz), np.ones(made.counts)
    spent, reading = list[float](), list[float]()
    for tick in coming[WARM:]:
        reading.append(fastest(entries.sum, 5))
        rows, counts = np.array(tick.reports.rows), np.array(tick.reports.counts, float)
        effort = state.memory.ring[-1].effort
        began = time.process_time()
        sums = scan.taken(state.memory.sums, made, rows, counts, effort, 1)
        weigh.bound(made, *scan.standing(scan.expected(sums, made, state.pool)))
        spent.append(time.process_time() - began)
        state = judged(state, tick)
    read = median(reading)
    beside = {
        "footprint entries": float(made.pool.nnz), "subjects": float(len(made.subjects)),
        "reading the entries once, ms": read * 1e3, "the scan, ms": median(spent) * 1e3,
        "one sparse product with all of them (scipy), ratio": fastest(lambda: made.pool @ dense, 5) / read,
    }  # fmt: skip
    return measured(
        "the scan / reading 8 B per footprint entry", "ratio", [each / read for each in spent], BAR, beside
    )
