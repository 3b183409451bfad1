"""What the stage remembers between ticks."""

from dataclasses import dataclass

import msgspec

from lightship.explain.history import History, over
from lightship.explain.hypothesis import Hypotheses
from lightship.explain.observers import Misses
from lightship.explain.short import ToldDown
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Category, Diagnosis
from lightship.vocabulary.redundancy_lost import RedundancyLost
from lightship.vocabulary.signals import Failure, FeedEvent
from lightship.vocabulary.time import Tick


class Weighed(msgspec.Struct, frozen=True):
    """How much evidence there was when the last search was made.

    Args:
        up, down: nats for and against trouble over all rows, each row capped.
        searches: since something opened.
        alarms: id, state and subject of each alarm that stood then.
    """

    tick: Tick
    up: float
    down: float
    searches: int
    alarms: tuple[tuple[str, str, str], ...] = ()


class Memory(msgspec.Struct, frozen=True):
    """All that a restart needs.

    Args:
        parts: the explanation that stands, as (cause id, share); empty: none.
        diagnoses: what was said last; kept while the evidence has not changed.
        weighed: absent: nothing is open.
        named: classes named to operators while this lasts.
        confirmed: components that a person confirmed or named while this lasts.
        heard: what feeds said within `HEARD_FOR`.
        failures: how each probe row failed last, ascending by row.
        down: what feeds say is out. short: members that are out while their gates hold.
        history: what failed here before; it raises a prior, and never names a cause.
        kinds: of cause that a person named while this lasts.
        misses: how often probes answer though their path is out.
    """

    parts: tuple[tuple[str, float], ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    weighed: Weighed | None = None
    named: tuple[tuple[ComponentId, ...], ...] = ()
    confirmed: tuple[ComponentId, ...] = ()
    heard: tuple[FeedEvent, ...] = ()
    failures: tuple[tuple[int, Failure], ...] = ()
    down: tuple[ToldDown, ...] = ()
    short: tuple[RedundancyLost, ...] = ()
    kinds: tuple[Category, ...] = ()
    history: History = History()
    misses: Misses = Misses()


@dataclass(frozen=True)
class ExplainState:
    """The compiled map, which follows from the map alone, and what is remembered."""

    known: Hypotheses
    memory: Memory


def closed(memory: Memory) -> Memory:
    """Nothing is open any more: all that was concluded is forgotten but what it says about priors and observers."""
    if memory.weighed is None:
        return memory
    return Memory(
        heard=memory.heard, history=over(memory.history, memory.diagnoses), misses=memory.misses, down=memory.down,
        short=memory.short,
    )  # fmt: skip
