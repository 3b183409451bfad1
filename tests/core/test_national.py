"""The synthetic provider: the same for the same seed, sound, watched, and labelled for what it is."""

import subprocess
import sys
from collections import Counter

import pytest

from lightship.edges.files.places import uk_places
from lightship.prevent.footprints import Footprints, footprints
from lightship.simulate.national import BROADBAND_LINES, NationalSize, national
from lightship.vocabulary.components import ComponentId, Gate, NetworkMap
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import SYNTHETIC

PLACES = uk_places()
COUNTED = ("broadband", "voice", "email", "webmail", "portal")
PROBED = (
    "broadband",
    "voice",
    "email.send",
    "email.receive",
    "email.read",
    "webmail",
    "portal",
    "portal.billing",
)


@pytest.fixture(scope="module")
def modern() -> NetworkMap:
    return national(PLACES)


@pytest.fixture(scope="module")
def feet(modern: NetworkMap) -> Footprints:
    return footprints(modern)


def every_gate(network: NetworkMap) -> list[Gate]:
    owners = (network.components, network.service_needs, network.service_areas, network.probes)
    return [gate for group in owners for each in group for gate in each.gates]


def test_one_seed_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "from lightship.edges.files.places import uk_places\n"
        "from lightship.edges.files.map_file import to_yaml\n"
        "from lightship.simulate.national import national\n"
        "import hashlib; print(hashlib.sha256(to_yaml(national(uk_places(), 'modern', 7)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "src"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1


def test_another_seed_gives_another_map(modern: NetworkMap) -> None:
    assert national(PLACES, seed=2).version != modern.version


@pytest.mark.parametrize(
    ("size", "exchanges", "least", "most"), [("modern", 1_000, 1_300, 1_600), ("large", 5_600, 6_300, 6_700)]
)
def test_sizes_are_as_promised(size: NationalSize, exchanges: int, least: int, most: int) -> None:
    network = national(PLACES, size)
    assert Counter(each.kind for each in network.components)["exchange"] == exchanges
    assert least <= len(network.components) <= most


def test_lines_are_shared_out_to_the_last_one(modern: NetworkMap) -> None:
    lines = Counter[str]()
    for each in modern.service_areas:
        lines[each.service] += int(each.lines)
    assert lines["broadband"] == BROADBAND_LINES
    assert Counter(each.service for each in modern.service_areas) == dict.fromkeys(COUNTED, 611)
    assert national(PLACES, lines=1000).service_areas[0].lines < 20


def test_every_edge_says_that_it_is_synthetic(modern: NetworkMap) -> None:
    assert modern.synthetic
    assert {need.source for gate in every_gate(modern) for need in gate.needs} == {SYNTHETIC}
    assert {each.source for each in modern.components} == {SYNTHETIC}
    assert {each.source for each in modern.service_areas} == {SYNTHETIC}


def test_loads_that_are_shared_out_add_up_to_one(modern: NetworkMap) -> None:
    for gate in every_gate(modern):
        if gate.split:
            assert sum(need.share for need in gate.needs) == pytest.approx(1.0)


@pytest.mark.parametrize("service", PROBED)
def test_each_service_is_watched_from_three_vantages_in_two_networks(
    modern: NetworkMap, service: str
) -> None:
    probes = [each for each in modern.probes if each.service == service]
    assert len({each.vantage for each in probes}) >= 3
    assert len({each.network for each in probes}) >= 2


def test_each_vantage_has_two_controls_that_no_failure_of_ours_but_its_own_line_touches(
    feet: Footprints,
) -> None:
    controls = Counter(each.vantage for each in feet.network.probes if each.control)
    assert set(controls) == {each.vantage for each in feet.network.probes}
    assert set(controls.values()) == {2}
    loss = feet.losses({ComponentId("interconnection"): 1.0, ComponentId("routing-policy"): 1.0})
    assert not any(loss[n] for n, row in enumerate(feet.rows) if isinstance(row, ProbeRow) and row.control)


def test_a_peering_site_takes_its_share_everywhere_and_its_own_targets_whole(feet: Footprints) -> None:
    loss = feet.footprint(ComponentId("peering-3"))
    for number, row in enumerate(feet.rows):
        if isinstance(row, CountRow):
            assert loss[number] == pytest.approx(0.10 if row.service == "broadband" else 0.0)
        elif isinstance(row, ProbeRow) and "peering-3" in row.target:
            assert loss[number] == 1.0


def test_a_metro_node_takes_its_town_whole_unless_exchanges_have_a_second(feet: Footprints) -> None:
    loss = feet.footprint(ComponentId("metro-1"))
    rows = [
        n
        for n, row in enumerate(feet.rows)
        if isinstance(row, CountRow) and row.area and row.service == "broadband"
    ]
    assert max(loss[rows]) == pytest.approx(1.0)
    assert sum(loss[rows] > 0) < 60


def test_one_core_node_alone_is_not_missed_but_both_are(feet: Footprints) -> None:
    one, other = ComponentId("core-3a"), ComponentId("core-3b")
    assert not feet.losses({one: 1.0}).any()
    assert feet.losses({one: 1.0, other: 1.0}).any()


def test_all_sites_together_are_all_of_broadband(feet: Footprints) -> None:
    sites = {each.id: 1.0 for each in feet.network.components if each.kind in ("peering", "transit")}
    row = feet.row_number[CountRow(ServiceId("broadband"), None)]
    assert feet.losses(sites)[row] == pytest.approx(1.0)


def test_nothing_of_ours_keeps_the_off_net_mirrors_and_the_sms_gateway(feet: Footprints) -> None:
    for name in ("mirror-1", "mirror-2", "mirror-3", "sms-gateway"):
        assert feet.network.component[ComponentId(name)].gates == ()
    assert feet.network.component[ComponentId("status-host")].gates != ()
