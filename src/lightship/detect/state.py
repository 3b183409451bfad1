"""What detection remembers between ticks."""

from dataclasses import dataclass

import msgspec
import numpy as np

from lightship.detect import agreement
from lightship.detect.agreement import Agreement
from lightship.detect.alarms import Open
from lightship.detect.baseline import Baseline
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.quiet import Quiet
from lightship.detect.scan import Pooled, Sums
from lightship.detect.table import Window
from lightship.detect.vantages import Trust
from lightship.vocabulary.time import Tick


class Memory(msgspec.Struct, frozen=True):
    """All that a snapshot keeps. Values are never changed in place.

    Args:
        last: the latest whole tick; 0 before the first.
        ring: the latest moments, oldest first; the last one may be early, and is replaced by its whole tick.
        window: signals since the earliest open onset, whole ticks only; None where nothing is open.
        usual: passive counts that rows are led to expect.
        quiet: history of quiet hours, from which the thresholds come.
        neighbour_out: a feed said last that another provider is out.
        asked: how often each undecided target has been asked for out of turn.
        agreement: how far the vantages agree with each other.
        stray: ticks that came out of order and were left out.
    """

    map_version: str
    base: Baseline
    sums: Sums
    trust: Trust
    quiet: Quiet
    agreement: Agreement
    ring: tuple[Moment, ...] = ()
    open: tuple[Open, ...] = ()
    window: Window | None = None
    usual: dict[int, float] = {}
    last: Tick = Tick(0)
    stray: int = 0
    neighbour_out: bool = False
    asked: dict[str, int] = {}


@dataclass(frozen=True)
class DetectState:
    """The memory, and what is compiled from the map and from it.

    Args:
        layers: what the probes of the latest moments say, one each, oldest first.
    """

    memory: Memory
    plan: Plan
    pool: Pooled
    layers: tuple[np.ndarray, ...] = ()

    def health(self) -> dict[str, float]:
        """By vantage, 0-1: how far it agrees with the others."""
        return agreement.named(self.memory.agreement, self.plan.watchers)
