"""What `lightship map show` says, as values."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.prevent.redundancy import false_redundancies
from lightship.prevent.single_points import SinglePoint, single_points
from lightship.vocabulary.components import Component, ComponentId, Gate
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.observables import CountRow, ProbeRow

WORST = 10
LARGEST_AREAS = 15


class ServiceLine(msgspec.Struct, frozen=True):
    """A service, its lines and areas (0 where its reports are counted by a service above), and what it needs."""

    id: str
    name: str
    parent: str | None
    lines: float
    areas: int
    probes: int
    needs: tuple[str, ...]


class KindLine(msgspec.Struct, frozen=True):
    """How many components of a kind, and how many of them nobody would miss alone."""

    kind: str
    components: int
    without_effect_alone: int


class PointLine(msgspec.Struct, frozen=True):
    """A single point of failure: components that take the same lines down, and what."""

    members: tuple[str, ...]
    kinds: tuple[str, ...]
    lines: float
    by_service: dict[str, float]
    areas: int


class Summary(msgspec.Struct, frozen=True, tag="map"):
    """What a map says, in short.

    Args:
        gates: number of gates by what they want ("all of", "any of", "2 of 4", "split").
        shared: redundancy that one failure takes away: the gate's owner, its members, what they share.
        classes: components that differ in what they take down, alike ones counted once.
        cells: entries of the footprints other than zero.
    """

    id: str
    version: str
    provider: str
    synthetic: bool
    note: str
    services: tuple[ServiceLine, ...]
    kinds: tuple[KindLine, ...]
    gates: dict[str, int]
    single_points: tuple[PointLine, ...]
    shared: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    components: int
    classes: int
    rows: int
    cells: int


class AreaLine(msgspec.Struct, frozen=True):
    """What one area loses of one service."""

    service: str
    area: str
    name: str
    share: float
    lines: float


class ComponentSummary(msgspec.Struct, frozen=True, tag="component"):
    """One component: what it needs, what needs it, what it takes with it.

    Args:
        alike: other components with the same footprint: signals cannot tell them apart.
        largest: the areas that lose most lines; `areas` counts all of them.
        probes: "target from vantage" of the probes that fail with it.
    """

    id: str
    name: str
    kind: str
    place: str
    owner: str
    public: str
    source: str
    synthetic: bool
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    alike: tuple[str, ...]
    lines: float
    by_service: dict[str, float]
    areas: int
    largest: tuple[AreaLine, ...]
    probes: tuple[str, ...]


def summary(feet: Footprints) -> Summary:
    """The whole map in short."""
    network = feet.network
    shared = false_redundancies(network)
    return Summary(
        id=network.id,
        version=network.version,
        provider=network.provider,
        synthetic=network.synthetic,
        note=network.note,
        services=_services(feet),
        kinds=_kinds(feet),
        gates=_gates(feet),
        single_points=tuple(_point(feet, each) for each in single_points(feet, count=WORST)),
        shared=tuple((each.of, each.members, each.shared) for each in shared),
        components=len(feet.components),
        classes=len(np.unique(feet.classes)),
        rows=len(feet.rows),
        cells=int(feet.share.nnz),
    )


def component_summary(feet: Footprints, name: str, file: str) -> ComponentSummary:
    """One component. Raises BadInput where the map has none of that id."""
    each = feet.network.component.get(ComponentId(name))
    if each is None:
        from lightship.edges.files.maps.findings import did_you_mean

        hint = did_you_mean(name, feet.components, f"an id that stands in {file}")
        raise BadInput(f"--component {name}", f"{file} has no component of that id", hint)
    loss = feet.footprint(each.id)
    areas = _areas(feet, loss)
    by_service: dict[str, float] = {}
    for area in areas:
        by_service[area.service] = by_service.get(area.service, 0.0) + area.lines
    number = feet.index[each.id]
    return ComponentSummary(
        id=each.id,
        name=each.name,
        kind=each.kind,
        place=each.place,
        owner=each.owner,
        public=each.public,
        source=each.source.basis,
        synthetic=feet.network.synthetic,
        needs=tuple(gate_text(gate) for gate in each.gates),
        needed_by=_needed_by(feet, each),
        alike=tuple(
            feet.components[n] for n in np.flatnonzero(feet.classes == feet.classes[number]) if n != number
        ),
        lines=sum(by_service.values()),
        by_service=by_service,
        areas=len(areas),
        largest=tuple(sorted(areas, key=lambda area: (-area.lines, area.service, area.area))[:LARGEST_AREAS]),
        probes=_probes(feet, loss),
    )


def gate_text(gate: Gate) -> str:
    """A gate in words: "any of core-1a, core-1b", "split over peering-1 (14 %), peering-2 (12 %)"."""
    members = ", ".join(f"{n.on} ({n.share:.3g})" if n.share != 1.0 else n.on for n in gate.needs)
    if gate.split:
        return f"split over {members}"
    if gate.at_least is None:
        return members
    return f"any of {members}" if gate.at_least == 1 else f"{gate.at_least} of {members}"


def _services(feet: Footprints) -> tuple[ServiceLine, ...]:
    network = feet.network
    lines: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    for each in network.service_areas:
        lines[each.service] += each.lines  # type: ignore[assignment]  # a Counter of floats is fine
        areas[each.service] += 1
    probes = Counter(each.service for each in network.probes)
    needs = {each.service: each.gates for each in network.service_needs}
    return tuple(
        ServiceLine(
            each.id, each.name, each.parent, float(lines[each.id]), areas[each.id], probes[each.id],
            tuple(gate_text(gate) for gate in needs.get(each.id, ())),
        )
        for each in network.services
    )  # fmt: skip


def _kinds(feet: Footprints) -> tuple[KindLine, ...]:
    reach = np.diff(feet.share.indptr)
    counts: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for each, rows in zip(feet.network.components, reach, strict=True):
        counts[each.kind] += 1
        without[each.kind] += int(rows == 0)
    return tuple(KindLine(kind, count, without[kind]) for kind, count in counts.most_common())


def _gates(feet: Footprints) -> dict[str, int]:
    network = feet.network
    gates = [gate for each in network.components for gate in each.gates]
    gates += [gate for each in network.service_needs for gate in each.gates]
    gates += [gate for each in network.service_areas for gate in each.gates]
    return dict(Counter(_kind_of(gate) for gate in gates).most_common())


def _kind_of(gate: Gate) -> str:
    if gate.split:
        return "split"
    if gate.at_least is None:
        return "all of"
    return "any of" if gate.at_least == 1 else f"{gate.at_least} of {len(gate.needs)}"


def _point(feet: Footprints, point: SinglePoint) -> PointLine:
    kinds = dict.fromkeys(feet.network.component[name].kind for name in point.members)
    by_service = {str(service): lines for service, lines in point.by_service}
    return PointLine(tuple(point.members), tuple(kinds), point.lines, by_service, point.areas)


def _needed_by(feet: Footprints, each: Component) -> tuple[str, ...]:
    number = feet.index[each.id]
    wiring = feet.wiring
    services = [f"{wiring.service_rows[n].service} everywhere" for n in wiring.services_of[number]]
    rows = [feet.rows[n] for n in wiring.rows_of[number]]
    areas = [f"{row.service} in {row.area}" for row in rows if isinstance(row, CountRow)]
    return (*services, *(feet.components[n] for n in wiring.dependents[number]), *areas)


def _areas(feet: Footprints, loss: np.ndarray) -> Sequence[AreaLine]:
    names = feet.network.places.by_id
    found = []
    for number in np.flatnonzero(loss > 0.0):
        row = feet.rows[number]
        if isinstance(row, CountRow) and row.area is not None:
            name = names[row.area].name if row.area in names else row.area
            share = float(loss[number])
            found.append(AreaLine(row.service, row.area, name, share, share * float(feet.lines[number])))
    return found


def _probes(feet: Footprints, loss: np.ndarray) -> tuple[str, ...]:
    rows = (feet.rows[number] for number in np.flatnonzero(loss >= 0.5))
    return tuple(f"{row.target} from {row.vantage}" for row in rows if isinstance(row, ProbeRow))
