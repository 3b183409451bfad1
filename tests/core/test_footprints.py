"""Footprints: what each component takes with it, alone and together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.prevent.footprints import footprints
from lightship.prevent.redundancy import essentials, false_redundancies
from lightship.prevent.single_points import single_points
from lightship.vocabulary.components import Component, ComponentId, Gate, NetworkMap, ServiceNeeds
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.services import ServiceId
from tests.support import small_maps
from tests.support.small_maps import area, component, need, network, row_loss


@given(small_maps.small_maps())
def test_a_footprint_is_the_loss_when_that_component_alone_fails(of: NetworkMap) -> None:
    feet = footprints(of)
    for name in feet.components:
        expected = [row_loss(row, {name: 1.0}, of) for row in feet.rows]
        assert feet.footprint(name) == pytest.approx(expected, abs=1e-9)
        assert feet.losses({name: 1.0}) == pytest.approx(expected, abs=1e-9)


@given(st.data())
def test_joint_losses_respect_gates(data: st.DataObject) -> None:
    of = data.draw(small_maps.small_maps())
    failed = data.draw(small_maps.failures(of))
    feet = footprints(of)
    assert feet.losses(failed) == pytest.approx([row_loss(row, failed, of) for row in feet.rows], abs=1e-9)


@given(small_maps.small_maps())
def test_components_of_one_class_take_the_same_with_them(of: NetworkMap) -> None:
    feet = footprints(of)
    for number, label in enumerate(feet.classes.tolist()):
        assert label <= number
        same = feet.footprint(feet.components[number])
        assert same == pytest.approx(feet.footprint(feet.components[label]), abs=1e-8)


def test_a_row_without_area_loses_the_mean_over_lines() -> None:
    near, far = area("net", "1", 30.0, Gate((need("a"),))), area("net", "2", 10.0)
    feet = footprints(network([component("a")], [near, far]))
    nowhere = feet.row_number[CountRow(ServiceId("net"), None)]
    assert feet.footprint(ComponentId("a"))[nowhere] == pytest.approx(0.75)
    assert feet.lines[nowhere] == 40.0


# --- single points ------------------------------------------------------------------------------------------------


def pair_and_spare() -> NetworkMap:
    """`main` or `spare` carries the net of two areas; `feed` is under `main`; `small` is under one area."""
    either = Gate((need("main"), need("spare")), at_least=1)
    return network(
        [component("feed"), component("main", Gate((need("feed"),))), component("spare"), component("small")],
        [area("net", "1", 100.0, Gate((need("small"),))), area("net", "2", 900.0)],
        [ServiceNeeds(ServiceId("net"), (either,))],
    )


def test_the_worst_single_point_stands_first_and_redundancy_is_none() -> None:
    found = single_points(footprints(pair_and_spare()))
    assert [(each.members, each.lines) for each in found] == [(("small",), 100.0)]


def test_what_is_left_of_a_broken_pair_becomes_the_worst_single_point() -> None:
    found = single_points(footprints(pair_and_spare()), {ComponentId("feed"): 1.0})
    assert [(each.members, each.lines) for each in found] == [(("spare",), 1000.0), (("small",), 100.0)]
    assert found[0].by_service == (("net", 1000.0),)
    assert found[0].areas == 2


@given(small_maps.small_maps())
def test_single_points_are_ordered_by_lines_and_name_each_component_once(of: NetworkMap) -> None:
    feet = footprints(of)
    found = single_points(feet, count=100)
    assert [each.lines for each in found] == sorted((each.lines for each in found), reverse=True)
    named = [name for each in found for name in each.members]
    assert sorted(named) == sorted(
        name for n, name in enumerate(feet.components) if feet.lines_lost[n] >= 0.5
    )


# --- redundancy that is none --------------------------------------------------------------------------------------


@given(small_maps.small_maps())
def test_essential_components_are_those_whose_failure_takes_it_down_whole(of: NetworkMap) -> None:
    found = essentials(of)
    for name in of.component:
        down = {each for each in of.component if small_maps.node_health(name, {each: 1.0}, of) < 1e-9}
        assert found[name] <= down
        assert name in found[name]


def test_a_pair_on_one_power_feed_is_no_redundancy() -> None:
    feed, ups = component("feed"), component("ups", Gate((need("feed"),)))
    pair = [component(name, Gate((need("ups"),))) for name in ("a", "b")]
    user = component("user", Gate((need("a"), need("b")), at_least=1))
    (found,) = false_redundancies(network([feed, ups, *pair, user]))
    assert (found.of, found.members, found.shared) == ("user", ("a", "b"), ("ups",))


def test_a_pair_on_two_feeds_is_redundancy() -> None:
    pair = [component(name, Gate((need(f"feed-{name}"),))) for name in ("a", "b")]
    feeds = [component("feed-a"), component("feed-b")]
    user = Component(ComponentId("user"), "other", "user", (Gate((need("a"), need("b")), at_least=1),))
    assert false_redundancies(network([*feeds, *pair, user])) == ()


def test_an_empty_map_has_no_footprints() -> None:
    feet = footprints(network([]))
    assert feet.share.shape == (0, 0)
    assert np.array_equal(feet.losses({}), np.zeros(0))
    assert single_points(feet) == ()
