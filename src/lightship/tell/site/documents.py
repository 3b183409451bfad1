"""The same as JSON. docs/reference/published-files.md says what each field means; instants are RFC 3339 in UTC."""

from typing import Any

import msgspec

from lightship.tell.site.addresses import area_address, incident_address, service_address
from lightship.tell.site.days import Day, ServiceDays, service_days, touching
from lightship.tell.site.front import lead
from lightship.tell.site.planned import phase
from lightship.tell.site.shown import Shown
from lightship.tell.site.standing import State, failing_services
from lightship.tell.site.view import View
from lightship.tell.where import named
from lightship.vocabulary.alarms import AffectedArea, Partial
from lightship.vocabulary.places import Area
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.services import Service
from lightship.vocabulary.time import Instant, iso
from lightship.vocabulary.updates import Update

FORM = 1
"""Version of these documents: a reader of version 1 can read every one that says 1."""

Document = dict[str, Any]


def write(document: Document) -> str:
    """One document, its keys in their order, a line end at its end."""
    return msgspec.json.encode(document).decode() + "\n"


def head(view: View) -> Document:
    """What every document begins with."""
    settings = view.situation.settings
    return {"lightship": FORM, "simulated": settings.simulated, "deployment": settings.deployment}


def front_document(view: View) -> str:
    """`index.json`."""
    situation, settings = view.situation, view.situation.settings
    top = lead(view)
    return write(
        head(view)
        | {
            "provider": situation.network.provider, "runs_it": settings.runs_it, "one_vantage": settings.one_vantage,
            "seen_from_networks": settings.seen_from or None,
            "contact": settings.contact, "published_at": iso(situation.at), "sequence": situation.sequence,
            "problems": len(view.open), "headline": top.headline, "next_update_by": _iso(view.promise),
            "incidents": [_in_short(one) for one in view.open], "recent": [_in_short(one) for one in view.recent],
            "services": _services(view), "areas": {a: _states(s) for a, s in view.standing.states.items()},
            "areas_in_all": len(view.standing.leaves), "known": situation.known, "assumed": situation.assumed,
            "credits": situation.credits,
        }
    )  # fmt: skip


def _in_short(one: Shown) -> Document:
    return {
        "incident": one.incident.id, "status": one.latest.status, "headline": one.latest.headline,
        "services": one.services, "since": iso(one.incident.onset.likeliest), "updated_at": iso(one.latest.at),
        "next_update_by": _iso(one.latest.next_update_by), "page": incident_address(one.incident.id),
    }  # fmt: skip


def _services(view: View) -> list[Document]:
    """Named by an incident, in one of its areas, or neither: then no problem is known."""
    named_now = failing_services(view.open)
    return [
        {"service": each.id, "name": each.name, "parent": each.parent, "state": named_now.get(each.id)}
        for each in view.situation.network.services
    ]


def _states(states: dict[Any, State]) -> Document:
    return {service: each.state for service, each in states.items()}


def area_document(view: View, area: Area) -> str:
    """`a/CODE.json`. A service without a state has no known problem, which is not "fine"."""
    network, states = view.situation.network, view.standing.states.get(area.id, {})
    touching = dict.fromkeys(each.incident for each in states.values())
    here = [one for one in view.open if one.incident.id in touching]
    return write(
        head(view)
        | {
            "area": area.id, "name": area.name, "within": [each.name for each in network.places.path(area.id)[:-1]],
            "as_of": _iso(max((one.as_of for one in here), default=None)),
            "services": [_in_area(each.id, each.name, states.get(each.id)) for each in network.services],
            "incidents": [_in_short(one) for one in here], "page": area_address(area.id),
        }
    )  # fmt: skip


def _in_area(service: str, name: str, state: State | None) -> Document:
    if state is None:
        return {"service": service, "name": name, "state": None}
    return {
        "service": service, "name": name, "state": state.state, "share": _share(state.share),
        "incident": state.incident,
    }  # fmt: skip


def _share(share: tuple[float, float, float] | None) -> Document | None:
    """Share of lines with its 90 % interval."""
    if share is None:
        return None
    value, low, high = (rounded(each) for each in share)
    return {"value": value, "low": low, "high": high, "unit": "share of lines"}


