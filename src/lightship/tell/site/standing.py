"""How each area stands, over all open incidents: per service one of failing, may be failing, working again, or nothing
known. Nothing known is not "fine"."""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from lightship.tell.site.shown import Shown
from lightship.vocabulary.alarms import AreaState
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.places import Area, AreaId
from lightship.vocabulary.services import ServiceId

WORDS: dict[AreaState, str] = {
    "affected": "Failing",
    "likely": "May be failing",
    "recovered": "Working again",
}
MARKS: dict[AreaState, str] = {"affected": "f", "likely": "l", "recovered": "r"}
"""Class of the style sheet that draws shape and colour."""

COMMON_FROM = 100
"""So many areas that stand the same are said in one sentence with a list of codes."""

_RANK: dict[AreaState, int] = {"affected": 2, "likely": 1, "recovered": 0}


class State(msgspec.Struct, frozen=True):
    """One service in one area. `share` as in `AffectedArea`."""

    incident: IncidentId
    state: AreaState
    share: tuple[float, float, float] | None = None


NEARLY_ALL = 0.85
"""From this share of the lines on, "for some people" would be too little."""


def state_words(*states: State) -> str:
    """How they stand, all of them in the same state: "Failing" alone would tell everybody that their line is dead."""
    first = states[0].state
    whole = all(each.share is not None and each.share[0] >= NEARLY_ALL for each in states)
    return WORDS[first] if whole or first != "affected" else f"{WORDS[first]} for some"


class Standing(msgspec.Struct, frozen=True, dict=True):
    """The states of all areas.

    Args:
        services: those that fail, failed or may fail somewhere, in the order of the map.
        states: per area and service; an absent one: no problem known.
        leaves: every area there is.
    """

    services: tuple[ServiceId, ...]
    states: dict[AreaId, dict[ServiceId, State]]
    leaves: tuple[Area, ...]

    def of(self, area: AreaId, service: ServiceId) -> State | None:
        """The state of one service in one area; None: no problem known."""
        return self.states.get(area, {}).get(service)

    @cached_property
    def hit(self) -> tuple[Area, ...]:
        """Areas with a state, in the order of the tree."""
        return tuple(area for area in self.leaves if area.id in self.states)

    @cached_property
    def others(self) -> tuple[Area, ...]:
        """Areas without one."""
        return tuple(area for area in self.leaves if area.id not in self.states)

    @cached_property
    def counts(self) -> dict[AreaState, int]:
        """Areas by their worst state."""
        found: dict[AreaState, int] = {"affected": 0, "likely": 0, "recovered": 0}
        for states in self.states.values():
            found[max((each.state for each in states.values()), key=_RANK.__getitem__)] += 1
        return found

    def pattern(self, area: Area) -> tuple[AreaState | None, ...]:
        """How an area stands, service by service."""
        states = self.states.get(area.id, {})
        return tuple(states[each].state if each in states else None for each in self.services)

    @cached_property
    def common(self) -> tuple[Area, ...]:
        """The largest set of areas with a state that all stand the same, where it is too large for a row each."""
        found: dict[tuple[AreaState | None, ...], list[Area]] = {}
        for area in self.hit:
            found.setdefault(self.pattern(area), []).append(area)
        largest = max(found.values(), key=len, default=[])
        return tuple(largest) if len(largest) >= COMMON_FROM else ()


def standing(found: Sequence[Shown], network: NetworkMap) -> Standing:
    """How each area stands by these incidents; those on another provider's network paint nothing."""
    leaves = network.places.leaves()
    known = {area.id for area in leaves}
    states: dict[AreaId, dict[ServiceId, State]] = {}
    for each in found:
        for row in each.incident.scope.areas if each.is_ours else ():
            if row.area in known:
                _keep_worse(
                    states.setdefault(row.area, {}),
                    row.service,
                    State(each.incident.id, row.state, row.share),
                )
    named = {service for row in states.values() for service in row}
    services = tuple(each.id for each in network.services if each.id in named)
    return Standing(services, states, leaves)


def _keep_worse(row: dict[ServiceId, State], service: ServiceId, new: State) -> None:
    old = row.get(service)
    if old is None or _RANK[new.state] > _RANK[old.state]:
        row[service] = new


def failing_services(found: Sequence[Shown]) -> dict[ServiceId, AreaState]:
    """Services named by open incidents of ours, with their worst state: all there is where places mean nothing."""
    states: dict[ServiceId, AreaState] = {}
    for each in found:
        if each.is_ours:
            state: AreaState = "recovered" if each.looks_healthy else "affected"
            for service in each.services:
                old = states.get(service)
                states[service] = state if old is None or _RANK[state] > _RANK[old] else old
    return states
