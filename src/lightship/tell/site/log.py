"""Updates as entries of a log, newest first."""

from collections.abc import Mapping, Sequence

import msgspec

from lightship.tell.site.addresses import incident_address
from lightship.tell.site.facts import STATUS_WORDS
from lightship.tell.site.moments import Clock, When
from lightship.tell.site.shown import Shown
from lightship.vocabulary.incidents import IncidentId


class Entry(msgspec.Struct, frozen=True):
    """One update. `anchor`: its id on the incident's own page; empty elsewhere."""

    at: When
    status: str
    text: str
    person: bool
    about: str
    address: str
    anchor: str = ""


def entries(
    found: Sequence[Shown], about: Mapping[IncidentId, str], clock: Clock, most: int
) -> tuple[Entry, ...]:
    """The newest updates of several incidents, in one log. `about`: what each incident is about, in few words."""
    said = [(update, one) for one in found for update in one.updates]
    said.sort(key=lambda pair: (-pair[0].at, pair[1].incident.id, -pair[0].number))
    return tuple(
        Entry(
            clock.when(update.at), STATUS_WORDS[update.status], update.text, update.by == "operator",
            about[one.incident.id], incident_address(one.incident.id),
        )
        for update, one in said[:most]
    )  # fmt: skip


def own_entries(one: Shown, clock: Clock) -> tuple[Entry, ...]:
    """All updates of one incident, each with an address of its own."""
    address = incident_address(one.incident.id)
    return tuple(
        Entry(
            clock.when(each.at), STATUS_WORDS[each.status], each.text, each.by == "operator", "", address,
            f"update-{each.number}",
        )
        for each in one.updates
    )  # fmt: skip
