"""Map files: what people write is the map they meant, and every mistake says where it is and what would do."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from lightship.edges.files.map_file import LoadedMap, MapLibrary, load_map, to_yaml
from lightship.edges.files.maps.findings import MapRefused
from lightship.edges.files.maps.sections import KINDS
from lightship.prevent.footprints import footprints
from lightship.run.maps import library, made
from lightship.vocabulary.components import ComponentId, Gate, Need, NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Source
from tests.support.markdown import fences
from tests.support.small_maps import small_maps

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "small-map.yaml"

HEAD = """\
map: lightship-map/1
id: test
provider: Test Telecom
services:
  - {id: broadband, name: broadband, lines: {"0113": 100, "0114": 50}}
"""
ONE = "components: [{id: a, kind: core}]\n"
B = "components: [{id: a, kind: core}, {id: b, kind: core, needs: "


@pytest.fixture
def written(tmp_path: Path) -> "Writer":
    return Writer(tmp_path)


class Writer:
    """Writes map files into a folder and reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, text: str, name: str = "map.yaml") -> LoadedMap:
        (self.folder / name).write_text(text, encoding="utf-8")
        return load_map(self.folder / name, library())

    def refusal(self, text: str) -> list[str]:
        """What is wrong with a text, without the folder."""
        with pytest.raises(BadInput) as refused:
            self.load(text)
        found = refused.value
        lines = [str(each) for each in found.findings] if isinstance(found, MapRefused) else [str(found)]
        return [line.replace(f"{self.folder}/", "") for line in lines]


# --- what is right ------------------------------------------------------------------------------------------------


def test_the_example_says_what_its_author_meant() -> None:
    loaded = load_map(EXAMPLE, library())
    feet = footprints(loaded.network)
    assert loaded.network.synthetic
    loss = feet.footprint(ComponentId("duct-acle"))
    assert loss[feet.row_number[CountRow(ServiceId("broadband"), AreaId("01502"))]] == 1.0
    assert loss[feet.row_number[CountRow(ServiceId("broadband"), AreaId("01493"))]] == pytest.approx(0.9)


def test_the_examples_on_the_page_are_one_sound_map(written: Writer) -> None:
    parts = [
        each.body for each in fences(ROOT / "docs" / "reference" / "map.md") if each.info == ("yaml", "map")
    ]
    network = written.load("\n".join(parts)).network
    assert [each.id for each in network.services] == ["broadband", "email", "email.send"]
    assert len(parts) == 6


def test_the_extension_on_the_page_is_sound(written: Writer) -> None:
    (text,) = (
        e.body for e in fences(ROOT / "docs" / "reference" / "map.md") if e.info == ("yaml", "extension")
    )
    network = written.load(text).network
    assert ComponentId("peering-8") not in network.component
    assert network.component[ComponentId("my-mirror")].kind == "mirror"
    assert network.service_needs[0].gates[-1].needs[0].on == "sso"


def test_the_page_names_every_kind() -> None:
    page = (ROOT / "docs" / "reference" / "map.md").read_text()
    listed = re.search(r"`kind` is one of ([^.]+)\.", page)
    assert listed
    assert re.split(r",\s+", listed[1]) == list(KINDS)


def test_shorthands_are_gates(written: Writer) -> None:
    component = written.load(
        f"""{HEAD}components:
  - {{id: h, kind: building}}
  - {{id: a, kind: power-feed}}
  - {{id: b, kind: power-feed}}
  - {{id: c, kind: core, in: h, powered_by: [a, b], needs: [a, {{on: b, share: 0.5}}, {{at_least: 1, of: [a, b]}}]}}
"""
    ).network.component[ComponentId("c")]
    h, a, b = (Need(ComponentId(name)) for name in "hab")
    half = Need(ComponentId("b"), 0.5)
    assert component.gates == (Gate((h,)), Gate((a, b), 1), Gate((a, half)), Gate((a, b), 1))


