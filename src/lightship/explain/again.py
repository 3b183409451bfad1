"""When is a search worth making again? A rule on the evidence, so that the answer is the same in every replay."""

import numpy as np

from lightship.detect.evidence import Detection, Evidence
from lightship.explain.state import Memory, Weighed
from lightship.explain.table import CAP
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.rounding import rounded

CHANGED_BY = 3.0
CHANGED_SHARE = 0.15
SEARCH_AGAIN = 10
LOOK_AGAIN = 3
"""A search is made anew when an alarm or a feed says something new, when the evidence for or against trouble has moved
by more nats than CHANGED_BY and by more than CHANGED_SHARE of itself, and every SEARCH_AGAIN ticks. After as many
searches it is made every 2 SEARCH_AGAIN ticks, and the evidence is looked at every LOOK_AGAIN ticks only."""

THOROUGH_FIRST, THOROUGH_AGAIN = 5, 4
"""The first searches, one of every so many later ones, and each after new words of an alarm are made from scratch and
with the beam; the ones between follow up what stands."""


def weigh(memory: Memory, evidence: Evidence, detection: Detection) -> Weighed:
    """How much evidence there is now, to compare with what there was at the last search."""
    ell = np.where(evidence.has_data[:, None], evidence.ell, 0.0)
    up = np.clip(ell.max(axis=1, initial=0.0), 0.0, CAP).sum()
    down = np.clip(-ell.min(axis=1, initial=0.0), 0.0, CAP).sum()
    searches = memory.weighed.searches + 1 if memory.weighed else 0
    return Weighed(detection.tick, rounded(up), rounded(down), searches, _alarms(detection))


def _alarms(detection: Detection) -> tuple[tuple[str, str, str], ...]:
    return tuple((alarm.id, alarm.state, alarm.subject) for alarm in detection.alarms)


def new_words(memory: Memory, detection: Detection, tick: TickJudged) -> bool:
    """Nothing was open a moment ago, or an alarm or a feed says something that it did not say at the last search."""
    return memory.weighed is None or memory.weighed.alarms != _alarms(detection) or bool(tick.feeds)


def too_soon(memory: Memory, detection: Detection) -> bool:
    """Whether the evidence is not even to be looked at in this tick."""
    before = memory.weighed
    return (
        before is not None
        and before.searches >= SEARCH_AGAIN
        and before.up >= 0.0
        and (detection.tick - before.tick) % LOOK_AGAIN != 0
    )


def as_before(memory: Memory, now: Weighed) -> bool:
    """Whether the evidence is much as it was at the last search, and that was not long ago."""
    before = memory.weighed
    if before is None:
        return False
    if now.tick - before.tick >= SEARCH_AGAIN * (2 if before.searches >= SEARCH_AGAIN else 1):
        return False
    return not (_moved(before.up, now.up) or _moved(before.down, now.down))


def _moved(before: float, now: float) -> bool:
    return abs(now - before) > max(CHANGED_BY, CHANGED_SHARE * abs(before))
