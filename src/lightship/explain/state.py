"""What the stage remembers between ticks."""

from dataclasses import dataclass

import msgspec

from lightship.explain.hypothesis import Hypotheses
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Diagnosis
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
        failed_before: how often each component was named, then over; a hint worth half a nat at most.
    """

    parts: tuple[tuple[str, float], ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    weighed: Weighed | None = None
    named: tuple[tuple[ComponentId, ...], ...] = ()
    confirmed: tuple[ComponentId, ...] = ()
    heard: tuple[FeedEvent, ...] = ()
    failures: tuple[tuple[int, Failure], ...] = ()
    failed_before: tuple[tuple[ComponentId, int], ...] = ()


@dataclass(frozen=True)
class ExplainState:
    """The compiled map, which follows from the map alone, and what is remembered."""

    known: Hypotheses
    memory: Memory


def closed(memory: Memory) -> Memory:
    """Nothing is open any more: all that was concluded is forgotten but how often each component was named."""
    if memory.weighed is None:
        return memory
    times = dict(memory.failed_before)
    for diagnosis in memory.diagnoses:
        if diagnosis.chosen is not None and diagnosis.standing != "under investigation":
            times[diagnosis.chosen] = times.get(diagnosis.chosen, 0) + 1
    return Memory(heard=memory.heard, failed_before=tuple(sorted(times.items())))
