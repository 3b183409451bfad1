"""The large map that localisation is measured on: its size, its pairs, its partial sites, and no name twice."""

from collections import Counter

import numpy as np
import pytest

from lightship.explain.hypothesis import hypotheses
from lightship.prevent.footprints import Footprints, footprints
from lightship.simulate.watched import watched
from lightship.simulate.watched.shape import LARGE, SMALL
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.observables import CountRow, FeedRow, ProbeRow


@pytest.fixture(scope="module")
def large() -> NetworkMap:
    return watched(LARGE, seed=1)


@pytest.fixture(scope="module")
def feet() -> Footprints:
    return footprints(watched(SMALL, seed=1))


def lost(feet: Footprints, *failed: str) -> np.ndarray:
    return feet.losses({ComponentId(name): 1.0 for name in failed})


def rows_of(feet: Footprints, what: str) -> list[int]:
    return [
        n
        for n, row in enumerate(feet.rows)
        if isinstance(row, ProbeRow) and row.target.startswith(f"{what}:")
    ]


def test_the_large_map_has_the_size_it_says(large: NetworkMap) -> None:
    assert len(large.components) == 6_471
    assert len(large.probes) == 18_600
    assert len({each.id for each in large.components}) == 6_471
    assert len({each.target for each in large.probes}) == 18_600
    kinds = Counter(each.id.split("-")[0] for each in large.components)
    assert (kinds["exchange"], kinds["duct"], kinds["grid"], kinds["peering"]) == (5_600, 400, 200, 10)


def test_one_seed_gives_one_network_however_it_is_observed(large: NetworkMap) -> None:
    assert watched(LARGE, seed=1).version == large.version
    assert watched(LARGE, seed=1, seen="reports").components == large.components
    assert watched(SMALL, seed=2).version != watched(SMALL, seed=1).version


def test_its_pairs_meet_in_761_gates(large: NetworkMap) -> None:
    pairs = {
        tuple(need.on for need in gate.needs)
        for owner in (large.components, large.probes)
        for each in owner
        for gate in each.gates
        if gate.at_least == 1
    }
    assert len(pairs) == 761


def test_the_search_may_add_each_of_those_pairs_at_once(feet: Footprints) -> None:
    pairs = [causes for causes in hypotheses(feet).moves.causes if len(causes) > 1]
    assert len(pairs) == SMALL.metro_pairs + SMALL.pairs + 2 + 2 + 4


def test_one_of_a_pair_has_no_symptom_and_both_have(feet: Footprints) -> None:
    for one, other in (("dns-1a", "dns-1b"), ("core-1a", "core-1b"), ("core-feed-1", "core-feed-2")):
        probed = np.array([not isinstance(row, FeedRow) for row in feet.rows])
        assert lost(feet, one)[probed].max() == 0.0
        assert lost(feet, one, other)[probed].max() == 1.0


def test_what_a_pair_shares_takes_both(feet: Footprints) -> None:
    assert (lost(feet, "dns-config")[rows_of(feet, "web")] == 1.0).all()


def test_a_peering_site_takes_a_part_everywhere_and_all_sites_take_all(feet: Footprints) -> None:
    sites, line = [f"peering-{n}" for n in range(1, SMALL.sites + 1)], rows_of(feet, "line")
    for site in sites:
        assert 0.0 < lost(feet, site)[line].mean() < 0.6
        assert lost(feet, site).max() < 1.0
    assert lost(feet, *sites)[line] == pytest.approx(1.0, abs=1e-3)


def test_a_feed_under_two_sites_takes_both(feet: Footprints) -> None:
    counted = [n for n, row in enumerate(feet.rows) if not isinstance(row, FeedRow)]
    both = lost(feet, "peering-1", "peering-4")
    assert lost(feet, "site-feed-1")[counted] == pytest.approx(both[counted])


def test_seen_by_reports_alone_every_area_has_each_service_and_nothing_is_probed() -> None:
    feet = footprints(watched(SMALL, seed=1, seen="reports"))
    counts = [row for row in feet.rows if isinstance(row, CountRow) and row.area is not None]
    assert len(counts) == 5 * SMALL.areas
    assert not [row for row in feet.rows if isinstance(row, ProbeRow)]
    whole = lost(feet, *(each for each in feet.components if each.startswith("exchange-")))
    access = [
        n
        for n, row in enumerate(feet.rows)
        if isinstance(row, CountRow) and row.service in ("broadband", "voice")
    ]
    assert whole[access] == pytest.approx(1.0, abs=1e-6)
