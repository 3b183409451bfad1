"""The page of one area: what is known to fail there, or honestly that nothing is known."""

import msgspec

from lightship.tell.emergency import texts_for
from lightship.tell.site.facts import Facts
from lightship.tell.site.moments import When
from lightship.tell.site.standing import NEARLY_ALL, WORDS, State
from lightship.tell.site.tables import ServiceTable, services_here
from lightship.tell.site.view import View
from lightship.tell.where import join, named
from lightship.vocabulary.alarms import AreaState
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.places import Area
from lightship.vocabulary.services import ServiceId

ORDER: tuple[AreaState, ...] = ("affected", "likely", "recovered")


class Pointer(msgspec.Struct, frozen=True):
    """A link to an incident."""

    address: str
    headline: str


class AreaView(msgspec.Struct, frozen=True):
    """All that the page of an area says. Equal views make equal pages.

    Args:
        facts: incidents that touch the area. texts: the last update of each of them.
        elsewhere: open incidents that do not.
        changed, promise: when the newest of it was said, and when the next word is due; absent: nothing is open.
    """

    code: str
    name: str
    mark: str
    kicker: str
    headline: str
    services: ServiceTable
    facts: tuple[Facts, ...]
    texts: tuple[str, ...]
    emergency: tuple[str, ...]
    elsewhere: tuple[Pointer, ...]
    changed: When | None
    promise: When | None


def area_view(view: View, area: Area) -> AreaView:
    """What there is to say about an area."""
    network, states = view.situation.network, view.standing.states.get(area.id, {})
    touching = dict.fromkeys(each.incident for each in states.values())
    here = [one for one in view.open if one.incident.id in touching]
    found = tuple(view.facts[one.incident.id] for one in here)
    due = [one.latest.next_update_by for one in here if one.latest.next_update_by is not None]
    mark, kicker, headline = _headline(view, area, states)
    return AreaView(
        area.id, named(network.places, area.id), mark, kicker, headline,
        services_here(view.standing, area, network), found,
        tuple(one.latest.text for one in here),
        texts_for((area.id,), network) if any(each.emergency for each in found) else (),
        _elsewhere(view, touching), view.clock.full(max(one.as_of for one in here)) if here else None,
        view.clock.maybe(min(due, default=None)),
    )  # fmt: skip


def _elsewhere(view: View, touching: dict[IncidentId, None]) -> tuple[Pointer, ...]:
    others = (view.facts[one.incident.id] for one in view.open if one.incident.id not in touching)
    return tuple(Pointer(each.address, each.headline) for each in others)


def _headline(view: View, area: Area, states: dict[ServiceId, State]) -> tuple[str, str, str]:
    """Mark, kicker and headline. Worded so that one service or several, or a plural name, all read well."""
    network = view.situation.network
    place = named(network.places, area.id)
    if not states:
        return "n", "No problem known", f"No problem that we know of in {place}"
    said: list[str] = []
    for state in ORDER:
        hit = {service: each for service, each in states.items() if each.state == state}
        if hit:
            names = join([each.name for each in network.services if each.id in hit])
            words = WORDS[state] + _for_some(state, hit)
            said.append(f"{words}: {names}" if said else f"{words} in {place}: {names}")
    worst = next(state for state in ORDER if any(each.state == state for each in states.values()))
    sentence = ". ".join(said)
    if view.situation.settings.deployment == "outsiders":
        sentence = f"Reports and tests suggest: {sentence[:1].lower()}{sentence[1:]}"
    return {"affected": "f", "likely": "l", "recovered": "r"}[worst], WORDS[worst], sentence


def _for_some(state: AreaState, hit: dict[ServiceId, State]) -> str:
    """Not all lines there: so long as no share says otherwise."""
    if state != "affected":
        return ""
    whole = all(each.share is not None and each.share[0] >= NEARLY_ALL for each in hit.values())
    return "" if whole else " for some people"
