"""Where the shipped thresholds come from: simulated quiet days through the detector and `promise.fitted`.

    PYTHONPATH=src:. python -m tests.support.quiet_calibration [days] [seed] > src/lightship/detect/shipped.py

The synthetic national map without probes, which would hold back what is national, and without alarms that last (a
budget of next to nothing); four noise settings, an equal number of days each: autoregressive lognormal noise of each
row and of all rows, with a memory of two hours. The first three days of each are left out: levels are learned then.
"""

import sys

import msgspec
import numpy as np

from lightship.detect import core
from lightship.detect.promise import Fit, Tail, fitted
from lightship.edges.files.places import uk_places
from lightship.prevent.footprints import footprints
from lightship.simulate.national import national
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import judged_at
from tests.support.ticks import NOON, Stream

WARM = 72
SETTINGS = ((0.2, 0.15, 2.5e-8), (0.4, 0.3, 2.5e-8), (0.4, 0.3, 4e-7), (0.6, 0.4, 1e-7))
"""Variation of a row, of all rows, reports per line and minute."""


def blocks(days: int, seed: int, cv: float, cv_all: float, per_line: float) -> np.ndarray:
    """(hours, columns) of so many quiet days."""
    network = versioned(msgspec.structs.replace(national(uk_places()), probes=()))
    feet, settings = footprints(network), Settings(false_alarms_a_year=1e-6)
    state, stream = core.start(feet, settings), Stream(feet, seed, per_line, cv, cv_all)
    for n in range(WARM * 60 + days * 1440):
        tick = stream.tick(NOON + n)
        state, _ = core.step(state, feet, settings, judged_at(tick.tick), tick)
    return np.asarray(state.memory.quiet.blocks[WARM:], float)


def written(fit: Fit, days: int) -> str:
    """The module `shipped`."""

    def one(tail: Tail | None) -> str:
        return "None" if tail is None else f"Tail({tail.at:.2f}, {tail.a_year:.1f}, {tail.scale:.3f})"

    tails = ", ".join(one(each) for each in fit.tails)
    return f'''"""The fit that every deployment starts from, until its own history has thirty quiet days.

Written by `tests/support/quiet_calibration.py` from {days} simulated quiet days of each of {len(SETTINGS)} settings.
"""

from lightship.detect.promise import Fit, Tail

SHIPPED = Fit(({tails}), {one(fit.union)}, {fit.hours})
'''


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    days, seed = given + [20, 1][len(given) :]
    found = [blocks(days, seed + n, *each) for n, each in enumerate(SETTINGS)]
    gap = np.full((3, found[0].shape[1]), np.nan)
    sys.stdout.write(written(fitted(np.concatenate([part for each in found for part in (each, gap)])), days))


if __name__ == "__main__":
    main()