def test_an_edge_takes_its_source_from_itself_its_owner_or_the_file(written: Writer) -> None:
    network = written.load(
        f"""{HEAD}source: stated
sources:
  survey: {{basis: measured, publisher: us, as_of: "2026-01-31"}}
  page: {{basis: sourced, url: "https://example.org"}}
components:
  - {{id: a, kind: core}}
  - {{id: b, kind: core, needs: [a]}}
  - {{id: c, kind: core, source: survey, needs: [a, {{on: b, source: page}}]}}
"""
    ).network
    survey, page = Source("measured", "us", as_of="2026-01-31"), Source("sourced", url="https://example.org")
    assert network.component[ComponentId("b")].gates[0].needs[0].source == Source("stated")
    assert [each.source for each in network.component[ComponentId("c")].gates[0].needs] == [survey, page]


def test_lines_spread_by_weight_over_a_region(written: Writer) -> None:
    network = written.load(
        "map: lightship-map/1\nid: t\nprovider: T\n"
        "services: [{id: s, lines: 1001, spread: by_area_code, areas: ['nation:Wales']}]\n"
    ).network
    assert sum(each.lines for each in network.service_areas) == 1001
    assert {each.area for each in network.service_areas} == {
        a.id for a in network.places.leaves(AreaId("nation:Wales"))
    }


def test_an_area_code_needs_no_quotes_and_is_never_an_octal_number(written: Writer) -> None:
    network = written.load(f"{HEAD}{ONE}access: [{{area: 0113, service: broadband, by: a}}]\n").network
    assert [each.area for each in network.service_areas if each.gates] == ["0113"]


def test_access_in_several_entries_is_one_shared_load(written: Writer) -> None:
    network = written.load(
        HEAD
        + "components: [{id: a, kind: exchange}, {id: b, kind: exchange}]\n"
        + "access:\n  - {area: '0113', service: broadband, by: [{on: a, share: 0.6}]}\n"
        + "  - {area: '0113', service: broadband, by: [{on: b, share: 0.4}]}\n"
    ).network
    feet = footprints(network)
    assert feet.losses({ComponentId("a"): 1.0, ComponentId("b"): 1.0})[0] == pytest.approx(1.0)


# --- extending ----------------------------------------------------------------------------------------------------

BASE = f"""{HEAD}components:
  - {{id: a, kind: building}}
  - {{id: b, kind: core, in: a}}
probes: [{{vantage: v, network: n, target: "https://x.example", service: broadband, via: [b]}}]
feeds: [{{feed: power, about: [a, b]}}]
"""


def test_an_extension_adds_replaces_and_takes_away(written: Writer) -> None:
    written.load(BASE, "base.yaml")
    network = written.load(
        "map: lightship-map/1\nid: more\nextends: base.yaml\nwithout: [b]\n"
        "components: [{id: a, kind: building, name: Anew}, {id: c, kind: dns, in: a}]\n"
        "services: [{id: broadband, needs: [c]}, {id: email, name: e-mail}]\n"
    ).network
    assert [(each.id, each.name) for each in network.components] == [("a", "Anew"), ("c", "c")]
    assert network.provider == "Test Telecom"
    assert network.probes == ()
    assert [each.subject for each in network.feeds] == ["a"]
    assert [each.service for each in network.service_needs] == ["broadband"]
    assert sum(each.lines for each in network.service_areas) == 150


