"""Farrington flexible, by R's package `surveillance` as a program of its own, on a seeded sample of outages.

Source: Noufaily and others (2013), Statistics in Medicine 32, 1206-1222. One step on one series takes tens of
milliseconds there, so that it is asked about 40 outages only, each on the one sum of rows that shows it best (which
nobody could know beforehand: in its favour), in bins of 15 minutes, the baseline of all peers as its offset, three
weeks back. Its alarm level is nominal, as many a year as all detectors have over as many sums: no null run of it would
be long enough.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from lightship.run.benches.detect.series import Series
from lightship.run.benches.detect.stretch import KeptDay
from lightship.run.benches.detect.trial import CENSORED, Trial
from lightship.simulate.counts.cells import Cells, together

SAMPLE = 40
BIN = 15
BINS_A_DAY = 1440 // BIN
WEEKS = 4
DAYS = 7 * WEEKS
BINS_A_YEAR = 365 * BINS_A_DAY
PATIENCE_SECONDS = 600
SCRIPT = Path(__file__).parent / "farrington.R"


class Asked(msgspec.Struct, frozen=True):
    """One outage as it is handed over.

    Args:
        counts, normal: per bin, `WEEKS` weeks of them, the last ones those of the outage. first: the bin it begins in.
        lead: minutes of that bin before it begins. ours: minutes until our alarm.
    """

    counts: list[int]
    normal: list[float]
    first: int
    lead: int
    ours: float


def asked(series: Series, days: Sequence[KeptDay], trial: Trial, ours: float) -> Asked | None:
    """None where there is too little history before it."""
    if trial.day < DAYS:
        return None
    mine = series.picked(_best(series, days, trial))
    counts, normal = [], []
    for number in range(trial.day - DAYS + 1, trial.day + 1):
        cells = days[number].cells
        if number == trial.day:
            moved = Cells(trial.extra.tick + trial.minute, *_rest(trial.extra))
            cells = together([cells, moved], series.weights.shape[1])
        counts.append(_bins(mine.seen(cells, 1440)))
        normal.append(_bins(mine.normal(days[number])))
    end = (DAYS - 1) * BINS_A_DAY + (trial.minute + CENSORED) // BIN
    return Asked(
        [round(float(x)) for x in np.concatenate(counts)[:end]],
        [max(float(x), 1e-4) for x in np.concatenate(normal)[:end]],
        (DAYS - 1) * BINS_A_DAY + trial.minute // BIN, trial.minute % BIN, ours,
    )  # fmt: skip


def _rest(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return cells.row, cells.count, cells.prefixes, cells.fresh


def _best(series: Series, days: Sequence[KeptDay], trial: Trial) -> np.ndarray:
    """The sum in which the outage stands out most: expected reports over the root of what is normal."""
    extra = np.zeros(series.weights.shape[1])
    extra[trial.hit] = trial.expected.sum(axis=0)
    level = series.weights @ days[trial.day].level[trial.minute // 60]
    return np.array([int(np.argmax((series.weights @ extra) / np.sqrt(np.maximum(level, 1e-4))))])


def _bins(ticks: np.ndarray) -> np.ndarray:
    return np.asarray(ticks.reshape(-1, BIN).sum(axis=1))


def delays(every: Sequence[Asked], sums: int, budget: float) -> list[float] | str:
    """Minutes until the end of the first bin that is called, CENSORED for none; or why it could not be asked."""
    if shutil.which("Rscript") is None:
        return "NOT MEASURED: Farrington flexible: no Rscript here (Debian: r-cran-surveillance)"
    level = budget / (sums * BINS_A_YEAR)
    text = "".join(
        f"{7 * BINS_A_DAY} {each.first + 1} {level:g}\n{_line(each.counts)}\n{_line(each.normal)}\n"
        for each in every
    )
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            ["Rscript", str(SCRIPT)],  # noqa: S607
            input=text, capture_output=True, check=True, text=True, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        return f"NOT MEASURED: Farrington flexible: {type(error).__name__}; is r-cran-surveillance installed?"
    return [_delay(each, line) for each, line in zip(every, done.stdout.splitlines(), strict=True)]


def _line(values: Sequence[float]) -> str:
    return " ".join(f"{value:.6g}" for value in values)


def _delay(each: Asked, line: str) -> float:
    """
    >>> _delay(Asked([], [], 0, 5, 1.0), "0 1 1")
    25.0
    """
    called = [n for n, word in enumerate(line.split()) if word == "1"]
    return float(min((called[0] + 1) * BIN - each.lead, CENSORED)) if called else float(CENSORED)


def note(every: Sequence[Asked], sums: int, budget: float) -> str:
    """What came of it, in a sentence."""
    if not every:
        return "NOT MEASURED: Farrington flexible: no outage with four weeks before it"
    found = delays(every, sums, budget)
    if isinstance(found, str):
        return found
    ours = [each.ours for each in every]
    return (
        f"Farrington flexible (surveillance), {len(every)} outages of all scopes, 15-minute bins, nominal level: "
        f"median {np.median(found):.0f} min, {np.mean(np.array(found) >= CENSORED):.0%} missed; ours on the same: "
        f"median {np.median(ours):.0f} min, {np.mean(np.array(ours) >= CENSORED):.0%} missed"
    )
