"""Is it us or a neighbour? A healthy provider must not be blamed for somebody else's outage."""

from collections.abc import Sequence

import numpy as np

from lightship.explain.levels import levels
from lightship.explain.score import Scorer
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.signals import FeedEvent

A_TENTH, CLEARLY = 0.1, 1.0
"""A probe row is not fine when it says by this many nats that a tenth of its path is out."""

FLAKY = 0.02
"""Share of the rows that may be otherwise for reasons of their own; of ten rows and more, one at least."""


def somebody_elses(scorer: Scorer, alarms: Sequence[Alarm], heard: Sequence[FeedEvent]) -> bool:
    """Reports rise, all our own probes are fine, and a feed or the wrong names say that a neighbour is down.

    Without probes of our own that have data it is never concluded.
    """
    return _own_probes_fine(scorer) and (_said_down(heard) or _named_by_mistake(alarms))


def _own_probes_fine(scorer: Scorer) -> bool:
    own = np.flatnonzero(scorer.known.is_probe & scorer.table.has_data)
    failing = int((scorer.table.value[own, levels(np.array(A_TENTH))] >= CLEARLY).sum())
    allowed = max(int(FLAKY * len(own)), 1 if len(own) >= 10 else 0)
    return len(own) > 0 and failing <= allowed


def _said_down(heard: Sequence[FeedEvent]) -> bool:
    """The latest word of some feed on some neighbour is "down"."""
    latest: dict[tuple[str, str], str] = {}
    for event in heard:
        if event.kind in ("neighbour-down", "neighbour-healthy"):
            latest[(event.feed, event.subject)] = event.kind
    return "neighbour-down" in latest.values()


def _named_by_mistake(alarms: Sequence[Alarm]) -> bool:
    return any(alarm.row_class == "neighbour" and alarm.state != "recovered" for alarm in alarms)
