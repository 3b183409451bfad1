"""Runs the peers over a stretch: how high their scores go in quiet times, and when they hear an outage."""

from collections.abc import Callable, Sequence

import numpy as np

from lightship.run.benches.detect.peers import cusum, ears, focus, ratio
from lightship.run.benches.detect.peers.windows import trailing
from lightship.run.benches.detect.series import CLASSES, Series
from lightship.run.benches.detect.stretch import KeptDay
from lightship.run.benches.detect.trial import CENSORED, Trial
from lightship.simulate.counts.cells import Cells, together

NAMES = ("ratio rule", "EARS C2", "CUSUM", "FOCuS")
LEAD = 180
"""Ticks before a day, or an outage, that windows and sums are filled with."""
Scores = dict[str, np.ndarray]


def quiet_maxima(
    series: Series, days: Sequence[KeptDay], warm: int, ping: Callable[[], None] = lambda: None
) -> Scores:
    """Per peer (hours, classes): the highest score of each hour after the warm-up."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in NAMES}
    squares: list[np.ndarray] = []
    sums = np.zeros(len(series), np.float32)
    before = np.zeros((len(series), LEAD), np.float32), np.zeros((len(series), LEAD), np.float32)
    for number in range(max(warm - max(ears.LAGS), 0), len(days)):
        day = days[number]
        seen, normal = series.seen(day.cells, len(day.effort)), series.normal(day)
        longer = np.concatenate([before[0], seen], axis=1), np.concatenate([before[1], normal], axis=1)
        windows, added = _windows(*longer, LEAD), cusum.score(seen, normal, sums)
        if number >= warm:
            scores = _scores(windows, _lagged(squares), added, longer, LEAD)
            for name, values in scores.items():
                found[name].append(_hourly(series, values))
        sums = added[:, -1].copy()
        squares = [*squares, ears.residuals(*windows)][-max(ears.LAGS) :]
        before = (seen[:, -LEAD:], normal[:, -LEAD:])
        ping()
    return {name: np.concatenate(each) for name, each in found.items()}


def _lagged(squares: Sequence[np.ndarray]) -> np.ndarray:
    """Mean over the days t-9 to t-3; `squares` ends with yesterday."""
    return np.asarray(np.mean(squares[: len(squares) - min(ears.LAGS) + 1], axis=0))


def _windows(seen: np.ndarray, normal: np.ndarray, lead: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums over the last 15 minutes, for ticks from `lead` on."""
    return trailing(seen, ears.MINUTES)[:, lead:], trailing(normal, ears.MINUTES)[:, lead:]


def _scores(
    windows: tuple[np.ndarray, np.ndarray], squares: np.ndarray, sums: np.ndarray,
    longer: tuple[np.ndarray, np.ndarray], lead: int,
) -> Scores:  # fmt: skip
    return {
        "ratio rule": ratio.score(*windows),
        "EARS C2": ears.score(*windows, squares),
        "CUSUM": sums,
        "FOCuS": focus.score(*longer, first=lead),
    }


def _hourly(series: Series, scores: np.ndarray) -> np.ndarray:
    hours = scores.reshape(len(scores), -1, 60).max(axis=2)
    return np.stack([hours[series.row_class == n].max(axis=0) for n in range(len(CLASSES))], axis=1)


def climb(series: Series, days: Sequence[KeptDay], trial: Trial) -> np.ndarray:
    """(peers, classes, CENSORED) highest score since an outage began, over the sums that have to do with it.

    A class without such a sum stays at -inf.
    """
    mine = series.picked(series.of_rows(trial.outages[0].rows))
    seen, normal = _around(mine, days, trial.day, trial.minute, trial.extra)
    lead = seen.shape[1] - CENSORED
    squares = np.mean([_lag(mine, days, trial, lag) for lag in ears.LAGS], axis=0)
    sums = cusum.score(seen, normal)[:, lead:]
    scores = _scores(_windows(seen, normal, lead), squares, sums, (seen, normal), lead)
    found = np.full((len(NAMES), len(CLASSES), CENSORED), -np.inf, np.float32)
    for n, name in enumerate(NAMES):
        for number in np.unique(mine.row_class).tolist():
            found[n, number] = scores[name][mine.row_class == number].max(axis=0)
    return np.maximum.accumulate(found, axis=2)


def delay(climbed: np.ndarray, thresholds: np.ndarray) -> float:
    """Minutes until one class passes its threshold; CENSORED: missed. `climbed`: (classes, CENSORED) of one peer."""
    past = np.flatnonzero((climbed >= thresholds[:, None]).any(axis=0))
    return float(past[0] + 1) if len(past) else float(CENSORED)


def _around(
    series: Series, days: Sequence[KeptDay], day: int, minute: int, extra: Cells | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(series, lead + CENSORED) reports and normal, from the day before on."""
    today, ticks = days[day], len(days[day].effort)
    cells = today.cells
    if extra is not None:
        moved = Cells(extra.tick + minute, extra.row, extra.count, extra.prefixes, extra.fresh)
        cells = together([cells, moved], series.weights.shape[1])
    seen = np.concatenate([series.seen(days[day - 1].cells, ticks), series.seen(cells, ticks)], axis=1)
    normal = np.concatenate([series.normal(days[day - 1]), series.normal(today)], axis=1)
    window = slice(minute, ticks + minute + CENSORED)
    return seen[:, window], normal[:, window]


def _lag(series: Series, days: Sequence[KeptDay], trial: Trial, lag: int) -> np.ndarray:
    """(series, CENSORED) squares of what the same minutes of an earlier day were off."""
    seen, normal = _around(series, days, trial.day - lag, trial.minute)
    return ears.residuals(*_windows(seen, normal, seen.shape[1] - CENSORED))
