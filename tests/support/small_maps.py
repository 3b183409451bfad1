"""Small maps for tests, random ones included, and their health worked out the slow, plain way."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from lightship.vocabulary.components import (
    Component,
    ComponentId,
    FeedSubject,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service, ServiceId

Failed = Mapping[ComponentId, float]


def need(on: str, share: float = 1.0) -> Need:
    return Need(ComponentId(on), share)


def component(name: str, *gates: Gate) -> Component:
    return Component(ComponentId(name), "other", name, gates)


def network(
    components: Sequence[Component],
    areas: Sequence[ServiceArea] = (),
    needs: Sequence[ServiceNeeds] = (),
    probes: Sequence[ProbePath] = (),
    feeds: Sequence[FeedSubject] = (),
) -> NetworkMap:
    """A map of the services `net`, `mail` and `mail.send` (below mail)."""
    services = (
        Service(ServiceId("net"), "broadband"),
        Service(ServiceId("mail"), "e-mail"),
        Service(ServiceId("mail.send"), "sending e-mail", ServiceId("mail")),
    )
    return NetworkMap(
        "small",
        "",
        "Small",
        (),
        services,
        tuple(components),
        tuple(needs),
        tuple(areas),
        tuple(probes),
        tuple(feeds),
    )


def area(service: str, code: str, lines: float, *gates: Gate) -> ServiceArea:
    return ServiceArea(ServiceId(service), AreaId(code), lines, gates)


# --- the slow, plain way ------------------------------------------------------------------------------------------


def node_health(name: ComponentId, failed: Failed, of: NetworkMap) -> float:
    """Recursive, from the words of the rule alone."""
    own = 1.0 - failed.get(name, 0.0)
    return own * all_gates(of.component[name].gates, failed, of)


def all_gates(gates: Sequence[Gate], failed: Failed, of: NetworkMap) -> float:
    product = 1.0
    for gate in gates:
        product *= one_gate(gate, failed, of)
    return product


def one_gate(gate: Gate, failed: Failed, of: NetworkMap) -> float:
    lost = [each.share * (1.0 - node_health(each.on, failed, of)) for each in gate.needs]
    if gate.split:
        return max(0.0, 1.0 - sum(lost))
    if gate.at_least is None:
        product = 1.0
        for each in lost:
            product *= 1.0 - each
        return product
    return 1.0 - sorted(lost)[gate.at_least - 1]


def row_loss(row: Observable, failed: Failed, of: NetworkMap) -> float:
    match row:
        case CountRow(service=service, area=None):
            own = [each for each in of.service_areas if each.service == service]
            total = sum(each.lines for each in own)
            weights = [each.lines / total if total > 0 else 1 / len(own) for each in own]
            return sum(w * area_loss(each, failed, of) for w, each in zip(weights, own, strict=True))
        case CountRow(service=service, area=code):
            return next(
                area_loss(each, failed, of)
                for each in of.service_areas
                if (each.service, each.area) == (service, code)
            )
        case ProbeRow(vantage=vantage, target=target, family=family):
            path = next(p for p in of.probes if (p.vantage, p.target, p.family) == (vantage, target, family))
            return 1.0 - all_gates(path.gates, failed, of)
        case FeedRow(subject=subject):
            return 1.0 - node_health(subject, failed, of)


def area_loss(each: ServiceArea, failed: Failed, of: NetworkMap) -> float:
    health = all_gates(each.gates, failed, of)
    service: ServiceId | None = each.service
    while service is not None:
        for needs in of.service_needs:
            if needs.service == service:
                health *= all_gates(needs.gates, failed, of)
        service = of.service[service].parent
    return 1.0 - health


# --- random maps --------------------------------------------------------------------------------------------------

SHARES = st.one_of(st.just(1.0), st.floats(0.05, 1.0))


@st.composite
def gates(draw: st.DrawFn, names: Sequence[str]) -> tuple[Gate, ...]:
    """Up to two gates over some of these names."""
    return tuple(draw(gate(names)) for _ in range(draw(st.integers(0, 2)))) if names else ()


@st.composite
def gate(draw: st.DrawFn, names: Sequence[str]) -> Gate:
    on = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    how = draw(st.sampled_from(["all", "some", "split"]))
    if how == "split":
        parts = [draw(st.integers(1, 5)) for _ in on]
        return Gate(
            tuple(need(name, part / sum(parts)) for name, part in zip(on, parts, strict=True)), split=True
        )
    needs = tuple(need(name, draw(SHARES)) for name in on)
    return Gate(needs, draw(st.integers(1, len(on))) if how == "some" else None)


@st.composite
def small_maps(draw: st.DrawFn) -> NetworkMap:
    """Up to eight components in any order, five service areas, needs of services, two probes, a feed."""
    names = [f"c{n}" for n in range(draw(st.integers(1, 8)))]
    components = [component(name, *draw(gates(names[:n]))) for n, name in enumerate(names)]
    components = draw(st.permutations(components))
    lines = st.sampled_from([0.0, 1.0, 10.0, 250.0])
    areas = [
        area(service, code, draw(lines), *draw(gates(names)))
        for service, code in (
            ("net", "1"),
            ("net", "2"),
            ("mail", "1"),
            ("mail.send", "1"),
            ("mail.send", "2"),
        )
    ]
    needs = [ServiceNeeds(ServiceId(each), draw(gates(names))) for each in ("net", "mail", "mail.send")]
    probes = [
        ProbePath("v", target, "n", service=ServiceId("net"), gates=draw(gates(names))) for target in "ab"
    ]
    return network(components, areas, needs, probes, [FeedSubject("f", ComponentId(names[0]))])


@st.composite
def failures(draw: st.DrawFn, of: NetworkMap) -> dict[ComponentId, float]:
    """Up to three components of a map, each by a share."""
    names = [each.id for each in of.components]
    down = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    return {name: draw(st.one_of(st.just(1.0), st.floats(0.0, 1.0))) for name in down}
