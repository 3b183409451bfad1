"""Where the shipped thresholds come from: simulated quiet days through the detector and `promise.fitted`.

    PYTHONPATH=src:. python -m tests.support.quiet_calibration [days] [seed] [deployments] > shipped.py

The output is `src/lightship/detect/shipped.py`. New deployments on the synthetic national map, without probes, which
would hold back what is national, and without alarms that last (a budget of next to nothing), under the noise that the
shipped prior assumes. Days count from the third on, when quiet history begins: levels and weeks are still being learned
then, as they are while a deployment relies on the shipped fit.
"""

import sys

import numpy as np

from lightship.detect.promise import Fit, Tail, fitted
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.world import begins, world
from lightship.simulate.counts.calendar import DAY_TICKS
from lightship.simulate.counts.quiet import Quiet
from lightship.simulate.counts.setting import HOME
from lightship.vocabulary.settings import Settings

WARM = 2
"""Days before quiet history begins."""
STATED = Tail(13.0, 12.0 / 7.0, 1.25)
"""Of what counts alone cannot show: targets and probes. 13 nats: three networks in one round, or two in two."""


def blocks(days: int, seed: int) -> np.ndarray:
    """(hours, columns) of so many quiet days of a new deployment."""
    here = world("national-modern")
    quiet = Quiet(here.rows, HOME, seed, begins(np.random.default_rng(seed)))
    driven = Engine(here.feet, Settings(false_alarms_a_year=1e-6))
    state = driven.start()
    for _ in range(WARM + days):
        day = quiet.next_day()
        for minute, reports in enumerate(day.cells.by_tick(0, DAY_TICKS)):
            state, _ = driven.step(state, day.first + minute, reports)
    return np.asarray(state.memory.quiet.blocks[-days * 24 :], float)


def written(fit: Fit, days: int, seeds: tuple[int, ...]) -> str:
    """The module `shipped`."""

    def one(tail: Tail | None) -> str:
        return "None" if tail is None else f"Tail({tail.at:.2f}, {tail.a_year:.1f}, {tail.scale:.3f})"

    tails = "".join(f"        {one(each or STATED)},\n" for each in fit.tails)
    return f'''"""The fit that every deployment starts from, until its own history has thirty quiet days.

Written by `tests/support/quiet_calibration.py`: {days} simulated quiet days of each of {len(seeds)} deployments.
"""

from lightship.detect.promise import Fit, Tail

SHIPPED = Fit(
    (
{tails}    ),
    {one(fit.union)},
    {fit.hours},
)
"""By class of row: head-end, metro, core, national, area, region, nation, probe, neighbour; then probes alone (those of
probes are stated, not fitted)."""
'''


def main() -> None:
    """Simulate, fit, write."""
    given = [int(each) for each in sys.argv[1:]]
    days, seed, many = given + [28, 1, 6][len(given) :]
    seeds = tuple(range(seed, seed + many))
    found = [blocks(days, each) for each in seeds]
    gap = np.full((3, found[0].shape[1]), np.nan)
    fit = fitted(np.concatenate([part for each in found for part in (each, gap)]))
    sys.stdout.write(written(fit, days, seeds))


if __name__ == "__main__":
    main()
