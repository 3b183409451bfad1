"""The places that ship, and files of the same shape from others."""

from pathlib import Path

import pytest

from lightship.edges.files.cells import uk_cells
from lightship.edges.files.places import COLUMNS, read_places, uk_places
from lightship.edges.files.shipped import data_path
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import AreaId, PlaceTree

HEAD = ",".join(COLUMNS)
HULL = "01482,area,,Hull,53.745,-0.337,England,Yorkshire,300000"


@pytest.fixture(scope="module")
def uk() -> PlaceTree:
    return uk_places()


def read(folder: Path, *lines: str, head: str = HEAD) -> PlaceTree:
    path = folder / "places.csv"
    path.write_text("\n".join((head, *lines)) + "\n")
    return read_places(path)


def names(uk: PlaceTree, code: str) -> list[str]:
    return [area.name for area in uk.path(AreaId(code))]


def test_every_code_of_the_file_is_in_the_tree(uk: PlaceTree) -> None:
    assert len(uk.leaves()) == 611
    assert sum(area.kind == "local" for area in uk.areas) == 36
    assert len(uk.by_id) == len(uk.areas)


def test_a_parent_stands_before_its_children(uk: PlaceTree) -> None:
    seen: set[AreaId | None] = {None}
    for area in uk.areas:
        assert area.parent in seen, area.id
        seen.add(area.id)


def test_an_area_is_found_by_way_of_nation_and_region(uk: PlaceTree) -> None:
    assert names(uk, "0113") == ["United Kingdom", "England", "Yorkshire and the Humber", "Leeds"]


def test_a_region_of_its_nations_name_is_no_second_node(uk: PlaceTree) -> None:
    assert names(uk, "0131") == ["United Kingdom", "Scotland", "Edinburgh"]
    assert uk.get(AreaId("region:Scotland")) is None


def test_the_crown_dependencies_are_nations_of_their_own(uk: PlaceTree) -> None:
    assert [uk.path(AreaId(code))[1].name for code in ("01481", "01534", "01624")] == [
        "Guernsey",
        "Jersey",
        "Isle of Man",
    ]


def test_local_prefixes_are_not_counted_twice(uk: PlaceTree) -> None:
    leaves = uk.leaves(AreaId("nation:Northern Ireland"))
    assert [area.id for area in leaves] == ["028"]
    prefixes = uk.children(AreaId("028"))
    assert "02890" in [area.id for area in prefixes]
    assert sum(area.weight for area in prefixes) > 0
    assert sum(area.weight for area in uk.leaves()) == pytest.approx(68.4e6, rel=0.002)


def test_every_area_has_a_cell_or_a_dot_and_nothing_else_has(uk: PlaceTree) -> None:
    assert set(uk_cells().codes) == {area.id for area in uk.leaves()}


def test_a_spreadsheet_s_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "spreadsheet.csv"
    path.write_text(f"{HEAD}\r\n{HULL}\r\n\r\n", encoding="utf-8-sig")
    assert [area.id for area in read_places(path).leaves()] == ["01482"]


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    place = read(tmp_path, HULL + ",x", head=HEAD + ",remark").get(AreaId("01482"))
    assert place is not None
    assert (place.name, place.weight, place.latitude) == ("Hull", 300000, 53.745)


@pytest.mark.parametrize(
    ("line", "place", "found"),
    [
        (HULL.replace("53.745", "north"), "latitude", "'north'"),
        (HULL.replace("53.745", "153.7"), "latitude", "153.7"),
        (HULL.replace("53.745", "nan"), "latitude", "nan"),
        (HULL.replace("-0.337", ""), "longitude", "''"),
        (HULL.replace("300000", "-1"), "population_approx", "-1"),
        (HULL.replace("300000", "inf"), "population_approx", "inf"),
        (HULL.replace("area", "exchange"), "kind", "'exchange'"),
        (HULL.replace("England", " "), "nation", "nothing"),
        (HULL.replace("01482", ""), "code", "nothing"),
        (HULL.replace("01482", "region:Kent"), "code", "colon"),
        (HULL.replace("01482", "01904"), "code", "01904 again"),
        (HULL.replace("area,", "local,09999"), "parent", "no area '09999' above"),
        (HULL.replace("area,", "local,nation:England"), "parent", "no area 'nation:England' above"),
        (HULL.replace("England", "Wales"), "region", "'Yorkshire' stands in another nation already"),
        (HULL.rpartition(",")[0], "region", "the line ends after 8 fields"),
        (HULL + ",1", "population_approx", "the line ends after 10 fields"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_column(
    tmp_path: Path, line: str, place: str, found: str
) -> None:
    sound = HULL.replace("01482", "01904").replace("Hull", "York")
    with pytest.raises(BadInput) as error:
        read(tmp_path, sound, line)
    assert error.value.place == f"{tmp_path}/places.csv:3 {place}"
    assert found in error.value.found
    assert error.value.would_do


def test_an_open_quote_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"places\.csv:3: no CSV"):
        read(tmp_path, HULL, '"01904,area')


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    with pytest.raises(BadInput, match=f"no column '{column}'"):
        read(tmp_path, head=HEAD.replace(column, "x", 1))


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"places\.csv:1 code: named twice"):
        read(tmp_path, HULL + ",01482", head=HEAD + ",code")


@pytest.mark.parametrize(
    "content", [b"", HEAD.encode(), b"\xff\xfe\x00", b"\x00"], ids=["empty", "head", "bytes", "nul"]
)
def test_a_file_without_areas_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"places\.csv"):
        read_places(path)


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv: cannot be read"):
        read_places(tmp_path / "nowhere.csv")


def test_the_data_s_owners_are_credited_beside_them() -> None:
    words = data_path("PROVENANCE.md").read_text()
    assert all(
        name in words for name in ("libphonenumber", "Apache-2.0", "GeoNames", "CC BY 4.0", "Natural Earth")
    )
