"""The front page: what is wrong and for whom, then everything else, in the order in which people ask."""

from typing import Any

import msgspec

from lightship.tell.site.log import entries
from lightship.tell.site.paper import Paper
from lightship.tell.site.pictures import Picture
from lightship.tell.site.planned import planned_words
from lightship.tell.site.shell import provider_name
from lightship.tell.site.standing import failing_services
from lightship.tell.site.tables import capital, common, folded, row, services_everywhere, table, tally
from lightship.tell.site.view import View
from lightship.tell.where import join

UPDATES = 15
"""Of all open incidents together; each incident's page has all of its own."""


class Lead(msgspec.Struct, frozen=True):
    """The top of a page: a state, a sentence, and what to know about it."""

    mark: str
    kicker: str
    headline: str
    notes: tuple[str, ...] = ()


def front(view: View, paper: Paper, map_picture: Picture | None, graphs: tuple[Picture, ...]) -> str:
    """The front page."""
    top = lead(view)
    about = {key: each.services for key, each in view.facts.items()}
    return paper.write(
        "front.html", "", top.headline, json="index.json", lead=top, published=view.clock.full(view.situation.at),
        open=[view.facts[one.incident.id] for one in view.open], emergency=_emergency(view),
        codes_page=view.has_places, promise=view.clock.maybe(view.promise),
        map=map_picture if view.standing.hit else None, graphs=graphs,
        updates=entries(view.open, about, view.clock, UPDATES),
        planned=planned_words(view), recent=[view.facts[one.incident.id] for one in view.recent],
        **_services(view), **_areas(view),
    )  # fmt: skip


def lead(view: View) -> Lead:
    """The headline of the gravest open incident, or that none is known."""
    if not view.open:
        return Lead("n", "No problem known", _calm(view))
    first = view.facts[view.open[0].incident.id]
    notes = []
    if first.next_update is not None:
        late = " It is late." if first.late else ""
        notes.append(f"Next update by {first.next_update.words}.{late}")
    if len(view.open) > 1:
        more = len(view.open) - 1
        notes.append(
            f"There {'are' if more > 1 else 'is'} {more} more problem{'s' if more > 1 else ''}, below."
        )
    return Lead(first.mark, first.status, first.headline, tuple(notes))


def _calm(view: View) -> str:
    settings, provider = view.situation.settings, provider_name(view.situation)
    if settings.deployment == "outsiders":
        who = settings.runs_it or "an independent group"
        return f"No problems with {provider} that {who} knows of; this is not {provider}'s page."
    return "No problems that we know of"


def _emergency(view: View) -> tuple[str, ...]:
    texts = (text for one in view.open for text in view.facts[one.incident.id].emergency)
    return tuple(dict.fromkeys(texts))


def _services(view: View) -> dict[str, Any]:
    """A table of services where they are all there is to say, else a sentence about those not touched."""
    network = view.situation.network
    states = failing_services(view.open)
    if not view.open or not view.has_places:
        as_of = view.clock.when(view.situation.at).words
        return {"services": services_everywhere(network, states, as_of), "fine": ""}
    touched = {each.split(".")[0] for each in (*states, *view.standing.services)}
    fine = [each.name for each in network.services if each.parent is None and each.id not in touched]
    return {"services": None, "fine": join(fine)}


def _areas(view: View) -> dict[str, Any]:
    if not view.has_places:
        return {"table": None, "tally": (), "common": None, "folded": "", "bare": (), "bare_title": ""}
    network, stands = view.situation.network, view.standing
    as_of = view.clock.when(view.changed_at or view.situation.at).words
    found = table(stands, network, as_of)
    return {
        "table": found, "tally": tally(stands), "common": common(stands, network),
        "folded": folded(found),
        "bare": [row(area) for area in stands.others], "bare_title": _bare_title(view),
    }  # fmt: skip


def _bare_title(view: View) -> str:
    if not view.standing.hit:
        return f"All {len(view.standing.leaves)} area codes"
    return f"No problem known in the other {len(view.standing.others)} area codes"


def title_of(words: str) -> str:
    """A headline without its full stop."""
    return capital(words).removesuffix(".")
