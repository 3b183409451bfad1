"""What feeds said and how probes fail, kept for the questions after the first: which member, what kind."""

from collections.abc import Mapping

import msgspec

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.state import Memory
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import ProbeCounts, TickJudged
from lightship.vocabulary.signals import Failure, FeedEvent
from lightship.vocabulary.time import HOUR, Instant

HEARD_FOR = 3 * HOUR
"""A word of a feed older than this says nothing about what is out now."""


def listened(memory: Memory, at: Instant, tick: TickJudged) -> Memory:
    """With what this tick brought; words that are too old are dropped."""
    heard = tuple(event for event in (*memory.heard, *tick.feeds) if event.at > at - HEARD_FOR)
    if heard != memory.heard:
        memory = msgspec.structs.replace(memory, heard=heard)
    return memory


def failing(memory: Memory, probes: ProbeCounts) -> Memory:
    """With how each probe of this tick failed; one that did not fail is struck off."""
    kinds: dict[int, Failure] = dict(memory.failures)
    for row, failure in zip(probes.rows, probes.failure, strict=True):
        if failure is None:
            kinds.pop(row, None)
        else:
            kinds[row] = failure
    failures = tuple(sorted(kinds.items()))
    return memory if failures == memory.failures else msgspec.structs.replace(memory, failures=failures)


def about(
    known: Hypotheses, heard: tuple[FeedEvent, ...], beliefs: Mapping[ComponentId, float]
) -> tuple[FeedEvent, ...]:
    """Those of the events whose subject is in the class, fails with a likely member, or takes one down."""
    subjects = dict.fromkeys(event.subject for event in heard)
    near = {subject for subject in subjects if _near(known, subject, beliefs)}
    return tuple(event for event in heard if event.subject in near)


def _near(known: Hypotheses, subject: ComponentId, beliefs: Mapping[ComponentId, float]) -> bool:
    if subject in beliefs:
        return True
    number = known.feet.index.get(subject)
    if number is None:
        return False
    wiring = known.feet.wiring
    likely = [known.feet.index[member] for member, belief in beliefs.items() if belief >= 0.1]
    below = wiring.component_health({number: 1.0})
    return any(member in below or number in wiring.component_health({member: 1.0}) for member in likely)