def test_the_national_map_can_be_extended_by_one_component(written: Writer) -> None:
    network = written.load(
        "map: lightship-map/1\nid: assumed\nextends: {base: national-modern, seed: 3}\n"
        "components:\n  - {id: interconnection, kind: other, needs: "
        "[{split: [{on: peering-1, share: 0.1}, {on: transit-1, share: 0.9}]}]}\n"
    ).network
    feet = footprints(network)
    row = feet.row_number[CountRow(ServiceId("broadband"), None)]
    assert feet.footprint(ComponentId("peering-1"))[row] == pytest.approx(0.1)
    assert feet.footprint(ComponentId("peering-2"))[row] == 0.0
    assert network.synthetic


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("extends: nowhere.yaml", "extends: no map 'nowhere.yaml'; national-modern, national-large"),
        ("extends: national-moden", "did you mean national-modern"),
        ("extends: map.yaml", "map.yaml extends this file in turn"),
        ("extends: base.yaml\nwithout: [bb]", "without[0]: no component 'bb'"),
        ("extends: base.yaml\nwithout: [a]", "without[0]: a is still needed by b"),
    ],
)
def test_what_cannot_be_extended_says_why(written: Writer, text: str, says: str) -> None:
    written.load(BASE, "base.yaml")
    (found,) = written.refusal(f"map: lightship-map/1\nid: x\nprovider: X\n{text}\n")
    assert says in found


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("components: [{id: a, kind: bulding}]", "map.yaml:6:28 components[0].kind: no kind 'bulding'; did you mean"),
        (
            "components: [{id: core-1, kind: core}, {id: b, kind: dns, needs: [{on: cor-1}]}]",
            "map.yaml:6:72 components[1].needs[0].on: no component 'cor-1'; did you mean core-1?",
        ),
        ("components: [{id: a, kind: core}, {id: a, kind: core}]", "the id 'a' again, first at"),
        (
            B + "[{on: a, share: 1.5}]}]",
            "components[1].needs[0].share: a share of 1.5; more than 0 and at most 1",
        ),
        (B + "[{on: a, share: 0}]}]", "a share of 0"),
        (
            B + "[{at_least: 2, of: [a]}]}]",
            "components[1].needs[0].at_least: at least 2 of 1; a whole number from 1 to 1",
        ),
        (
            B + "[{split: [{on: a, share: 0.7}, {on: a, share: 0.7}]}]}]",
            "needs[0].split: shares that add up to 1.4",
        ),
        ("components: [{id: a, kind: core, needs: [{any_of: [], share: 1.0}]}]", "a need with any_of"),
        ("components: [{id: a, kind: core, needs: [{any_of: []}]}]", "a gate over nothing"),
        ("components: [{id: a, kind: core, needs: [{share: 0.5}]}]", "neither a component nor a gate"),
        ("components: [{id: a, kind: core, neds: [b]}]", "components[0].neds: unknown field 'neds'; did you mean"),
        ("components: [{id: 7, kind: core}]", "components[0].id: Expected str, got int; quote it"),
        ("components: {a: core}", "components: components is no list"),
        ("componets: []", "map.yaml:6:12 componets: unknown field 'componets'; did you mean components?"),
        ("source: heresay", "source: no source 'heresay'"),
        ("sources: {s: {basis: heresay}}", "sources.s.basis: Invalid enum value 'heresay'"),
        (ONE + "access: [{area: Leeds, service: broadband, by: a}]", "did you mean '0113' (Leeds)?"),
        (ONE + "access: [{area: 0113, service: broadbant, by: a}]", "did you mean broadband?"),
        (ONE + "access: [{area: 01904, service: broadband, by: a}]", "broadband has no lines in 01904"),
        (
            ONE + "access: [{area: 0113, service: broadband, by: [{on: a, share: 0.6}, {on: a, share: 0.6}]}]",
            "access[0].by: shares that add up to 1.2",
        ),
        ("probes: [{vantage: v, network: n, target: t}]", "probes[0]: a probe of no service"),
        ("feeds: [{feed: f, about: [x]}]", "feeds[0].about[0]: no component 'x'"),
        ("places: nowhere.csv", "places:"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_what_stands_there_and_what_would_do(
    written: Writer, text: str, says: str
) -> None:
    (found,) = written.refusal(f"{HEAD}{text}\n")
    assert found.startswith("map.yaml:")
    assert says in found


def test_a_circle_is_shown_whole_with_its_lines(written: Writer) -> None:
    (found,) = written.refusal(
        f"{HEAD}components:\n  - {{id: a, kind: core, needs: [b]}}\n  - {{id: b, kind: core, in: c}}\n"
        "  - {id: c, kind: building, needs: [a]}\n"
    )
    assert "a circle of needs: a -> b -> c -> a (lines 7, 8, 9)" in found


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(written: Writer) -> None:
    found = written.refusal(
        f"{HEAD}components:\n" + "".join(f"  - {{id: c{n}, kind: x}}\n" for n in range(30))
    )
    assert len(found) == 30
    assert [line.split(":")[1] for line in found] == [str(n) for n in range(7, 37)]
    with pytest.raises(MapRefused, match=r"30 problems(.|\n)*and 10 more"):
        written.load((written.folder / "map.yaml").read_text())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no mapping at the top"),
        ("map: lightship-map/2\nid: x\n", "the format 'lightship-map/2'; `map: lightship-map/1`"),
        ("map: lightship-map/1\n", "Object missing required field id"),
        ("map: lightship-map/1\nid: x\nprovider: X\n", "services: no services"),
        ("map: lightship-map/1\nid: x\nservices: [{id: s, lines: 5}]\n", "provider: no provider"),
    ],
)
def test_a_file_without_its_head_is_told_what_belongs_there(written: Writer, text: str, says: str) -> None:
    assert any(says in line for line in written.refusal(text))


