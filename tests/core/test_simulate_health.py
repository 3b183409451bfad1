"""The simulator works out who has lost what by itself. It must come to what `prevent` says of the same map."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.prevent.footprints import footprints
from lightship.simulate.faults import Fault, Intervention
from lightship.simulate.grid import Grid
from lightship.simulate.health import Health, reached, seen_by_people, seen_by_probes
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import (
    Component,
    ComponentId,
    Gate,
    Need,
    NetworkMap,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service, ServiceId
from tests.support.small_scenario import AREAS, BROADBAND, EMAIL, gate, network, scenario, span


def lost_at_noon(outage: Scenario) -> dict[tuple[ServiceId, AreaId], float]:
    """Share lost of each service area in the last tick."""
    lost = seen_by_people(outage, Grid.of(outage))
    return {(a.service, a.area): float(lost.of(a.service, a.area)[-1]) for a in outage.network.service_areas}


def assert_as_prevent_says(outage: Scenario, failed: dict[ComponentId, float]) -> None:
    feet = footprints(outage.network)
    expected, found = feet.losses(failed), lost_at_noon(outage)
    for row, loss in zip(feet.rows, expected, strict=True):
        if isinstance(row, CountRow) and row.area is not None:
            assert found[(row.service, row.area)] == pytest.approx(loss, abs=1e-9)


@pytest.mark.parametrize(
    "failed",
    [
        {"site-a": 1.0},
        {"feed-a": 0.5, "site-b": 0.25},
        {"metro-0": 1.0},
        {"login": 0.3, "he-0110": 1.0},
        {"front-1": 1.0},
        {"front-1": 1.0, "front-2": 0.4},
    ],
)
def test_it_comes_to_what_prevent_says(failed: dict[str, float]) -> None:
    shares = {ComponentId(name): share for name, share in failed.items()}
    faults = tuple(Fault(span("0s"), "partial", node, fraction=share) for node, share in shares.items())
    assert_as_prevent_says(scenario(faults=faults), shares)


@st.composite
def maps(draw: st.DrawFn) -> NetworkMap:
    """Random small maps: each component may need earlier ones, by gates of every kind."""
    names = [ComponentId(f"c{n}") for n in range(draw(st.integers(2, 9)))]
    components = [
        Component(name, "other", name, draw(gates(names[:n])) if n else ()) for n, name in enumerate(names)
    ]
    service = ServiceId("s")
    areas = [
        ServiceArea(service, AreaId(f"a{n}"), draw(st.sampled_from([0.0, 10.0, 1e6])), draw(gates(names)))
        for n in range(draw(st.integers(1, 4)))
    ]
    needs = (ServiceNeeds(service, draw(gates(names))),)
    return NetworkMap("m", "v", "p", (), (Service(service, "s"),), tuple(components), needs, tuple(areas))


@st.composite
def gates(draw: st.DrawFn, names: list[ComponentId]) -> tuple[Gate, ...]:
    """None, one or two gates over some of these."""
    return tuple(draw(one_gate(names)) for _ in range(draw(st.integers(0, 2))))


@st.composite
def one_gate(draw: st.DrawFn, names: list[ComponentId]) -> Gate:
    """All of, k of, or a split over some of these."""
    members = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    kind = draw(st.sampled_from(["all", "k", "split"]))
    largest = 1.0 / len(members) if kind == "split" else 1.0
    needs = tuple(Need(name, draw(st.sampled_from([0.1, 0.5, 1.0])) * largest) for name in members)
    count = draw(st.integers(1, len(needs))) if kind == "k" else None
    return Gate(needs, count, split=kind == "split")


@given(maps(), st.data())
def test_on_any_map_it_comes_to_what_prevent_says(chosen: NetworkMap, data: st.DataObject) -> None:
    names = [each.id for each in chosen.components]
    failed = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from([0.1, 0.5, 1.0]), max_size=3))
    faults = tuple(Fault(span("0s"), "partial", node, fraction=share) for node, share in failed.items())
    outage = scenario(network=chosen, faults=faults, end=span("2m"), start=span("0s"))
    assert_as_prevent_says(outage, failed)


def test_probes_lose_what_stands_on_their_path() -> None:
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("feed-a")),))
    health, feet = seen_by_probes(outage, Grid.of(outage)), footprints(outage.network)
    expected = feet.losses({ComponentId("feed-a"): 1.0})
    for path, row in zip(
        outage.network.probes, [r for r in feet.rows if isinstance(r, ProbeRow)], strict=True
    ):
        left = health.gates(path.gates)
        lost = 0.0 if left is None else 1.0 - left[-1]
        assert lost == pytest.approx(expected[feet.row_number[row]])


def test_a_fault_counts_from_its_minute_to_its_end() -> None:
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("site-a"), until=span("22m")),))
    grid = Grid.of(outage)
    lost = seen_by_people(outage, grid).of(BROADBAND, AREAS[0])
    out = np.flatnonzero(lost > 0)
    assert (out[0], len(out)) == (4 * 60, 22)
    assert lost[out] == pytest.approx(0.1)


def test_a_green_light_that_lies_is_green_to_probes_only() -> None:
    outage = scenario(faults=(Fault(span("0s"), "stale_but_green", ComponentId("login")),))
    grid = Grid.of(outage)
    assert seen_by_people(outage, grid).of(EMAIL, AREAS[0])[-1] == 1.0
    assert seen_by_probes(outage, grid).component(ComponentId("login")) is None


def test_moving_traffic_takes_a_part_of_the_loss_away() -> None:
    move = Intervention(span("1h"), "reroute", ComponentId("together"), success=0.8, take=span("30m"))
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("site-a")),), interventions=(move,))
    lost = seen_by_people(outage, Grid.of(outage)).of(BROADBAND, AREAS[0])
    before, half, after = lost[4 * 60], lost[5 * 60 + 15], lost[-1]
    assert (before, after) == (pytest.approx(0.1), pytest.approx(0.02))
    assert half == pytest.approx(0.06, abs=0.002)


def test_what_no_fault_reaches_is_not_even_computed() -> None:
    chosen = network()
    assert reached(chosen, [ComponentId("feed-a")]) == {"feed-a", "site-a", "together"}
    outage = scenario(faults=(Fault(span("0s"), "dead", ComponentId("feed-a")),))
    health = Health(chosen, outage.faults, (), Grid.of(outage))
    assert health.component(ComponentId("metro-0")) is None
    assert health.gates((gate("metro-0", "metro-1"),)) is None
