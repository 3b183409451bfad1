"""What one failed component takes with it, remembered: every search begins with the same few."""

from collections import OrderedDict

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.prevent.further import Out, further, nothing_out

REMEMBERED = 512
"""Components with their shares. A memory only: forgetting changes no answer."""

Sparse = tuple[np.ndarray, np.ndarray]
"""Where, and what."""


class Losses:
    """Losses per row of single components."""

    def __init__(self, feet: Footprints) -> None:
        self._feet = feet
        self._held: OrderedDict[tuple[int, float], tuple[Sparse, Sparse]] = OrderedDict()

    def of(self, number: int, share: float) -> Out:
        """With that share (0-1) of it out and nothing else; gates respected."""
        key = (number, share)
        if key not in self._held:
            self._held[key] = self._computed(number, share)
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        (weak, left), (rows, lost) = self._held[key]
        nothing = nothing_out(self._feet.wiring)
        nothing.health[weak] = left
        nothing.loss[rows] = lost
        return Out({number: share}, nothing.health, nothing.loss)

    def _computed(self, number: int, share: float) -> tuple[Sparse, Sparse]:
        found = further(self._feet.wiring, nothing_out(self._feet.wiring), number, share)
        weak, hit = np.flatnonzero(found.health < 1.0), np.flatnonzero(found.loss > 1e-12)
        if share == 1.0:
            # As the footprint has it, to the last digit.
            of, loss = self._feet.share, found.loss.copy()
            begin, end = of.indptr[number], of.indptr[number + 1]
            loss[of.indices[begin:end]] = of.data[begin:end]
            return (weak, found.health[weak]), (hit, loss[hit])
        return (weak, found.health[weak]), (hit, found.loss[hit])
