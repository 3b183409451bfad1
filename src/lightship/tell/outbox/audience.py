"""Everybody who wants to hear of something, by opaque id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from lightship.tell.outbox.selector import Term, parse
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.letters import Pace
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Instant


class Contact(msgspec.Struct, frozen=True):
    """One way to one person, and what is wanted over it. Fields as in `SubscriptionChanged`."""

    channel: str
    selector: str
    pace: Pace = "each"
    depends_on: tuple[ComponentId, ...] = ()
    through: tuple[ServiceId, ...] = ()
    area: AreaId | None = None
    priority: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is wanted."""
        return parse(self.selector)


Profile = tuple[Contact, ...]
"""One person's contacts, the preferred one first."""

Told = Mapping[str, Instant]
"""Of one incident: who was planned a letter last when, by profile and channel (`planning.key`)."""


@dataclass(frozen=True)
class Audience:
    """All subscribers and what they were planned to be told.

    Args:
        people: by opaque id, in the order in which they came. Equal profiles are mostly one object: plans are made once
            for each of them.
        told: of the incidents that are remembered.
    """

    people: Mapping[str, Profile] = field(default_factory=dict)
    told: Mapping[IncidentId, Told] = field(default_factory=dict)
    profiles: Mapping[Profile, Profile] = field(default_factory=dict)

    def after(self, event: SubscriptionChanged) -> "Audience":
        """With one contact changed, added at its person's end, or ended."""
        old = self.people.get(event.subscriber, ())
        new = _changed(old, event)
        if new == old:
            return self
        people = dict(self.people)
        people.pop(event.subscriber, None) if not new else people.update({event.subscriber: new})
        known = self.profiles.get(new)
        if known is not None:
            if new:
                people[event.subscriber] = known
            return Audience(people, self.told, self.profiles)
        return Audience(people, self.told, {**self.profiles, new: new} if new else self.profiles)


def _changed(old: Profile, event: SubscriptionChanged) -> Profile:
    if not event.selector:
        return tuple(each for each in old if each.channel != event.channel)
    contact = Contact(
        event.channel, event.selector, event.pace, event.depends_on, event.through, event.area, event.priority
    )
    if any(each.channel == event.channel for each in old):
        return tuple(contact if each.channel == event.channel else each for each in old)
    return (*old, contact)


class Frozen(msgspec.Struct, frozen=True):
    """An audience as it lies in a snapshot: each profile once, each person by its number."""

    profiles: tuple[Profile, ...]
    people: dict[str, int]
    told: dict[IncidentId, dict[str, Instant]]


def snapshot(audience: Audience) -> bytes:
    """The audience as bytes."""
    numbers: dict[Profile, int] = {}
    people = {
        person: numbers.setdefault(profile, len(numbers)) for person, profile in audience.people.items()
    }
    told = {incident: dict(each) for incident, each in audience.told.items()}
    return msgspec.msgpack.encode(Frozen(tuple(numbers), people, told))


def restore(data: bytes) -> Audience:
    """The audience that `snapshot` wrote; of no bytes, nobody. Raises msgspec.DecodeError on other bytes."""
    if not data:
        return Audience()
    frozen = msgspec.msgpack.decode(data, type=Frozen)
    people = {person: frozen.profiles[number] for person, number in frozen.people.items()}
    return Audience(people, frozen.told, {each: each for each in frozen.profiles})
