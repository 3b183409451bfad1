"""What is to be delivered to whom: an outbox row as the core plans it. Opaque ids only, never an address."""

from typing import Literal, NamedTuple

import msgspec

from lightship.vocabulary.components import ComponentId

Pace = Literal["each", "hourly", "ends"]
"""How often a subscriber wants to hear of one incident: each update; at most one an hour; its beginning and its end."""

FIRST, AFFECTED, OTHER = 0, 1, 2
"""Ranks, the lowest delivered first: lines that a life may hang on; people in affected areas; everybody else."""


class Letter(NamedTuple):
    """One update for one subscriber over one channel."""

    subscriber: str
    channel: str
    rank: int


class StatedChannel(msgspec.Struct, frozen=True):
    """A channel that this deployment sends over.

    Args:
        kind: its name in the table of channels ("email", "sms", "webhook").
        component: where it stands on the map; absent: the operator did not say, so what it depends on is not known.
        public: people can ask to be told over it; otherwise only places of the operator's own are.
    """

    kind: str
    component: ComponentId | None = None
    public: bool = True
