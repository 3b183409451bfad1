"""Tables of areas and services, as rows of words."""

from collections.abc import Sequence

import msgspec

from lightship.tell import numbers
from lightship.tell.site.addresses import area_address, service_address
from lightship.tell.site.standing import MARKS, WORDS, Standing, State, state_words
from lightship.vocabulary.alarms import AreaState
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.places import Area, PlaceTree
from lightship.vocabulary.services import Service, ServiceId

UNKNOWN = "None known"
FOLD_ABOVE = 40
"""More rows than this are folded away, for the page to stay one that can be read to its end on a phone."""
NAMES_UP_TO = 300
"""Rows of a table with the name of the place. On the worst of days the codes stand alone, the page keeps to its weight,
and the list by town has the names."""


class Cell(msgspec.Struct, frozen=True):
    """One state. `mark` empty: no problem known."""

    service: str
    mark: str
    words: str


class Row(msgspec.Struct, frozen=True):
    """One area. `name` empty where it would only repeat the code."""

    address: str
    code: str
    name: str
    cells: tuple[Cell, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Areas of one region."""

    name: str
    rows: tuple[Row, ...]


class Table(msgspec.Struct, frozen=True):
    """The areas that have a state."""

    caption: str
    services: tuple[str, ...]
    groups: tuple[Group, ...]


class Common(msgspec.Struct, frozen=True):
    """Areas that all stand the same."""

    title: str
    rows: tuple[Row, ...]


class ServiceRow(msgspec.Struct, frozen=True):
    """One service. `share`: how much of it, in words; empty where it is not known."""

    id: ServiceId
    name: str
    mark: str
    words: str
    share: str = ""

    @property
    def address(self) -> str:
        """Of the service's own page."""
        return service_address(self.id)


class ServiceTable(msgspec.Struct, frozen=True):
    """Services with their state."""

    caption: str
    rows: tuple[ServiceRow, ...]


def row(area: Area, cells: tuple[Cell, ...] = ()) -> Row:
    """An area as a row, or as a link."""
    return Row(area_address(area.id), area.id, area.name if area.name != area.id else "", cells)


def cells(standing: Standing, area: Area, names: dict[ServiceId, str]) -> tuple[Cell, ...]:
    """The states of an area, a cell for each service of the table."""
    return tuple(_cell(names[each], standing.of(area.id, each)) for each in standing.services)


def _cell(service: str, state: State | None) -> Cell:
    if state is None:
        return Cell(service, "", UNKNOWN)
    return Cell(service, MARKS[state.state], state_words(state))


def names_of(network: NetworkMap) -> dict[ServiceId, str]:
    """Each service by the name that customers use, with a capital."""
    return {each.id: capital(each.name) for each in network.services}


def table(standing: Standing, network: NetworkMap, as_of: str) -> Table | None:
    """The areas that have a state of their own, by region; None: there are none."""
    said = {area.id for area in standing.common}
    own = [area for area in standing.hit if area.id not in said]
    if not own:
        return None
    names = names_of(network)
    rows = [(region(network.places, area), row(area, cells(standing, area, names))) for area in own]
    if len(rows) > NAMES_UP_TO:
        rows = [(name, msgspec.structs.replace(each, name="")) for name, each in rows]
    caption = f"{len(own)} of {len(standing.leaves)} area codes, as of {as_of}"
    return Table(caption, tuple(names[each] for each in standing.services), _groups(rows))


def folded(found: Table | None) -> str:
    """What opens a table that is too long to stand open; empty: it is short."""
    rows = sum(len(group.rows) for group in found.groups) if found else 0
    return f"Show {rows} area codes" if rows > FOLD_ABOVE else ""


def common(standing: Standing, network: NetworkMap) -> Common | None:
    """What stands the same in very many areas, in one sentence; None: nothing does."""
    if not standing.common:
        return None
    names, many = names_of(network), len(standing.common)
    alike = {each: [standing.of(area.id, each) for area in standing.common] for each in standing.services}
    found = {each: [one for one in states if one is not None] for each, states in alike.items()}
    said = [f"{names[each]}: {state_words(*states).lower()}" for each, states in found.items() if states]
    whole = many == len(standing.leaves)
    title = f"{'; '.join(said)} ({'all ' if whole else ''}{many} area codes)"
    return Common(title, tuple(row(area) for area in standing.common))


def _groups(rows: Sequence[tuple[str, Row]]) -> tuple[Group, ...]:
    found: dict[str, list[Row]] = {}
    for name, each in rows:
        found.setdefault(name, []).append(each)
    return tuple(Group(name, tuple(sorted(found[name], key=lambda r: r.code))) for name in sorted(found))


def region(places: PlaceTree, area: Area) -> str:
    """The region or nation that an area lies in; empty where there is none."""
    above = places.get(area.parent) if area.parent is not None else None
    return above.name if above is not None and above.kind != "country" else ""


def tally(standing: Standing) -> tuple[tuple[str, str], ...]:
    """How many areas stand how, as (mark, words)."""
    order: tuple[AreaState, ...] = ("affected", "likely", "recovered")
    return tuple(
        (MARKS[each], f"{standing.counts[each]} {WORDS[each].lower()}")
        for each in order
        if standing.counts[each]
    )


def services_here(standing: Standing, area: Area, network: NetworkMap) -> ServiceTable:
    """Every service of the provider in one area."""
    rows = tuple(
        _service_row(each, standing.of(area.id, each.id)) for each in told_services(network, standing)
    )
    return ServiceTable(f"Services in {area.id} {area.name}".strip(), rows)


def told_services(network: NetworkMap, standing: Standing) -> tuple[Service, ...]:
    """The services people know, and those of their parts that have a state."""
    return tuple(each for each in network.services if each.parent is None or each.id in standing.services)


def _service_row(service: Service, state: State | None) -> ServiceRow:
    if state is None:
        return ServiceRow(service.id, capital(service.name), "", "No problem known")
    share = ""
    if state.share is not None and state.state == "affected":
        value, low, high = state.share
        between = numbers.between(low, high)
        share = f"{numbers.about(value)} lines{f' ({between})' if between else ''}"
    return ServiceRow(service.id, capital(service.name), MARKS[state.state], state_words(state), share)


def services_everywhere(network: NetworkMap, states: dict[ServiceId, AreaState], as_of: str) -> ServiceTable:
    """Every service that people know, without places."""
    rows = tuple(
        ServiceRow(each.id, capital(each.name), MARKS[states[each.id]], WORDS[states[each.id]])
        if each.id in states
        else ServiceRow(each.id, capital(each.name), "", "No problem known")
        for each in network.services
        if each.parent is None or each.id in states
    )
    return ServiceTable(f"As of {as_of}", rows)


def capital(words: str) -> str:
    """With a capital at its beginning.

    >>> capital("phone calls")
    'Phone calls'
    """
    return words[:1].upper() + words[1:]
