"""Health flows as the words of the rule say, however the map is compiled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.prevent.gates import SPLIT, gate_health
from lightship.prevent.health import Wiring
from lightship.vocabulary.components import Gate
from lightship.vocabulary.observables import observables
from tests.support import small_maps
from tests.support.small_maps import area, component, need, network


@given(st.data())
def test_losses_are_those_of_the_plain_recursive_rule(data: st.DataObject) -> None:
    of = data.draw(small_maps.small_maps())
    failed = data.draw(small_maps.failures(of))
    rows = observables(of)
    number = {each.id: n for n, each in enumerate(of.components)}
    found = Wiring.of(of, rows).losses({number[name]: share for name, share in failed.items()})
    assert found == pytest.approx([small_maps.row_loss(row, failed, of) for row in rows], abs=1e-9)


@given(st.data())
def test_more_failure_never_heals(data: st.DataObject) -> None:
    of = data.draw(small_maps.small_maps())
    failed = data.draw(small_maps.failures(of))
    wiring = Wiring.of(of, observables(of))
    fewer = {n: failed.get(each.id, 0.0) for n, each in enumerate(of.components)}
    more = {n: min(1.0, share + 0.3) for n, share in fewer.items()}
    assert np.all(wiring.losses(more) >= wiring.losses(fewer) - 1e-9)


def test_of_two_ways_the_better_one_counts() -> None:
    either = (1, ((0, 1.0), (1, 1.0)))
    assert gate_health(either, {0: 0.0}) == 1.0
    assert gate_health(either, {0: 0.0, 1: 0.25}) == 0.25


def test_two_of_four_lose_their_share_when_three_are_out() -> None:
    radius = (2, tuple((n, 0.3) for n in range(4)))
    assert gate_health(radius, {0: 0.0, 1: 0.0}) == 1.0
    assert gate_health(radius, {0: 0.0, 1: 0.0, 2: 0.0}) == pytest.approx(0.7)


def test_all_parts_of_a_split_load_are_the_whole_load() -> None:
    sites = (SPLIT, ((0, 0.1), (1, 0.2), (2, 0.7)))
    assert gate_health(sites, {1: 0.0}) == pytest.approx(0.8)
    assert gate_health(sites, {0: 0.0, 1: 0.0, 2: 0.0}) == pytest.approx(0.0, abs=1e-12)


def test_overlapping_shares_multiply() -> None:
    of = network(
        [component("a"), component("b")], [area("net", "1", 1.0, Gate((need("a", 0.5), need("b", 0.5))))]
    )
    assert Wiring.of(of, observables(of)).losses({0: 1.0, 1: 1.0})[0] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (network([component("a", Gate((need("b"),))), component("b", Gate((need("a"),)))]), "cycle"),
        (network([component("a", Gate((need("gone"),)))]), "no component 'gone'"),
        (network([component("a"), component("b", Gate((need("a"),), at_least=2))]), "2 of 1"),
    ],
)
def test_a_map_that_the_loader_would_refuse_is_refused_here_too(of: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Wiring.of(of, ())  # type: ignore[arg-type]  # parametrised over maps


@given(st.data())
def test_arrays_and_the_loop_agree_on_every_node(data: st.DataObject) -> None:
    of = data.draw(small_maps.small_maps())
    failed = data.draw(small_maps.failures(of))
    number = {each.id: n for n, each in enumerate(of.components)}
    wiring = Wiring.of(of, observables(of))
    by_number = {number[name]: share for name, share in failed.items()}
    health = np.ones(len(of.components))
    for node in wiring.order:
        own = 1.0 - by_number.get(node, 0.0)
        health[node] = own * wiring.flow.health(np.array([node]), health)[0]
    few = wiring.component_health(by_number)
    assert health == pytest.approx([few.get(n, 1.0) for n in range(len(health))], abs=1e-9)


def test_a_failure_that_reaches_hundreds_is_worked_out_by_the_same_rule() -> None:
    pairs = Gate((need("core-a"), need("core-b")), 1)
    parts = [component("core-a"), component("core-b"), component("feed"), component("far", pairs)]
    parts += [component(f"near-{n}", Gate((need("far", 0.5 + n / 1000),))) for n in range(300)]
    of = network(
        parts, [area("net", str(n), 1.0, Gate((need(f"near-{n}"), need("feed", 0.3)))) for n in range(300)]
    )
    rows = observables(of)
    failed = {0: 1.0, 1: 0.8, 2: 0.5}
    named = {of.components[n].id: share for n, share in failed.items()}
    found = Wiring.of(of, rows).losses(failed)
    assert found == pytest.approx([small_maps.row_loss(row, named, of) for row in rows], abs=1e-9)
