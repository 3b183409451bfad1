"""What failed components take with them, remembered: the search asks for the same few sets again and again."""

from collections import OrderedDict

import numpy as np

from lightship.prevent.footprints import Footprints

REMEMBERED = 512
"""Sets. A memory only: forgetting changes no answer."""


class Losses:
    """Losses per row of sets of components."""

    def __init__(self, feet: Footprints) -> None:
        self._feet = feet
        self._held: OrderedDict[tuple[tuple[int, float], ...], tuple[np.ndarray, np.ndarray]] = OrderedDict()

    def of(self, failed: dict[int, float]) -> np.ndarray:
        """(rows,) share of each row lost, 0-1; gates respected."""
        key = tuple(sorted(failed.items()))
        found = self._held.get(key)
        if found is None:
            found = self._held[key] = self._computed(key)
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        loss = np.zeros(len(self._feet.rows))
        loss[found[0]] = found[1]
        return loss

    def _computed(self, key: tuple[tuple[int, float], ...]) -> tuple[np.ndarray, np.ndarray]:
        if len(key) == 1 and key[0][1] == 1.0:
            share, (number, _) = self._feet.share, key[0]
            begin, end = share.indptr[number], share.indptr[number + 1]
            return share.indices[begin:end], share.data[begin:end]
        # In the order of the components' ids: sums must not depend on the order in which the map lists them.
        ordered = sorted(key, key=lambda item: self._feet.components[item[0]])
        loss = self._feet.wiring.losses(dict(ordered))
        hit = np.flatnonzero(loss > 1e-12)
        return hit, loss[hit]
