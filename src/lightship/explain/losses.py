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
        self._held: OrderedDict[tuple[int, float], tuple[Sparse, Sparse, Sparse | None]] = OrderedDict()

    def of(self, number: int, share: float) -> Out:
        """With that share (0-1) of it out and nothing else; gates respected."""
        key = (number, share)
        if key not in self._held:
            self._held[key] = self._computed(number, share)
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        health, loss, own = self._held[key]
        lost = _dense(loss, np.zeros(len(self._feet.rows)))
        of_own = lost if own is None else _dense(own, np.zeros(len(self._feet.rows)))
        return Out({number: share}, _dense(health, np.ones(len(self._feet.components))), of_own, lost)

    def _computed(self, number: int, share: float) -> tuple[Sparse, Sparse, Sparse | None]:
        found = further(self._feet.wiring, nothing_out(self._feet.wiring), number, share)
        own = None if found.own is found.loss else _sparse(found.own, 0.0)
        if share == 1.0:
            # As the footprint has it, to the last digit.
            of = self._feet.share
            begin, end = of.indptr[number], of.indptr[number + 1]
            found.loss[of.indices[begin:end]] = of.data[begin:end]
        return _sparse(found.health, 1.0), _sparse(found.loss, 0.0), own


def _sparse(values: np.ndarray, usual: float) -> Sparse:
    some = np.flatnonzero(np.abs(values - usual) > 1e-12)
    return some, values[some]


def _dense(found: Sparse, filled: np.ndarray) -> np.ndarray:
    filled[found[0]] = found[1]
    return filled
