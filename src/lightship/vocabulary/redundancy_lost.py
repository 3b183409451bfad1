"""A component is out and nobody notices, because another one carries its load: one failure away from an outage."""

import msgspec

from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.time import Instant


class RedundancyLost(msgspec.Struct, frozen=True):
    """A gate that is a member short and holds. For operators only.

    Args:
        component: the member that is out.
        since: when that was first known.
        of: what has the gate, in words ("Core of Leeds", "broadband in 0113").
        held_by: the members that carry the load now.
        spare: how many of these may still fail before something shows; 0: the next one shows.
        lines: lines that are lost if the worst of them fails as well.
        evidence: what says that the member is out, the strongest first.
        probability: P(the member is out), 0-1.
    """

    component: ComponentId
    since: Instant
    of: str
    held_by: tuple[ComponentId, ...]
    spare: int
    lines: float
    probability: float
    evidence: tuple[LikelihoodRatio, ...] = ()
