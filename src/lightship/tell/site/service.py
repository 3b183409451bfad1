"""The page of one service: how it stands now, where, and its last ninety days."""

from typing import Any

from lightship.tell.emergency import emergency_text
from lightship.tell.site.addresses import document, service_address
from lightship.tell.site.days import service_days, touching
from lightship.tell.site.front import Lead
from lightship.tell.site.history import bars, past
from lightship.tell.site.moments import When
from lightship.tell.site.paper import Paper
from lightship.tell.site.shell import provider_name
from lightship.tell.site.shown import Shown
from lightship.tell.site.standing import MARKS, WORDS, standing
from lightship.tell.site.tables import capital, folded, table
from lightship.tell.site.view import View
from lightship.vocabulary.alarms import AreaState
from lightship.vocabulary.services import Service

ROOT = "../../"


def service_page(view: View, service: Service, paper: Paper) -> str:
    """Everything about one service."""
    here = touching(view, service.id, view.open)
    top, days = lead(view, service, here), service_days(view, service.id)
    return paper.write(
        "service.html", ROOT, top.headline, json=document(service_address(service.id)), lead=top,
        changed=view.clock.full(max(each.as_of for each in here)) if here else None, promise=_promise(view, here),
        open=[view.facts[each.incident.id] for each in here],
        texts=[each.latest.text for each in here], bars=bars(view, service, days),
        past=[past(view, each) for each in days.incidents if not each.is_open],
        feed=f"{ROOT}{service_address(service.id)}feed.atom", **_where(view, here), **_emergency(view, here),
    )  # fmt: skip


def lead(view: View, service: Service, here: tuple[Shown, ...]) -> Lead:
    """How the service stands, by the worst of what is open."""
    name = capital(service.name)
    if not here:
        who = (
            f" of {provider_name(view.situation)}"
            if view.situation.settings.deployment == "outsiders"
            else ""
        )
        return Lead("n", "No problem known", f"{name}: no problem{who} that we know of")
    state = state_of(here)
    suggest = view.situation.settings.deployment == "outsiders"
    words = WORDS[state].lower()
    return Lead(
        MARKS[state], WORDS[state], f"{name}: {'reports and tests suggest that it is ' * suggest}{words}"
    )


def _promise(view: View, here: tuple[Shown, ...]) -> When | None:
    due = (each.latest.next_update_by for each in here)
    return view.clock.maybe(min((each for each in due if each is not None), default=None))


def state_of(here: tuple[Shown, ...]) -> AreaState:
    """Affected while any incident looks so, recovered where all look healthy again."""
    return "recovered" if all(each.looks_healthy for each in here) else "affected"


def _where(view: View, here: tuple[Shown, ...]) -> dict[str, Any]:
    if not here or not view.has_places:
        return {"table": None, "folded": ""}
    stands = standing(here, view.situation.network)
    found = table(stands, view.situation.network, view.clock.when(max(each.as_of for each in here)).words)
    return {"table": found, "folded": folded(found)}


def _emergency(view: View, here: tuple[Shown, ...]) -> dict[str, Any]:
    texts = (text for each in here for text in emergency_text(each.incident, view.situation.network))
    return {"emergency": tuple(dict.fromkeys(texts))}