# --- what looks wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "components:\n  - {id: ld8, kind: building, name: Harbour Exchange 6/7, needs: []}\n"
            "  - {id: ld9, kind: building, name: Harbour Exchange 8/9, needs: [ld8]}",
            "two buildings with nearly one name: 'Harbour Exchange 6/7' (ld8) and 'Harbour Exchange 8/9' (ld9)",
        ),
        (
            "components:\n  - {id: a, kind: building, name: Quay House, place: London Docklands}\n"
            "  - {id: b, kind: building, name: Telehall, place: London Docklands, needs: [a]}",
            "two buildings in nearly one place: 'Quay House' (a) and 'Telehall' (b), London Docklands",
        ),
        ("components: [{id: a, kind: core}]", "components[0]: nothing depends on a"),
        (
            "components:\n  - {id: f, kind: power-feed}\n  - {id: a, kind: core, needs: [f]}\n"
            "  - {id: b, kind: core, needs: [f]}\n  - {id: m, kind: metro, needs: [{any_of: [a, b]}]}",
            "m wants any of a, b, but they share f",
        ),
    ],
)
def test_what_is_often_a_trap_is_a_warning(written: Writer, text: str, says: str) -> None:
    assert any(says in str(each) for each in written.load(f"{HEAD}{text}\n").warnings)


def test_areas_without_lines_are_a_warning(written: Writer) -> None:
    loaded = written.load(
        "map: lightship-map/1\nid: x\nprovider: X\nservices: [{id: s, lines: {'0113': 0}}]\n"
    )
    assert "s has areas without lines: 0113" in str(loaded.warnings[0])


def test_buildings_in_one_town_are_no_warning(written: Writer) -> None:
    loaded = written.load(
        f"{HEAD}components:\n  - {{id: a, kind: building, name: Quay House, place: Leeds}}\n"
        "  - {id: b, kind: building, name: Telehall, place: Leeds, needs: [a]}\n"
    )
    assert not any("nearly one" in str(each) for each in loaded.warnings)


# --- writing ------------------------------------------------------------------------------------------------------


def test_the_national_map_comes_back_as_it_was(written: Writer) -> None:
    network = made("national-modern", seed=5)
    assert written.load(to_yaml(network)).network == network
    assert to_yaml(network).startswith("# SYNTHETIC.")


def test_the_example_comes_back_as_it_was(written: Writer) -> None:
    network = load_map(EXAMPLE, library()).network
    assert written.load(to_yaml(network)).network == network


PLACES = PlaceTree(
    (Area(AreaId("1"), "One", "area", weight=1.0), Area(AreaId("2"), "Two", "area", weight=2.0))
)


@given(small_maps())
@settings(max_examples=50)
def test_any_small_map_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, of: NetworkMap) -> None:
    fields = {name: getattr(of, name) for name in of.__struct_fields__} | {"places": PLACES}
    fields["service_needs"] = tuple(each for each in of.service_needs if each.gates)
    network = versioned(NetworkMap(**fields))
    path = tmp_path_factory.mktemp("maps") / "map.yaml"
    path.write_text(to_yaml(network), encoding="utf-8")
    found = load_map(path, MapLibrary(lambda name, folder: PLACES, {})).network
    assert (found, found.version) == (network, network.version)
