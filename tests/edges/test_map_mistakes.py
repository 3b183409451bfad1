"""Any text at all is a map or a clear refusal; and the mistakes that shorthands allow."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.edges.files.map_file import LoadedMap, MapLibrary, load_map, read_map
from lightship.edges.files.maps.findings import MapRefused
from lightship.edges.files.yaml_marks import parse_yaml
from lightship.vocabulary.components import ComponentId, Gate, Need
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import Area, AreaId, PlaceTree

EXAMPLE = (Path(__file__).parents[2] / "docs" / "examples" / "small-map.yaml").read_text()
PLACES = PlaceTree(
    tuple(
        Area(AreaId(code), name, "area", weight=1.0)
        for code, name in (("01603", "Norwich"), ("01493", "Great Yarmouth"), ("01502", "Lowestoft"))
    )
)
LIBRARY = MapLibrary(lambda name, folder: PLACES, {})
HEAD = "map: lightship-map/1\nid: t\nprovider: T\n"
FED = f"{HEAD}services: [{{id: s}}]\ncomponents: [{{id: a, kind: ups}}, {{id: b, kind: ups}}, {{id: c, kind: core, "


def load(text: str) -> LoadedMap:
    return read_map(parse_yaml(text, "map.yaml"), Path(), LIBRARY)


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_map_is_a_map_or_a_refusal_never_a_traceback(data: st.DataObject) -> None:
    lines = EXAMPLE.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[at])))
        cut = data.draw(st.integers(0, 6))
        put = data.draw(
            st.sampled_from(
                ["", "x", ": ", "[", "]", "{}", "- ", "null", "-1", "1e9", "&a ", "*a", "\t", "'"]
            )
        )
        lines[at] = lines[at][:column] + put + lines[at][column + cut :]
    try:
        said = load("".join(lines)).network.id
    except BadInput as refused:
        said = str(refused)
    assert said


@pytest.mark.parametrize(
    ("powered_by", "gate"),
    [
        ("a", Gate((Need(ComponentId("a")),))),
        ("[a, b]", Gate((Need(ComponentId("a")), Need(ComponentId("b"))), at_least=1)),
        ("{on: a, share: 0.5}", Gate((Need(ComponentId("a"), 0.5),))),
        ("{all_of: [a, b]}", Gate((Need(ComponentId("a")), Need(ComponentId("b"))))),
    ],
)
def test_of_several_supplies_one_is_enough_unless_a_gate_says_otherwise(powered_by: str, gate: Gate) -> None:
    network = load(f"{FED}powered_by: {powered_by}}}]\n").network
    assert network.component[ComponentId("c")].gates == (gate,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("services: [{id: s}, {id: s}]", "services[1].id: the id 's' again, first at map.yaml:4:12"),
        ("services: [{id: s, parent: t}]", "services[0].parent: no service 't'"),
        ("services: [{id: s, parent: t}, {id: t, parent: s}]", "s -> t -> s; a tree without a circle"),
        ("services: [{id: s, lines: -5}]", "services[0].lines: -5 lines; 0 or more"),
        ("services: [{id: s, lines: {'01603': -5}}]", "services[0].lines.01603: -5 lines"),
        ("services: [{id: s, lines: many}]", "services[0].lines: Expected float | object, got str"),
        ("services: [{id: s, lines: 10, areas: ['01604']}]", "areas[0]: no area '01604'; did you mean 01603"),
        (
            "services: [{id: s, lines: 10}]\naccess: [{area: '01603', by: []}]",
            "access[0]: access to no service",
        ),
        ("services: [{id: s}]\nprobes: [{vantage: v, network: n, target: t, service: x}]", "no service 'x'"),
        (
            "services: [{id: s}]\nprobes: [{vantage: v, network: n, target: t, control: true}, "
            "{vantage: v, network: n, target: t, control: true}]",
            "probes[1]: this vantage and target again",
        ),
        ("services: [{id: s}]\nsources: [x]", "sources: sources is no mapping"),
        ("services: [{id: s, needs: [{at_least: 1, any_of: [a]}]}]", "at_least: at_least beside any_of"),
    ],
)
def test_a_mistake_in_services_access_or_probes_names_its_place(text: str, says: str) -> None:
    with pytest.raises(MapRefused) as refused:
        load(f"{HEAD}{text}\n")
    assert any(says in str(each) for each in refused.value.findings), str(refused.value)


def test_access_everywhere_holds_in_every_area_of_the_service() -> None:
    network = load(
        f"{HEAD}services: [{{id: s, lines: 30}}]\ncomponents: [{{id: a, kind: exchange}}]\n"
        "access: [{service: s, by: a}]\n"
    ).network
    assert [len(each.gates) for each in network.service_areas] == [1, 1, 1]


def test_equal_content_has_an_equal_version_and_other_content_another(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(f"# a comment\n{EXAMPLE}")
    same, other = load(EXAMPLE), load(EXAMPLE.replace("8200", "8201"))
    assert load_map(tmp_path / "map.yaml", LIBRARY).network.version == same.network.version
    assert other.network.version != same.network.version
