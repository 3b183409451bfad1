"""A network as it is, and the map that the localiser has of it, which may be wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lightship.explain.core import ExplainState, start
from lightship.prevent.footprints import Footprints, footprints
from lightship.simulate.watched import Seen, watched
from lightship.simulate.watched.mistaken import mistaken
from lightship.simulate.watched.shape import Shape
from lightship.vocabulary.observables import FeedRow
from lightship.vocabulary.settings import Settings

SETTINGS = Settings(simulated=True)
REMEMBERED = 500
"""Sets whose losses are kept: one case asks for the same few again and again."""


@dataclass(frozen=True)
class World:
    """One network.

    Args:
        truth: how it is. feet: what the localiser's map says; the same object unless the map is wrong.
        fresh: the localiser before anything has happened.
    """

    truth: Footprints
    feet: Footprints
    fresh: ExplainState

    @cached_property
    def symptoms(self) -> np.ndarray:
        """(rows,) bool: rows that customers or tests fill; the others are words of feeds."""
        return np.array([not isinstance(row, FeedRow) for row in self.feet.rows])

    @cached_property
    def families(self) -> dict[str, tuple[int, ...]]:
        """Components (numbers) by what stands before the number in their ids ("core-1a" and "core-1b": "core")."""
        found: dict[str, list[int]] = {}
        for number, each in enumerate(self.feet.components):
            found.setdefault(each.rstrip("0123456789ab").rstrip("-"), []).append(number)
        return {name: tuple(numbers) for name, numbers in found.items()}

    @cached_property
    def labels(self) -> np.ndarray:
        """(components,) components that take the same symptoms share a number; those that take none have their own."""
        first: dict[bytes, int] = {}
        found = np.arange(len(self.feet.components))
        share = self.feet.share
        for number in range(len(found)):
            cells = slice(share.indptr[number], share.indptr[number + 1])
            kept = self.symptoms[share.indices[cells]]
            if kept.any():
                rows, part = share.indices[cells][kept], np.round(share.data[cells][kept], 9)
                found[number] = first.setdefault(rows.tobytes() + part.tobytes(), number)
        return found

    def lost(self, failed: Iterable[int]) -> np.ndarray:
        """(rows,) share really lost of each row when these fail whole."""
        key = frozenset(failed)
        if key not in self._lost:
            if len(self._lost) > REMEMBERED:
                self._lost.clear()
            self._lost[key] = self.truth.wiring.losses(dict.fromkeys(sorted(key), 1.0))
        return self._lost[key]

    @cached_property
    def _lost(self) -> dict[frozenset[int], np.ndarray]:
        return {}


def world(shape: Shape, seed: int, seen: Seen = "tests", wrong: float = 0.0) -> World:
    """Make one; `wrong`: probability of each edge of the map being wrong."""
    network = watched(shape, seed, seen)
    truth = footprints(network)
    feet = footprints(mistaken(network, wrong, seed)) if wrong else truth
    return World(truth, feet, start(feet, SETTINGS))
