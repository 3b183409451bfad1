"""A map as YAML for people: one line a component, the same bytes for the same map."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from lightship.edges.files.maps.sources_named import named_sources
from lightship.vocabulary.components import (
    Component,
    FeedSubject,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
)
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.sources import Source
from lightship.vocabulary.spread import spread

FORMAT = "lightship-map/1"

_PLAIN = re.compile(r"[A-Za-z][\w.-]*(?: [\w.-]+)*")
_TAKEN = {"true", "false", "null"}


def to_yaml(network: NetworkMap, places: str = "uk") -> str:
    """The map as a file that `load_map` reads back as the same map.

    Args:
        places: what the file calls its place tree: a name, or a path from where the file will stand.
    """
    names = named_sources(network)
    default = _most_common(network)
    writer = _Writer(names, default)
    lines = [
        *_comment(network),
        f"map: {FORMAT}",
        f"id: {_scalar(network.id)}",
        f"provider: {_scalar(network.provider)}",
        *([f"note: {_scalar(network.note)}"] if network.note else []),
        *(["synthetic: true"] if network.synthetic else []),
        f"places: {_scalar(places)}",
        f"source: {names[default]}  # of every edge that names no other",
        *writer.sources(),
        *_section("brands", [_flow({"id": each.id, "name": each.name}) for each in network.brands]),
        *writer.services(network),
        *_section("components", [writer.component(each) for each in network.components]),
        *_section("access", writer.access(network)),
        *_section("probes", [writer.probe(each) for each in network.probes]),
        *_section("feeds", _feeds(network.feeds)),
    ]
    return "\n".join(lines) + "\n"


def _comment(network: NetworkMap) -> list[str]:
    if not network.synthetic:
        return []
    return ["# SYNTHETIC. This map was made by a generator or assumed. It describes no real network.", ""]


def _section(name: str, entries: Iterable[str]) -> list[str]:
    lines = [f"  - {entry}" for entry in entries]
    return ["", f"{name}:", *lines] if lines else []


def _most_common(network: NetworkMap) -> Source:
    counts = Counter(each.source for each in network.components)
    counts.update(each.source for each in network.service_areas)
    counts.update(need.source for each in network.service_needs for gate in each.gates for need in gate.needs)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], repr(item[0])))
    return ranked[0][0] if ranked else Source(basis="assumed")


class _Writer:
    """Writes entries; an edge names its source only where it differs from its owner's."""

    def __init__(self, names: Mapping[Source, str], default: Source) -> None:
        self._names, self._default = names, default

    def sources(self) -> list[str]:
        own = [
            (name, source)
            for source, name in self._names.items()
            if name not in ("assumed", "synthetic", "stated")
        ]
        lines = [f"  {name}: {_flow(_source(source))}" for name, source in own]
        return ["", "sources:", *lines] if lines else []

    def services(self, network: NetworkMap) -> list[str]:
        needs = {each.service: each.gates for each in network.service_needs}
        areas: dict[ServiceId, list[ServiceArea]] = {}
        for each in network.service_areas:
            areas.setdefault(each.service, []).append(each)
        return _section(
            "services",
            [
                self._service(each, areas.get(each.id, []), needs.get(each.id, ()), network)
                for each in network.services
            ],
        )

    def _service(
        self, service: Service, areas: list[ServiceArea], gates: tuple[Gate, ...], network: NetworkMap
    ) -> str:
        fields: dict[str, object] = {"id": service.id, "name": service.name}
        fields |= {"parent": service.parent} if service.parent else {}
        fields |= {"emergency": True} if service.emergency else {}
        fields |= {} if service.reported else {"reported": False}
        fields |= _lines(areas, network)
        return _flow(fields | self._needs("needs", gates, self._default))

    def component(self, each: Component) -> str:
        fields: dict[str, object] = {"id": each.id, "kind": each.kind}
        fields |= {"name": each.name} if each.name != each.id else {}
        texts = {"public": each.public, "owner": each.owner, "place": each.place}
        fields |= {key: text for key, text in texts.items() if text}
        return _flow(
            fields | self._of(each.source, self._default) | self._needs("needs", each.gates, each.source)
        )

    def access(self, network: NetworkMap) -> list[str]:
        """Service areas that hang on the same things in one entry."""
        alike: dict[tuple[AreaId, tuple[Gate, ...], Source], list[ServiceId]] = {}
        for each in network.service_areas:
            if each.gates or each.source != self._default:
                alike.setdefault((each.area, each.gates, each.source), []).append(each.service)
        return [self._access(*key, services) for key, services in alike.items()]

    def _access(
        self, area: AreaId, gates: tuple[Gate, ...], source: Source, services: list[ServiceId]
    ) -> str:
        fields: dict[str, object] = {"area": area, "services": services} | self._of(source, self._default)
        if gates and gates[0].split:
            fields["by"] = self._members(gates[0].needs, source)
            gates = gates[1:]
        return _flow(fields | self._needs("needs", gates, source))

    def probe(self, each: ProbePath) -> str:
        fields: dict[str, object] = {"vantage": each.vantage, "network": each.network, "target": each.target}
        fields |= {"family": each.family} if each.family else {}
        fields |= {"service": each.service} if each.service else {}
        fields |= {"control": True} if each.control else {}
        fields |= {"region": each.region} if each.region else {}
        return _flow(fields | self._needs("via", each.gates, self._default))

    def _needs(self, key: str, gates: tuple[Gate, ...], owner: Source) -> dict[str, object]:
        """Single entries for a gate of which all are needed, unless the one before it is of that kind too."""
        entries: list[object] = []
        plain_before = False
        for gate in gates:
            plain = gate.at_least is None and not gate.split and not plain_before
            members = self._members(gate.needs, owner)
            entries += members if plain else [_gate(gate, members)]
            plain_before = plain
        return {key: entries} if entries else {}

    def _members(self, needs: tuple[Need, ...], owner: Source) -> list[object]:
        return [self._member(need, owner) for need in needs]

    def _member(self, need: Need, owner: Source) -> object:
        extra: dict[str, object] = {"share": need.share} if need.share != 1.0 else {}
        extra |= self._of(need.source, owner)
        return {"on": need.on} | extra if extra else need.on

    def _of(self, source: Source, default: Source) -> dict[str, object]:
        return {} if source == default else {"source": self._names[source]}


