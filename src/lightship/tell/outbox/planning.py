"""The letters of an update: who is told, over which of their channels, in which order.

Each person gets it over the first of their channels whose whole path avoids what fails or is suspected. Where no path
does, it goes over two different ones, and the person counts as one who may not be reached.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from lightship.prevent.footprints import Footprints
from lightship.tell.outbox.audience import Audience, Contact, Profile, Told
from lightship.tell.outbox.reaching import ends
from lightship.tell.outbox.selector import Subject, subject
from lightship.tell.outbox.trouble import Trouble, trouble
from lightship.vocabulary.decisions import Keys, Publish, Send, WarnOperator
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.letters import AFFECTED, FIRST, OTHER, Letter
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import HOUR, Instant
from lightship.vocabulary.updates import Update

ENDS = ("resolved", "merged")

ENDED = ""
"""In the memory of who was told when: the last word was that it is over, so the next one is a beginning."""


class Route(NamedTuple):
    """How people of one profile are told: channels with their ranks, and whether all of them are in doubt."""

    ways: tuple[tuple[str, int], ...]
    unsure: bool = False


NOT_TOLD = Route(())


class Planned(NamedTuple):
    """The letters, the lowest rank first; how many people may not be reached; and who has now been told when."""

    letters: tuple[Letter, ...]
    unsure: int
    told: dict[str, Instant]


def step(
    audience: Audience, said: Sequence[Publish], incidents: Sequence[Incident], feet: Footprints,
    settings: Settings, keys: Keys,
) -> tuple[Audience, tuple[Send | WarnOperator, ...]]:  # fmt: skip
    """What is to be sent of what was just published, and a word to operators where people may not be reached."""
    if not said or not audience.people or not settings.channels:
        return audience, ()
    by_id, made = {each.id: each for each in incidents}, list[Send | WarnOperator]()
    avoid = trouble(incidents, feet, settings)
    told = {each: known for each, known in audience.told.items() if each in by_id}
    for publish in said:
        update, incident = publish.update, by_id[publish.update.incident]
        planned = plan(audience, update, incident, avoid, feet, settings, told.get(incident.id, {}))
        told[incident.id] = planned.told
        made += [_send(update, planned, keys)] if planned.letters else []
        made += [_warning(update, planned, avoid, feet, keys)] if planned.unsure else []
    return Audience(audience.people, told, audience.profiles), tuple(made)


def plan(
    audience: Audience, update: Update, incident: Incident, avoid: Trouble, feet: Footprints, settings: Settings,
    told: Told,
) -> Planned:  # fmt: skip
    """The letters of one update."""
    about = subject(incident, feet.network)
    kinds = {each.kind for each in settings.channels}
    routes: dict[int, Route] = {}
    known, unsure = {each: at for each, at in told.items() if each != ENDED}, 0
    ranks: tuple[list[Letter], ...] = ([], [], [])
    for person, profile in audience.people.items():
        route = routes.get(id(profile))
        if route is None:
            route = routes[id(profile)] = _route(profile, kinds, about, update, avoid, told)
            known |= {key(profile, channel): update.at for channel, _ in route.ways}
        unsure += route.unsure
        for channel, rank in route.ways:
            ranks[rank].append(Letter(person, channel, rank))
    known |= {ENDED: update.at} if update.status in ENDS else {}
    return Planned(tuple(each for rank in ranks for each in rank), unsure, known)


def _route(
    profile: Profile, kinds: set[str], about: Subject, update: Update, avoid: Trouble, told: Told
) -> Route:  # fmt: skip
    begins = ENDED in told
    wanted = [
        each
        for each in profile
        if each.channel in kinds and _wants(each, about)
        and (begins or _in_turn(each, update, told.get(key(profile, each.channel))))
    ]  # fmt: skip
    clear = [each for each in wanted if not avoid.touches(each)]
    chosen = clear[:1] or wanted[:2]
    rank = _rank(profile, about)
    return Route(tuple((each.channel, rank) for each in chosen), bool(chosen) and not clear)


def _wants(contact: Contact, about: Subject) -> bool:
    return any(about.is_wanted(term) for term in contact.terms)


def _in_turn(contact: Contact, update: Update, last: Instant | None) -> bool:
    """Whether the pace that was asked for lets the update through; what is new to them, and the end, always come."""
    if last is None or contact.pace == "each" or update.status in ENDS:
        return True
    return contact.pace == "hourly" and update.at - last >= HOUR


def _rank(profile: Profile, about: Subject) -> int:
    if any(each.priority for each in profile):
        return FIRST
    return AFFECTED if any(_is_there(each, about) for each in profile) else OTHER


def _is_there(contact: Contact, about: Subject) -> bool:
    """Whether what fails is known to fail where this person is, or where they asked about."""
    if about.areas is None:
        return True
    named = (contact.area, *(term.area for term in contact.terms))
    return any(each and each in about.areas for each in named)


def key(profile: Profile, channel: str) -> str:
    """Whom a profile stands for, in the memory of who was told when."""
    return "; ".join((channel, *(f"{each.channel} {each.pace} {each.selector}" for each in profile)))


def _send(update: Update, planned: Planned, keys: Keys) -> Send:
    counts = dict(Counter(each.channel for each in planned.letters))
    first = sum(1 for _ in takewhile(lambda each: each.rank == FIRST, planned.letters))
    lasting = update.number == 1 or update.status in ENDS
    reason = (
        f"update {update.number}: {', '.join(f'{channel} {count:,}' for channel, count in counts.items())}"
    )
    reason += f"; {first:,} of them before all others" if first else ""
    return Send(
        keys.take(),
        reason,
        update.incident,
        update.number,
        lasting,
        counts,
        planned.unsure,
        first,
        planned.letters,
    )


def _warning(update: Update, planned: Planned, avoid: Trouble, feet: Footprints, keys: Keys) -> WarnOperator:
    """How many may not be reached, and what they can still look at."""
    left = [each for each in ends(feet.network).pull if each not in avoid.weak]
    remains = (
        f"what they can still look at: {', '.join(left)}"
        if left
        else "no copy of the page is known to be left"
    )
    people = "subscriber" if planned.unsure == 1 else "subscribers"
    text = (
        f"{planned.unsure:,} {people} may not be reached: all their channels depend on what fails, and two were used; "
        f"{remains}; think of the radio, the press, and a recorded message"
    )
    return WarnOperator(keys.take(), "people may not be reached", text, update.incident)
