"""From the entries of a file's lists to components, probes and feeds in a draft."""

from collections.abc import Sequence
from typing import get_args

from lightship.edges.files.maps.draft import Draft
from lightship.edges.files.maps.findings import did_you_mean
from lightship.edges.files.maps.forms import ComponentForm, Entry, FeedForm, Member, ProbeForm
from lightship.edges.files.maps.gates import Gates
from lightship.edges.files.yaml_marks import Trail
from lightship.vocabulary.components import (
    Component,
    ComponentId,
    ComponentKind,
    FeedSubject,
    Gate,
    Need,
    ProbePath,
)
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Source

KINDS: dict[str, ComponentKind] = {kind: kind for kind in get_args(ComponentKind)}


def add_components(
    draft: Draft, entries: Sequence[tuple[int, ComponentForm]], gates: Gates, default: Source
) -> None:
    """Components; one with the id of a base's takes its place."""
    for n, form in entries:
        trail: Trail = ("components", n)
        name = ComponentId(form.id)
        if name in draft.written:
            first = gates.findings.document.place(draft.written[name])
            gates.findings.error(
                (*trail, "id"), f"the id {name!r} again, first at {first}", "an id of its own"
            )
            continue
        draft.written[name] = trail
        draft.components[name] = _component(form, trail, gates, default)


def _component(form: ComponentForm, trail: Trail, gates: Gates, default: Source) -> Component:
    kind = KINDS.get(form.kind)
    if kind is None:
        known = f"one of {', '.join(KINDS)}"
        gates.findings.error(
            (*trail, "kind"), f"no kind {form.kind!r}", did_you_mean(form.kind, KINDS, known)
        )
    source = gates.source(form.source, trail, default)
    found = (
        *_within(form, trail, gates, source),
        *_powered(form, trail, gates, source),
        *gates.needs(form.needs, (*trail, "needs"), source),
    )
    name = form.name or form.id
    return Component(
        ComponentId(form.id), kind or "other", name, found, form.public, form.owner, form.place, source
    )


def _within(form: ComponentForm, trail: Trail, gates: Gates, source: Source) -> tuple[Gate, ...]:
    if form.within is None:
        return ()
    return (Gate((gates.need(Member(form.within), (*trail, "in"), source),)),)


def _powered(form: ComponentForm, trail: Trail, gates: Gates, source: Source) -> tuple[Gate, ...]:
    """One supply is needed; of several, one is enough, unless a gate says otherwise."""
    here = (*trail, "powered_by")
    match form.powered_by:
        case None:
            return ()
        case str() as name:
            return (Gate((gates.need(Member(name), here, source),)),)
        case Entry(on=str(name)) as entry:
            share = entry.share if isinstance(entry.share, float) else 1.0
            return (Gate((gates.need(Member(name, share, entry.source), (*here, "on"), source),)),)
        case Entry() as entry:
            return gates.gate(entry, here, source)
        case names:
            members = gates.members(names, here, source)
            return (Gate(members, at_least=1),) if members else ()


def add_probes(draft: Draft, entries: Sequence[tuple[int, ProbeForm]], gates: Gates, default: Source) -> None:
    """Probes; one with the vantage, target and family of a base's takes its place."""
    seen: dict[tuple[str, str, int], Trail] = {}
    for n, form in entries:
        trail: Trail = ("probes", n)
        key = (form.vantage, form.target, form.family)
        if key in seen:
            first = gates.findings.document.place(seen[key])
            gates.findings.error(
                trail, f"this vantage and target again, first at {first}", "each once a family"
            )
            continue
        seen[key] = trail
        draft.probes[key] = _probe(draft, form, trail, gates, default)


def _probe(draft: Draft, form: ProbeForm, trail: Trail, gates: Gates, default: Source) -> ProbePath:
    service = (
        check_service(draft, form.service, (*trail, "service"), gates) if form.service is not None else None
    )
    if form.service is None and not form.control:
        gates.findings.error(trail, "a probe of no service", "`service: ID`, or `control: true`")
    source = gates.source(form.source, trail, default)
    found = gates.needs(form.via, (*trail, "via"), source)
    return ProbePath(
        form.vantage, form.target, form.network, form.family, service, form.control, found, form.region
    )


def add_feeds(draft: Draft, entries: Sequence[tuple[int, FeedForm]], gates: Gates) -> None:
    """Feeds and what they speak of."""
    for n, form in entries:
        for m, name in enumerate(form.about):
            subject = ComponentId(name)
            gates.mentions.append((subject, ("feeds", n, "about", m)))
            draft.feeds[(form.feed, subject)] = FeedSubject(form.feed, subject)


def check_service(draft: Draft, name: str, trail: Trail, gates: Gates) -> ServiceId:
    """The service of that name, complained about if there is none."""
    service = ServiceId(name)
    if service not in draft.services:
        known = ", ".join(draft.services)
        gates.findings.error(
            trail, f"no service {name!r}", did_you_mean(name, draft.services, f"one of {known}")
        )
    return service


def needs_of(gates: Sequence[Gate]) -> tuple[Need, ...]:
    """Every edge of some gates."""
    return tuple(need for gate in gates for need in gate.needs)
