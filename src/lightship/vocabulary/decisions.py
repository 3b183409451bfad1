"""What the core decides. Effects are carried out after the commit, idempotently, by the decision's key."""

from typing import Literal, NewType

import msgspec

from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.letters import Letter
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update

Key = NewType("Key", str)
"""`<seq>.<n>`: the n-th decision of event seq. Unique, and equal in every replay of the same log."""


class Keys:
    """Hands out the keys of one event's decisions, in order.

    >>> keys = Keys(7)
    >>> keys.take(), keys.take()
    ('7.1', '7.2')
    """

    def __init__(self, seq: int) -> None:
        self._seq, self._taken = seq, 0

    def take(self) -> Key:
        """The next key."""
        self._taken += 1
        return Key(f"{self._seq}.{self._taken}")


class RaiseAlarm(msgspec.Struct, frozen=True, tag="raise-alarm"):
    """An alarm began, changed its state or ended. For operators."""

    key: Key
    reason: str
    alarm: Alarm


class OpenIncident(msgspec.Struct, frozen=True, tag="open-incident"):
    """A new incident."""

    key: Key
    reason: str
    incident: Incident


class ChangeIncident(msgspec.Struct, frozen=True, tag="change-incident"):
    """The incident as it stands from here on; the reason says what changed."""

    key: Key
    reason: str
    incident: Incident


class Publish(msgspec.Struct, frozen=True, tag="publish"):
    """Say this in public: the site is rendered anew, and the outbox gets its rows in the same transaction."""

    key: Key
    reason: str
    update: Update


class Send(msgspec.Struct, frozen=True, tag="send"):
    """Deliver an update to these subscribers: their rows are written in the same transaction as the update.

    Args:
        number: of the update within its incident.
        lasting: the first or the last word of an incident: a later update does not take its place.
        by_channel: letters by channel. first: those that go before all others: lines that a life may hang on.
        unsure: people whose every channel depends on something that fails or is suspected: they may not be reached.
        letters: the rows, in the order of delivery. They lie in the outbox, not in the logged decision.
    """

    key: Key
    reason: str
    incident: IncidentId
    number: int
    lasting: bool
    by_channel: dict[str, int]
    unsure: int = 0
    first: int = 0
    letters: tuple[Letter, ...] = ()


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """Measure this out of turn, after so many seconds: it is undecided whether the target is up."""

    key: Key
    reason: str
    vantage: str
    target: str
    family: Literal[0, 4, 6] = 0
    wait: int = 0


class WarnOperator(msgspec.Struct, frozen=True, tag="warn-operator"):
    """Something that a person should look at, not for the public."""

    key: Key
    reason: str
    text: str
    incident: IncidentId | None = None


class Wake(msgspec.Struct, frozen=True, tag="wake"):
    """Log a `Due` with this key at that instant."""

    key: Key
    reason: str
    at: Instant


Decision = RaiseAlarm | OpenIncident | ChangeIncident | Publish | Send | Probe | WarnOperator | Wake
