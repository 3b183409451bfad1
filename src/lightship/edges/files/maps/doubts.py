"""What may be right but often is not: warnings, with the reason to look again."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from lightship.edges.files.maps.draft import Draft, mentioned
from lightship.edges.files.maps.findings import Findings
from lightship.edges.files.yaml_marks import Trail
from lightship.prevent.redundancy import FalseRedundancy, false_redundancies
from lightship.vocabulary.components import Component, ComponentId, NetworkMap
from lightship.vocabulary.services import ServiceId

ENDS = ("channel", "mirror", "status-host", "vantage-network")
"""Kinds that stand at an end: nothing needs to depend on them."""

NEARLY = 0.85
LISTED = 5


def doubt(network: NetworkMap, draft: Draft, findings: Findings) -> None:
    """Add every warning."""
    _near_names(draft, network, findings)
    _unused(draft, findings)
    _false_redundancy(network, draft, findings)
    _no_lines(network, findings)


def _near_names(draft: Draft, network: NetworkMap, findings: Findings) -> None:
    """Two buildings that people mix up are how an outage gets the wrong cause: both are in the same street."""
    buildings = [each for each in draft.components.values() if _is_named_building(each)]
    towns = frozenset(_folded(area.name) for area in network.places.areas)
    for one, other in combinations(buildings, 2):
        if not {one.id, other.id} & draft.written.keys():
            continue
        trail = draft.written.get(other.id, draft.written.get(one.id, ()))
        if nearly_one(one.name, other.name):
            found = (
                f"two buildings with nearly one name: {one.name!r} ({one.id}) and {other.name!r} ({other.id})"
            )
            findings.warning(trail, found, "make sure that nobody takes one for the other")
        elif one.place and _folded(one.place) not in towns and nearly_one(one.place, other.place):
            found = (
                f"two buildings in nearly one place: {one.name!r} ({one.id}) and {other.name!r} ({other.id})"
            )
            findings.warning(
                trail, f"{found}, {other.place}", "make sure that nobody takes one for the other"
            )


def nearly_one(one: str, other: str) -> bool:
    """Whether people would take one name for the other: alike but for numbers, or nearly alike.

    >>> nearly_one("Harbour Exchange 6/7", "Harbour Exchange 8/9")
    True
    >>> nearly_one("Harbour Exchange", "Telehouse North")
    False
    """
    left, right = _folded(one), _folded(other)
    if not left or not right:
        return False
    return left == right or SequenceMatcher(None, left, right).ratio() >= NEARLY


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W\d_]+", " ", text.lower()).split())


def _is_named_building(each: Component) -> bool:
    return each.kind == "building" and each.source.basis != "synthetic"


def _unused(draft: Draft, findings: Findings) -> None:
    gates = [each.gates for each in draft.components.values()] + list(draft.needs.values())
    gates += [each.gates for each in draft.areas.values()] + [each.gates for each in draft.probes.values()]
    used = mentioned(gate for own in gates for gate in own)
    idle = [name for name, each in draft.components.items() if name not in used and each.kind not in ENDS]
    for name in idle:
        if name in draft.written:
            findings.warning(
                draft.written[name], f"nothing depends on {name}", "name it in the needs of what does"
            )


def _false_redundancy(network: NetworkMap, draft: Draft, findings: Findings) -> None:
    alike: dict[tuple[ComponentId, ...], list[FalseRedundancy]] = {}
    for each in false_redundancies(network):
        alike.setdefault(each.shared, []).append(each)
    for shared, gates in alike.items():
        first = gates[0]
        more = f" (and {len(gates) - 1} more like it)" if len(gates) > 1 else ""
        how = "any" if first.at_least == 1 else str(first.at_least)
        found = f"{first.of} wants {how} of {_listed(first.members)}, but they share {_listed(shared)}{more}"
        would_do = "separate them, or remember that one failure takes them together"
        findings.warning(_trail(first.of, draft), found, would_do)


def _trail(name: str, draft: Draft) -> Trail:
    return draft.written.get(ComponentId(name), draft.written_services.get(ServiceId(name), ()))


def _no_lines(network: NetworkMap, findings: Findings) -> None:
    empty: dict[ServiceId, list[str]] = {}
    for each in network.service_areas:
        if each.lines == 0:
            empty.setdefault(each.service, []).append(each.area)
    for service, areas in empty.items():
        findings.warning(
            (), f"{service} has areas without lines: {_listed(areas)}", "give them lines or leave them out"
        )


def _listed(names: Iterable[str]) -> str:
    all_of_them = list(names)
    more = len(all_of_them) - LISTED
    return ", ".join(all_of_them[:LISTED]) + (f" and {more} more" if more > 0 else "")
