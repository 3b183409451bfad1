"""The evidence as the localiser reads it: tempered, so that no row, no common noise, no one network decides alone."""

from dataclasses import dataclass

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.explain.hypothesis import Hypotheses
from lightship.explain.levels import SHIFTED, spread_over_levels, spread_probes
from lightship.explain.misnamed import less_misnamed
from lightship.explain.observers import NONE_MISSED, Misses, believed, noise_of
from lightship.vocabulary.diagnosis import Noise

CAP = 6.0
"""Nats. No row says more than 400 to 1 for or against anything: a wire in the wrong place on the map, a dead target or
a campaign of reports is likelier than that. It is less than the prior odds of any component (7 to 10 nats), so one row
alone never names one."""

COMMON_NOISE = 0.3
"""Coefficient of variation of what moves all areas of a service together (weather, news, a viral rumour). Assumed from
synthetic networks. n areas with E expected reports between them count as 1 / (1 + 0.3^2 E) of independent ones."""

RISING = 3.0
"""Nats for trouble from which a row of counts rises by itself. What rises together shares its noise, whatever an
explanation takes of it: else half of the country would be better explained than all of it."""

SAME_NETWORK = 0.5
"""Correlation of probes of one target from one network: together they may say as much as n / (1 + 0.5 (n - 1)) rows,
twice CAP at most. (That they share one vote in each tick is detection's affair, and in its table already.)"""


@dataclass(frozen=True)
class Table:
    """What each row says to each share of it being lost.

    Args:
        value: (rows, LEVELS) float32, nats against healthy, within +-CAP, if that share is predicted; column 0 is 0.
        moved: (levels of reports, rows of counts, LEVELS) the same for the first rows, those of counts, with reports so
            far beside what is predicted (see `PROPENSITY`). One level where nothing is counted.
        top: (rows,) the most that any share is worth, 0 or more.
        clutter: (rows,) what the row adds to the common noise of its group: COMMON_NOISE^2 times expected counts.
        rising: (rows,) the same of rows that rise by themselves, 0 for others: they share it whatever explains them.
        has_data, seen, expected: as in `Evidence`.
        noise: how the observers were taken to err.
    """

    value: np.ndarray
    moved: np.ndarray
    top: np.ndarray
    clutter: np.ndarray
    rising: np.ndarray
    has_data: np.ndarray
    seen: np.ndarray
    expected: np.ndarray
    noise: Noise


def tempered(evidence: Evidence, known: Hypotheses, misses: Misses = NONE_MISSED) -> Table:
    """Read detection's table. Rows without data stay silent whatever their cells say."""
    ell = np.where(evidence.has_data[:, None], np.nan_to_num(evidence.ell), 0.0)
    counts = known.counted
    # Counts come first among the observables.
    first = int(counts.sum())
    wrong = np.full(len(ell), np.nan) if evidence.wrong is None else evidence.wrong
    plain = np.concatenate([spread_over_levels(ell[:first]), spread_probes(ell[first:], wrong[first:])])
    rows, worth = believed(known, misses)
    plain[rows] = np.maximum(plain[rows], plain[rows, -1:] * worth[:, None])
    plain = _bounded(plain, CAP * _votes(known, evidence.has_data))
    plain[:first] = less_misnamed(plain[:first], evidence, known)
    plain = plain.astype(np.float32)
    moved = np.stack([np.take(plain[:first], each, axis=1) for each in (SHIFTED if first else SHIFTED[:1])])
    clutter = np.where(counts & evidence.has_data, COMMON_NOISE**2 * np.maximum(evidence.expected, 0.0), 0.0)
    top = plain.max(axis=1).astype(float)
    return Table(
        plain, moved, top, clutter, np.where(top >= RISING, clutter, 0.0), evidence.has_data, evidence.seen,
        evidence.expected, noise_of(evidence, counts, misses),
    )  # fmt: skip


def tempered_again(
    known: Hypotheses, ell: np.ndarray, wrong: np.ndarray, has_data: np.ndarray, rows: np.ndarray,
    misses: Misses = NONE_MISSED,
) -> np.ndarray:  # fmt: skip
    """(rows, LEVELS) float32: what `tempered` makes of these rows, none of them counts.

    Args:
        ell, wrong, has_data: of all rows, as in `Evidence`. rows: numbers.
    """
    nats = spread_probes(np.where(has_data[rows, None], np.nan_to_num(ell[rows]), 0.0), wrong[rows])
    worse, worth = believed(known, misses)
    part = np.ones(len(ell))
    part[worse] = worth
    low = np.flatnonzero(part[rows] < 1.0)
    nats[low] = np.maximum(nats[low], nats[low, -1:] * part[rows[low], None])
    return _bounded(nats, CAP * _votes(known, has_data)[rows]).astype(np.float32)


def _bounded(nats: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Within +-most. What speaks for trouble is scaled, so that a row still tells all of it from a twentieth of it."""
    highest, lowest = nats.max(axis=1, initial=0.0), nats.min(axis=1, initial=0.0)
    high, low = np.flatnonzero(highest > most), np.flatnonzero(lowest < -most)
    part = nats[high]
    nats[high] = np.where(part > 0.0, part * (most[high] / highest[high])[:, None], part)
    nats[low] = np.maximum(nats[low], -most[low, None])
    return nats


def _votes(known: Hypotheses, has_data: np.ndarray) -> np.ndarray:
    """(rows,) the part of CAP that each row may use: probes that share target and network are not independent."""
    together = np.bincount(known.party, weights=has_data, minlength=known.parties)[known.party]
    return np.where(known.is_probe, 1.0 / (1.0 + SAME_NETWORK * np.maximum(together - 1.0, 0.0)), 1.0)
