"""The Statuspage API v2, so that what reads other status pages reads this one: all eight documents, every field.

Shape: the public API of Statuspage (eight read-only documents under /api/v2), as its clients read it. What it has no
place for (areas, promises, estimates) stands in the key `lightship` of each object; known clients ignore keys they do
not know. Its words are fewer than ours: `operational` there means "no problem known".
"""

from typing import Any

from lightship.tell.planned import Announced
from lightship.tell.site.addresses import incident_address
from lightship.tell.site.documents import write
from lightship.tell.site.formats.gravity import Gravity, gravity, of_service
from lightship.tell.site.front import lead
from lightship.tell.site.planned import work_title
from lightship.tell.site.shown import Shown
from lightship.tell.site.standing import failing_services
from lightship.tell.site.view import View
from lightship.vocabulary.services import Service
from lightship.vocabulary.time import Instant, iso
from lightship.vocabulary.updates import Update

FOLDER = "api/v2/"
RECENT = 50
"""Incidents in the documents that list them."""

Document = dict[str, Any]

_INDICATOR: dict[Gravity | None, str] = {
    None: "none",
    "minor": "minor",
    "major": "major",
    "critical": "critical",
}
_COMPONENT: dict[Gravity | None, str] = {
    None: "operational", "minor": "degraded_performance", "major": "partial_outage", "critical": "major_outage",
}  # fmt: skip


def statuspage(view: View) -> dict[str, str]:
    """The eight documents by path."""
    told = [one for one in view.all if not one.merged]
    every = [_incident(view, one) for one in sorted(told, key=lambda one: -one.incident.opened_at)[:RECENT]]
    unresolved = [_incident(view, one) for one in view.open]
    page, status, components = _page(view), _status(view), _components(view)
    works = [_work(view, each) for each in view.situation.planned]
    coming = [each for each in works if each["status"] == "scheduled"]
    active = [each for each in works if each["status"] == "in_progress"]
    summary = {
        "page": page, "components": components, "incidents": unresolved,
        "scheduled_maintenances": [*active, *coming],
        "status": status,
    }  # fmt: skip
    documents: dict[str, Document] = {
        "summary": summary,
        "status": {"page": page, "status": status},
        "components": {"page": page, "components": components},
        "incidents": {"page": page, "incidents": every},
        "incidents/unresolved": {"page": page, "incidents": unresolved},
        "scheduled-maintenances": {"page": page, "scheduled_maintenances": works},
        "scheduled-maintenances/upcoming": {"page": page, "scheduled_maintenances": coming},
        "scheduled-maintenances/active": {"page": page, "scheduled_maintenances": active},
    }
    return {f"{FOLDER}{name}.json": write(document) for name, document in documents.items()}


def _page(view: View) -> Document:
    situation = view.situation
    return {
        "id": _id(view), "name": situation.network.provider, "url": situation.settings.address or "/",
        "time_zone": situation.settings.zone, "updated_at": iso(situation.at),
        "lightship": {
            "simulated": situation.settings.simulated, "deployment": situation.settings.deployment,
            "next_update_by": _iso(view.promise), "sequence": situation.sequence,
        },
    }  # fmt: skip


def _id(view: View) -> str:
    return view.situation.network.id or "lightship"


def _status(view: View) -> Document:
    words = "Simulated: " if view.situation.settings.simulated else ""
    return {"indicator": _INDICATOR[gravity(view.open)], "description": f"{words}{lead(view).headline}"}


def _components(view: View) -> list[Document]:
    services = view.situation.network.services
    return [_component(view, number, each, services) for number, each in enumerate(services, 1)]


def _component(view: View, position: int, service: Service, services: tuple[Service, ...]) -> Document:
    children = [each.id for each in services if each.parent == service.id]
    as_of = iso(view.changed_at or view.situation.at)
    found: Document = {
        "id": service.id, "name": service.name[:1].upper() + service.name[1:],
        "status": _COMPONENT[of_service(view, service.id)], "created_at": as_of, "updated_at": as_of,
        "position": position, "description": None,
        "showcase": True, "start_date": None, "group_id": service.parent, "page_id": _id(view),
        "group": bool(children), "only_show_if_degraded": False,
        "lightship": {"state": failing_services(view.open).get(service.id), "means": "no state: no problem known"},
    }  # fmt: skip
    return found | ({"components": children} if children else {})


def _incident(view: View, one: Shown) -> Document:
    incident, latest = one.incident, one.latest
    oldest_first = one.updates[::-1]
    return {
        "id": incident.id, "name": latest.headline, "status": latest.status,
        "impact": _INDICATOR[gravity([one], whatever=True)], "created_at": iso(incident.opened_at),
        "updated_at": iso(latest.at), "started_at": iso(incident.onset.likeliest),
        "monitoring_at": _first(oldest_first, "monitoring"), "resolved_at": _resolved(one),
        "shortlink": f"{view.situation.settings.address}/{incident_address(incident.id)}", "page_id": _id(view),
        "incident_updates": [_update(each) for each in one.updates],
        "components": [each for each in _components(view) if each["id"] in one.services],
        "lightship": {
            "next_update_by": _iso(latest.next_update_by), "areas": _areas(one), "national": incident.scope.national,
            "simulated": view.situation.settings.simulated, "document": f"{incident_address(incident.id)[:-1]}.json",
        },
    }  # fmt: skip


def _work(view: View, work: Announced) -> Document:
    """When it was announced is not known: `created_at` repeats its beginning."""
    at, address = view.situation.at, f"{view.situation.settings.address}/planned/"
    status = "scheduled" if at < work.starts else "in_progress" if at < work.ends else "completed"
    return {
        "id": work.id, "name": work_title(work, view.situation.network), "status": status, "impact": "maintenance",
        "created_at": iso(work.starts), "updated_at": iso(work.starts), "started_at": iso(work.starts),
        "monitoring_at": None, "resolved_at": iso(work.ends) if status == "completed" else None,
        "shortlink": f"{address}#{work.id}", "page_id": _id(view), "incident_updates": [],
        "components": [each for each in _components(view) if each["id"] in work.services],
        "scheduled_for": iso(work.starts), "scheduled_until": iso(work.ends),
        "lightship": {
            "areas": work.areas, "national": work.national, "impact": work.impact,
            "simulated": view.situation.settings.simulated,
        },
    }  # fmt: skip


def _update(each: Update) -> Document:
    return {
        "id": f"{each.incident}.{each.number}", "status": each.status, "body": each.text, "incident_id": each.incident,
        "created_at": iso(each.at), "updated_at": iso(each.at), "display_at": iso(each.at),
        "affected_components": None, "deliver_notifications": True,
        "lightship": {"by": each.by, "headline": each.headline, "next_update_by": _iso(each.next_update_by)},
    }  # fmt: skip


def _areas(one: Shown) -> dict[str, list[str]]:
    """Codes by their state; none where the trouble is another's."""
    found: dict[str, list[str]] = {}
    for each in one.incident.scope.areas if one.is_ours else ():
        rows = found.setdefault(each.state, [])
        if each.area not in rows:
            rows.append(each.area)
    return found


def _resolved(one: Shown) -> str | None:
    """Of one that opened again, only once it has ended again."""
    return None if one.is_open else iso(one.latest.at)


def _first(oldest_first: tuple[Update, ...], status: str) -> str | None:
    return next((iso(each.at) for each in oldest_first if each.status == status), None)


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