def incident_document(view: View, one: Shown) -> str:
    """`i/ID.json`: what was said last, every update, every area. `lightship.tell.site.reading` reads it back."""
    incident, latest = one.incident, one.latest
    return write(
        head(view)
        | {
            "incident": incident.id, "status": latest.status, "headline": latest.headline,
            "opened_at": iso(incident.opened_at), "updated_at": iso(latest.at),
            "next_update_by": _iso(latest.next_update_by), "merged_into": incident.merged_into,
            "component_restored_at": _iso(incident.component_restored_at),
            "service_restored_at": _iso(incident.service_restored_at), "reopened": incident.reopened,
            "answers": _answers(latest), "updates": [update_document(each) for each in one.updates],
            "areas_as_of": iso(incident.scope.at), "areas": _areas(view, one),
            "seen_from_networks": incident.networks if view.situation.settings.seen_from else None,
            "partial": _partial(incident.partial),
            "known": view.situation.known, "assumed": view.situation.assumed,
        }
    )  # fmt: skip


def _partial(partial: Partial | None) -> Document | None:
    """Numbers and what is shared; the networks' names are for operators, since they may be third parties."""
    if partial is None:
        return None
    return {
        "networks_failing": partial.failing, "networks_testing": partial.of, "family": partial.family or None,
        "region": partial.region or None,
    }  # fmt: skip


def _areas(view: View, one: Shown) -> list[Document]:
    return [_area(view, each) for each in one.incident.scope.areas] if one.is_ours else []


def _area(view: View, each: AffectedArea) -> Document:
    return {
        "service": each.service, "area": each.area, "name": named(view.situation.network.places, each.area),
        "state": each.state, "share": _share(each.share),
    }  # fmt: skip


def update_document(update: Update) -> Document:
    """One update, all of it."""
    return {
        "number": update.number, "at": iso(update.at), "status": update.status, "headline": update.headline,
        "text": update.text, "next_update_by": _iso(update.next_update_by), "by": update.by,
        "simulated": update.simulated, "answers": _answers(update),
    }  # fmt: skip


def _answers(update: Update) -> list[Document]:
    """Public ones only, whatever an update carries."""
    return [_answer(each) for each in update.answers if each.audience == "public"]


def _answer(answer: Answer) -> Document:
    return {
        "question": answer.question, "answer": answer.answer, "low": answer.low, "high": answer.high,
        "unit": answer.unit, "items": answer.items, "as_of": iso(answer.as_of), "basis": answer.basis,
    }  # fmt: skip


def service_document(view: View, service: Service) -> str:
    """`s/SERVICE.json`: how it stands, and its last ninety days."""
    here = touching(view, service.id, view.open)
    return write(
        head(view)
        | {
            "service": service.id, "name": service.name, "parent": service.parent,
            "as_of": _iso(max((one.as_of for one in here), default=None)),
            "state": failing_services(here).get(service.id, "affected") if here else None,
            "incidents": [_in_short(one) for one in here], "days": _days(service_days(view, service.id)),
            "page": service_address(service.id),
        }
    )  # fmt: skip


def history_document(view: View) -> str:
    """`history.json`: the last ninety days of every service."""
    found = [
        {"service": each.id, "name": each.name, "days": _days(service_days(view, each.id))}
        for each in view.situation.network.services
        if each.parent is None
    ]
    told = [_in_short(one) for one in view.all if not one.merged]
    return write(head(view) | {"services": found, "incidents": told})


def planned_document(view: View) -> str:
    """`planned.json`."""
    works = [
        {
            "id": each.id, "state": phase(view, each), "starts_at": iso(each.starts), "ends_at": iso(each.ends),
            "services": each.services, "areas": each.areas, "national": each.national, "impact": each.impact,
        }
        for each in view.situation.planned
    ]  # fmt: skip
    return write(head(view) | {"works": works})


def _days(found: ServiceDays) -> list[Document]:
    """Days not watched and without a problem are left out."""
    return [_of_day(each) for each in found.days if each.kind != "unwatched"]


def _of_day(day: Day) -> Document:
    return {
        "day": day.day.isoformat(), "state": day.kind, "problem_minutes": day.problem, "watched_minutes": day.watched,
    }  # fmt: skip


def codes_document(view: View) -> str:
    """`codes.json`: every code and prefix with its town and page, for whoever looks up."""
    network = view.situation.network
    rows = [
        {"code": area.id, "name": area.name, "page": area_address(page)}
        for area in network.places.areas
        if area.kind in ("area", "local") and (page := _page_of(view, area)) is not None
    ]
    return write(head(view) | {"codes": rows})


def _page_of(view: View, area: Area) -> Any:
    return area.id if area.kind == "area" else area.parent


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
