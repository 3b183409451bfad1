"""From a file's services and access to service areas: how many lines where, and what they hang on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET

from lightship.edges.files.maps.draft import Draft
from lightship.edges.files.maps.findings import Findings, did_you_mean
from lightship.edges.files.maps.forms import AccessForm, ServiceForm
from lightship.edges.files.maps.gates import Gates
from lightship.edges.files.maps.sections import check_service
from lightship.edges.files.yaml_marks import Trail
from lightship.vocabulary.components import Gate, Need, ServiceArea
from lightship.vocabulary.places import AreaId, PlaceTree
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.sources import Source
from lightship.vocabulary.spread import spread


def add_services(
    draft: Draft, entries: Sequence[tuple[int, ServiceForm]], places: PlaceTree, gates: Gates, default: Source
) -> None:
    """Services with their lines; for one that the base has, what is said changes it and its needs are added."""
    for n, form in entries:
        trail: Trail = ("services", n)
        service = _service(draft, form)
        if service.id in draft.written_services:
            first = gates.findings.document.place(draft.written_services[service.id])
            gates.findings.error(
                (*trail, "id"), f"the id {form.id!r} again, first at {first}", "an id of its own"
            )
            continue
        draft.written_services[service.id] = trail
        source = gates.source(form.source, trail, default)
        draft.services[service.id] = service
        more = gates.needs(form.needs, (*trail, "needs"), source)
        draft.needs[service.id] = (*draft.needs.get(service.id, ()), *more)
        _add_lines(draft, form, service.id, trail, places, gates.findings, source)
    _check_parents(draft, entries, gates)


def _service(draft: Draft, form: ServiceForm) -> Service:
    known = draft.services.get(ServiceId(form.id), Service(ServiceId(form.id), form.id))
    parent = known.parent if form.parent is UNSET else ServiceId(form.parent) if form.parent else None
    return Service(
        known.id,
        known.name if form.name is UNSET else form.name,
        parent,
        known.emergency if form.emergency is UNSET else form.emergency,
        known.reported if form.reported is UNSET else form.reported,
    )


def _check_parents(draft: Draft, entries: Sequence[tuple[int, ServiceForm]], gates: Gates) -> None:
    for n, form in entries:
        if isinstance(form.parent, str):
            check_service(draft, form.parent, ("services", n, "parent"), gates)
        above, chain = draft.services.get(ServiceId(form.id)), [form.id]
        while above is not None and above.parent is not None and len(chain) <= len(draft.services):
            chain.append(above.parent)
            above = draft.services.get(above.parent)
            if chain[-1] == form.id:
                gates.findings.error(("services", n, "parent"), " -> ".join(chain), "a tree without a circle")
                break


def _add_lines(
    draft: Draft, form: ServiceForm, service: ServiceId, trail: Trail, places: PlaceTree, findings: Findings,
    source: Source,
) -> None:  # fmt: skip
    if form.lines is UNSET:
        return
    old = {area: each for (owner, area), each in draft.areas.items() if owner == service}
    draft.areas = {key: each for key, each in draft.areas.items() if key[0] != service}
    for area, lines in _lines(form, trail, places, findings).items():
        gates = old[area].gates if area in old else ()
        draft.areas[(service, area)] = ServiceArea(service, area, lines, gates, source)


def _lines(form: ServiceForm, trail: Trail, places: PlaceTree, findings: Findings) -> dict[AreaId, float]:
    here = (*trail, "lines")
    if isinstance(form.lines, dict):
        found = {
            area: count
            for name, count in form.lines.items()
            for area in leaves(name, (*here, name), places, findings)
        }
        for name, count in form.lines.items():
            _check_count(count, (*here, name), findings)
        return found
    total = form.lines if isinstance(form.lines, float) else 0.0
    if not _check_count(total, here, findings):
        return {}
    wanted = (
        form.areas if form.areas is not None else [area.id for area in places.leaves() if area.weight > 0]
    )
    areas = dict.fromkeys(
        area for n, name in enumerate(wanted) for area in leaves(name, (*trail, "areas", n), places, findings)
    )
    shares = spread(round(total), [places.by_id[area].weight for area in areas])
    return dict(zip(areas, map(float, shares), strict=True))


def _check_count(count: float, trail: Trail, findings: Findings) -> bool:
    if 0 <= count < 1e10:
        return True
    findings.error(trail, f"{count:g} lines", "0 or more")
    return False


def leaves(name: str, trail: Trail, places: PlaceTree, findings: Findings) -> tuple[AreaId, ...]:
    """The areas at or below a node of the place tree; complains about one that is not there."""
    if places.get(AreaId(name)) is None:
        findings.error(trail, f"no area {name!r}", _area_like(name, places))
        return ()
    return tuple(area.id for area in places.leaves(AreaId(name)))


def _area_like(name: str, places: PlaceTree) -> str:
    by_name = [area for area in places.areas if area.name.lower() == name.lower()]
    if by_name:
        return f"did you mean {by_name[0].id!r} ({by_name[0].name})?"
    return did_you_mean(name, places.by_id, 'a code such as "0113", or "region:Wales"')


@dataclass
class _Access:
    """What a service area hangs on, over all entries that speak of it."""

    parts: list[Need] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    source: Source | None = None
    first: Trail = ()


def add_access(
    draft: Draft, entries: Sequence[tuple[int, AccessForm]], places: PlaceTree, gates: Gates, default: Source
) -> None:
    """What stands between services and areas; it takes the place of what the base says of that service there."""
    found: dict[tuple[ServiceId, AreaId], _Access] = {}
    for n, form in entries:
        trail: Trail = ("access", n)
        source = gates.source(form.source, trail, default)
        by = [form.by] if isinstance(form.by, str) else form.by or []
        where: Trail = (*trail, "by")
        parts = gates.members(by, where, source)
        more = gates.needs(form.needs, (*trail, "needs"), source)
        for key in _meant(draft, form, trail, places, gates):
            access = found.setdefault(key, _Access(first=where))
            access.parts += parts
            access.gates += more
            access.source = source
    for key, access in found.items():
        gates.check_split(access.parts, access.first)
        split = (Gate(tuple(access.parts), split=True),) if access.parts else ()
        draft.areas[key] = msgspec.structs.replace(
            draft.areas[key], gates=(*split, *access.gates), source=access.source or default
        )


def _meant(
    draft: Draft, form: AccessForm, trail: Trail, places: PlaceTree, gates: Gates
) -> list[tuple[ServiceId, AreaId]]:
    """The service areas that an entry speaks of."""
    named: list[tuple[str, str, int | None]] = []
    named += [(form.service, "service", None)] if form.service is not None else []
    named += [(name, "services", n) for n, name in enumerate(form.services or [])]
    if not named:
        gates.findings.error(trail, "access to no service", "`service: ID` or `services: [ID, ID]`")
    services = [check_service(draft, name, _at(trail, key, n), gates) for name, key, n in named]
    areas = _areas(form, trail, places, gates.findings)
    return [key for service in services for key in _there(draft, service, areas, trail, gates.findings)]


def _at(trail: Trail, key: str, n: int | None) -> Trail:
    return (*trail, key) if n is None else (*trail, key, n)


def _areas(form: AccessForm, trail: Trail, places: PlaceTree, findings: Findings) -> list[AreaId] | None:
    """None: everywhere."""
    if form.area is None and form.areas is None:
        return None
    own = leaves(form.area, (*trail, "area"), places, findings) if form.area is not None else ()
    listed = [leaves(name, (*trail, "areas", n), places, findings) for n, name in enumerate(form.areas or [])]
    return [*own, *(area for group in listed for area in group)]


def _there(
    draft: Draft, service: ServiceId, areas: list[AreaId] | None, trail: Trail, findings: Findings
) -> list[tuple[ServiceId, AreaId]]:
    if areas is None:
        return [key for key in draft.areas if key[0] == service]
    missing = [area for area in areas if (service, area) not in draft.areas]
    if missing and service in draft.services:
        findings.error(
            trail, f"{service} has no lines in {missing[0]}", f"give {service} lines there, or leave it out"
        )
    return [(service, area) for area in areas if (service, area) in draft.areas]
