"""What the map's probes measure: all well but for the odd false failure, or an outage on their paths."""

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import ProbeCounts
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.signals import Failure

FALSE_FAILURE = 0.003
"""Share of measurements that fail with the target well: below the shipped prior, which says 0.005."""
MISS = 0.02


class Paths:
    """The probe rows of a map, measured once a tick."""

    def __init__(self, feet: Footprints) -> None:
        self.feet = feet
        self.rows = tuple(n for n, row in enumerate(feet.rows) if isinstance(row, ProbeRow))
        self._well = np.zeros(len(self.rows))

    def measured(self, out: tuple[ComponentId, float] | None, chance: np.random.Generator) -> ProbeCounts:
        """One tick. `out`: a component and the share of it that has failed."""
        lost = self._well if out is None else self.feet.footprint(out[0])[list(self.rows)] * out[1]
        bad = chance.random(len(self.rows)) < lost * (1.0 - MISS) + (1.0 - lost) * FALSE_FAILURE
        failures = tuple(int(each) for each in bad)
        kinds: tuple[Failure | None, ...] = tuple("timeout" if each else None for each in failures)
        return ProbeCounts(self.rows, (1,) * len(self.rows), failures, kinds)
