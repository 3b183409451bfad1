"""A wrong edge leaves rows over: that is told as a doubt about the map, never as a second cause."""

import msgspec

from lightship.explain.hypothesis import hypotheses
from lightship.explain.priors import component_odds
from lightship.explain.solve import Solved, solve
from lightship.prevent.footprints import footprints
from lightship.vocabulary.components import Component, ComponentId, NetworkMap, ProbePath
from lightship.vocabulary.services import Service
from tests.support.explaining import BROADBAND, Drawn, diagnosed, need, part

EXCHANGES, OF_A_DUCT = 24, 4


def tree(missing: tuple[int, ...] = ()) -> NetworkMap:
    """Two metro nodes with twelve exchanges each over ducts of four; some exchanges lack the edge to their node."""
    ducts = [part(f"duct-{n}", "duct") for n in range(EXCHANGES // OF_A_DUCT)]
    metros = [part(f"metro-{n}", "metro") for n in range(2)]
    exchanges: list[Component] = []
    for n in range(EXCHANGES):
        gates = [need(f"duct-{n // OF_A_DUCT}")] + ([] if n in missing else [need(f"metro-{n // 12}")])
        exchanges.append(part(f"exchange-{n}", "exchange", *gates))
    probes = tuple(
        ProbePath(f"v{v}", f"line-{n}-{v}", f"n{v}", service=BROADBAND, gates=(need(f"exchange-{n}"),))
        for n in range(EXCHANGES)
        for v in range(4)
    )
    return NetworkMap(
        id="tree", version="1", provider="Sample", brands=(), services=(Service(BROADBAND, "broadband"),),
        components=(*ducts, *metros, *exchanges), service_needs=(), service_areas=(), probes=probes,
    )  # fmt: skip


TRUE = footprints(tree())


def solved(believed: NetworkMap, *failed: str) -> Solved:
    """What a map says about evidence that was drawn from the true one."""
    feet = footprints(believed)
    seen = Drawn(TRUE, 2).evidence({ComponentId(each): 1.0 for each in failed}, minutes=9)
    return solve(hypotheses(feet), seen, component_odds(believed, {}))


def named(found: Solved) -> set[str]:
    ids = found.scorer.known.feet.components
    return {ids[members.chosen] for _, members in found.classes()}


def doubted(found: Solved) -> set[str]:
    return {found.scorer.known.feet.components[each] for each in found.doubts}


def test_a_missing_edge_beside_a_cause_is_a_doubt_about_the_map() -> None:
    found = solved(tree(missing=(5,)), "metro-0")
    assert named(found) == {"metro-0"}
    assert doubted(found) <= {"exchange-5", "duct-1"} != set()


def test_several_missing_edges_do_not_make_a_cable_route_the_cause() -> None:
    found = solved(tree(missing=(4, 5)), "metro-0")
    assert named(found) == {"metro-0"}
    assert doubted(found)


def test_with_a_right_map_there_is_no_doubt_and_an_exchange_elsewhere_keeps_its_name() -> None:
    found = solved(tree(), "metro-0", "exchange-20")
    assert named(found) == {"metro-0", "exchange-20"}
    assert not found.doubts


def test_a_lone_cause_is_never_a_doubt() -> None:
    assert named(solved(tree(), "exchange-20")) == {"exchange-20"}


def test_the_record_lists_the_doubt_and_not_among_what_is_out() -> None:
    believed = tree(missing=(5,))
    feet = footprints(believed)
    assert [row for row in feet.rows] == [row for row in TRUE.rows]
    out = {"metro-0": 1.0, "exchange-5": 1.0}
    [found] = diagnosed(msgspec.structs.replace(feet.network), out, minutes=9)
    assert found.members[0] == "metro-0"
    assert set(found.map_doubts) <= {"exchange-5", "duct-1"} != set()
    assert not set(found.map_doubts) & set(found.also)


def redundant() -> NetworkMap:
    """A pair of nodes, each on a feed of its own; an exchange needs either node."""
    base = tree()
    feeds = [part(f"feed-{side}", "power-feed") for side in "ab"]
    cores = [part(f"core-{side}", "core", need(f"feed-{side}")) for side in "ab"]
    exchanges = [
        part(f"exchange-{n}", "exchange", need("core-a", "core-b", at_least=1)) for n in range(EXCHANGES)
    ]
    return msgspec.structs.replace(base, components=(*feeds, *cores, *exchanges))


def test_what_the_members_of_a_pair_hang_on_is_in_their_class() -> None:
    network = redundant()
    feet = footprints(network)
    seen = Drawn(feet, 2).evidence({"feed-a": 1.0, "feed-b": 1.0}, minutes=9)
    found = solve(hypotheses(feet), seen, component_odds(network, {}))
    truth = found.scorer.fit(
        ((feet.index[ComponentId("feed-a")], 1.0), (feet.index[ComponentId("feed-b")], 1.0))
    )
    assert found.fit.total >= truth.total - 1e-6
    classes = [{feet.components[each] for each in members.members} for _, members in found.classes()]
    assert sorted(map(sorted, classes)) == [["core-a", "feed-a"], ["core-b", "feed-b"]]


def test_a_doubt_does_not_make_a_doubt_of_the_cause_beside_another() -> None:
    """Two nodes out, and an edge missing under a cable route of the first: both nodes keep their names."""
    found = solved(tree(missing=(5,)), "metro-0", "metro-1")
    assert named(found) == {"metro-0", "metro-1"}
    assert doubted(found) <= {"exchange-5", "duct-1"} != set()


def test_where_half_of_a_node_hangs_elsewhere_on_the_map_its_cable_routes_explain_as_well() -> None:
    """The limit: three routes are likelier than a node and three wrong edges, and the record cannot know better."""
    found = solved(tree(missing=(1, 5, 9)), "metro-0", "metro-1")
    ids = TRUE.components
    truth = found.scorer.fit(tuple((ids.index(ComponentId(each)), 1.0) for each in ("metro-0", "metro-1")))
    assert found.fit.total > truth.total