def _gate(gate: Gate, members: list[object]) -> dict[str, object]:
    if gate.split:
        return {"split": members}
    if gate.at_least is None:
        return {"all_of": members}
    return {"any_of": members} if gate.at_least == 1 else {"at_least": gate.at_least, "of": members}


def _source(source: Source) -> dict[str, object]:
    texts = {"publisher": source.publisher, "url": source.url, "as_of": source.as_of, "note": source.note}
    return {"basis": source.basis} | {key: text for key, text in texts.items() if text}


def _lines(areas: list[ServiceArea], network: NetworkMap) -> dict[str, object]:
    """The total where sharing it out by weight gives the same lines; else the lines of each area."""
    if not areas:
        return {}
    total = sum(each.lines for each in areas)
    people = [area for area in network.places.leaves() if area.weight > 0]
    shared = dict(
        zip((area.id for area in people), spread(round(total), [a.weight for a in people]), strict=True)
    )
    if [(each.area, each.lines) for each in areas] == list(shared.items()):
        return {"lines": _whole(total), "spread": "by_area_code"}
    return {"lines": {each.area: _whole(each.lines) for each in areas}}


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _feeds(feeds: tuple[FeedSubject, ...]) -> list[str]:
    about: dict[str, list[str]] = {}
    for each in feeds:
        about.setdefault(each.feed, []).append(each.subject)
    return [_flow({"feed": feed, "about": subjects}) for feed, subjects in about.items()]


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """A scalar that reads back as it was: text is quoted unless it is plainly words."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _TAKEN
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
