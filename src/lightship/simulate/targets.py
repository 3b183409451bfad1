"""By when a good system answers: the latest deadlines that a shipped scenario may set, per deployment.

Our own proposals, set beside what really happened in twenty recorded outages. `provider`: whoever runs the network and
has probes, the map and counts. `outsiders`: probes and reports only. Changing one needs a note in docs/why/.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from lightship.vocabulary.questions import QuestionId
from lightship.vocabulary.settings import Deployment

DeadlineId = QuestionId | Literal["why_short_list"]
"""`why_short_list`: the true component is among the first three that operators are shown. `why`: it is the first."""

Clock = Literal["onset", "first message", "service back"]


class Target(msgspec.Struct, frozen=True):
    """Minutes after what."""

    minutes: float
    after: Clock = "onset"


TARGETS: Mapping[Deployment, Mapping[DeadlineId, Target]] = {
    "provider": {
        "down": Target(2),
        "services": Target(5),
        "where": Target(5),
        "since": Target(5),
        "how_many": Target(10),
        "why_short_list": Target(10),
        "why": Target(30),
        "same_as_last_time": Target(15),
        "us_or_neighbour": Target(5),
        "what_to_do": Target(10),
        "when_back": Target(30),
        "next_word": Target(0, "first message"),
        "over": Target(30, "service back"),
        "owed": Target(0),
    },
    "outsiders": {
        "down": Target(15),
        "services": Target(10),
        "where": Target(15),
        "since": Target(15),
        "how_many": Target(20),
        "why_short_list": Target(20),
        "same_as_last_time": Target(30),
        "us_or_neighbour": Target(15),
        "what_to_do": Target(10),
        "when_back": Target(30),
        "next_word": Target(0, "first message"),
        "over": Target(60, "service back"),
        "owed": Target(0),
    },
}
"""Outsiders' `down` is 15 by reports alone in daytime; where the scenario has probes, 3 (`DOWN_BY_PROBE`)."""

DOWN_BY_PROBE = Target(3)


def target(deployment: Deployment, deadline: DeadlineId, *, probed: bool = True) -> Target | None:
    """The latest that a shipped scenario may demand; None where nothing was promised."""
    if deployment == "outsiders" and deadline == "down" and probed:
        return DOWN_BY_PROBE
    return TARGETS[deployment].get(deadline)
