"""All that one run of the benchmark found, as its JSON file says it."""

import msgspec

from lightship.run.benches.detect.bursts import Said
from lightship.run.benches.detect.cells import Row
from lightship.run.benches.detect.form import Form
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.places import Onset
from lightship.run.benches.detect.promise import Kept
from lightship.run.benches.showing import BarLine


class Result(msgspec.Struct, frozen=True):
    """One run.

    Args:
        home: ours under the noise that the peers' thresholds were set on. kept: under the unseen ones.
        thresholds: per peer, one per class of sums. farrington, focus: what was done about the outside programs.
    """

    simulated: bool
    seed: int
    form: Form
    version: str
    minutes: float
    home: Kept
    kept: list[Kept]
    thresholds: dict[str, list[float]]
    cells: list[Row]
    bursts: list[Said]
    probed: list[Onset]
    probed_missed: int
    outcomes: list[Outcome]
    notes: list[str]
    bars: list[BarLine] = []
