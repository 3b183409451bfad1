"""Causes that are no component and always there, so that the answer can be "none of what is on the map"."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lightship.explain.priors import MAP_ERROR, MOST_PROBE_NOISE, PROBE_NOISE, UNKNOWN, log_odds
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.observables import CountRow, Observable, ProbeRow

AT_MOST = 0.25
"""Share of the lines that an unknown cause is thought to take at its worst; with the tolerance of the table (a factor
of four either way) its severities then cover every rate from 0.3 % to all."""


@dataclass(frozen=True)
class Pseudo:
    """A cause that is no component.

    Args:
        rows: those that it may take down, all by the same share.
        share: the most of them that it takes down, 0-1; its severity multiplies that.
    """

    name: str
    odds: float
    rows: np.ndarray
    share: float = 1.0


def pseudo_causes(feet: Footprints, services: Sequence[str]) -> tuple[Pseudo, ...]:
    """Unknown causes of each service, targets that fail by themselves, probes that fail now and then everywhere."""
    return (*_unknown(feet, services), *_map_errors(feet.rows), *_probe_noise(feet.rows))


def _unknown(feet: Footprints, services: Sequence[str]) -> list[Pseudo]:
    found = []
    for service in services:
        own = [n for n, row in enumerate(feet.rows) if isinstance(row, CountRow) and row.service == service]
        found.append(
            Pseudo(f"unknown@{service}", log_odds(UNKNOWN["everywhere"]), np.array(own, np.int64), AT_MOST)
        )
        found += _regions(feet, service, own)
    return found


def _regions(feet: Footprints, service: str, own: Sequence[int]) -> list[Pseudo]:
    within: dict[str, list[int]] = {}
    for number in own:
        row = feet.rows[number]
        path = (
            feet.network.places.path(row.area) if isinstance(row, CountRow) and row.area is not None else ()
        )
        for above in path:
            if above.kind in ("nation", "region"):
                within.setdefault(above.id, []).append(number)
    odds = log_odds(UNKNOWN["region"])
    return [
        Pseudo(f"unknown@{service}@{region}", odds, np.array(rows, np.int64), AT_MOST)
        for region, rows in within.items()
        if len(rows) > 1
    ]


def _map_errors(rows: Sequence[Observable]) -> list[Pseudo]:
    targets: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        if isinstance(row, ProbeRow):
            targets.setdefault(row.target, []).append(number)
    odds = log_odds(MAP_ERROR)
    return [Pseudo(f"map-error@{target}", odds, np.array(own, np.int64)) for target, own in targets.items()]


def _probe_noise(rows: Sequence[Observable]) -> list[Pseudo]:
    own = np.array([n for n, row in enumerate(rows) if isinstance(row, ProbeRow)], dtype=np.int64)
    return [Pseudo("noise@probes", log_odds(PROBE_NOISE), own, MOST_PROBE_NOISE)] if len(own) > 1 else []
