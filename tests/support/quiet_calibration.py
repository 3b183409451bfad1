"""How high the scan's score gets in quiet times, by class of row: what the default thresholds rest on.

    PYTHONPATH=src:. python -m tests.support.quiet_calibration [days] [seed] [area CV] [nation CV] [reports per line]

Simulated quiet days on the synthetic national map, AR(1) log-normal noise per row and for all rows. Printed per class:
the score passed by the class as a whole once a month, once a year, and 12/7 times a year (twelve false alarms over
seven classes), from an exponential fitted to the hourly maxima above their 90th percentile.
"""

import sys

import numpy as np

from lightship.detect import core, scan, weigh
from lightship.detect.plan import CLASSES
from lightship.detect.state import DetectState
from lightship.edges.files.places import uk_places
from lightship.prevent.footprints import footprints
from lightship.simulate.national import national
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import judged_at
from tests.support.ticks import NOON, Stream

WARM = 2 * 1440
LEAST = 5.0


def hourly_maxima(days: int, seed: int, cv: float, cv_all: float, per_line: float) -> np.ndarray:
    """(hours, classes)."""
    feet, settings = footprints(national(uk_places())), Settings(false_alarms_a_year=1e-6)
    state, stream = core.start(feet, settings), Stream(feet, seed, per_line, cv, cv_all)
    peaks = np.zeros((days * 24, len(CLASSES)))
    for n in range(WARM + days * 1440):
        tick = stream.tick(NOON + n)
        state, _ = core.step(state, feet, settings, judged_at(tick.tick), tick)
        if n >= WARM:
            best = scores(state)
            hour = (n - WARM) // 60
            peaks[hour] = np.maximum(peaks[hour], best)
    return peaks


def scores(state: DetectState) -> np.ndarray:
    """(classes,) the best score of a tick by reports, as an alarm would be judged."""
    plan, seen = state.plan, state.memory.sums.seen
    quiet = scan.expected(state.memory.sums, plan, state.pool)
    bound = weigh.upper(plan, scan.deviance(seen, quiet))
    top = np.flatnonzero(bound >= LEAST)
    best = np.zeros(len(CLASSES))
    if len(top):
        np.maximum.at(best, plan.row_class[top], weigh.counts(plan, top, seen, quiet).score)
    return best


def level(peaks: np.ndarray, a_year: float) -> float:
    """The score that the hourly maxima pass `a_year` times a year."""
    high = float(np.quantile(peaks, 0.9))
    over = peaks[peaks > high] - high
    if len(over) == 0:
        return 0.0
    return high + float(over.mean()) * float(np.log(len(over) / len(peaks) * 8766 / a_year))


def main() -> None:
    given = [float(each) for each in sys.argv[1:]]
    days, seed, cv, cv_all, per_line = given + [20, 1, 0.4, 0.3, 2.5e-8][len(given) :]
    peaks = hourly_maxima(int(days), int(seed), cv, cv_all, per_line)
    for number, name in enumerate(CLASSES):
        values = " ".join(f"{level(peaks[:, number], a_year):6.1f}" for a_year in (12.0, 12.0 / 7, 1.0))
        print(f"{name:<10} max {peaks[:, number].max():6.1f}   a month, 12/7 a year, a year: {values}")


if __name__ == "__main__":
    main()
