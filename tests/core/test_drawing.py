"""The map by area as SVG: what it may say, and what it may weigh."""

import gzip
import random
import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lightship.edges.files.cells import uk_cells
from lightship.edges.files.places import uk_places
from lightship.tell.drawing.area_map import Door, area_map
from lightship.tell.drawing.map_style import STYLE
from lightship.tell.drawing.map_words import NOTES
from lightship.tell.drawing.severity import BANDS, OTHERS, in_words, severity
from lightship.vocabulary.places import AreaId

SVG = "{http://www.w3.org/2000/svg}"
CELLS = uk_cells()
LEAVES = uk_places().leaves()
DOORS = {area.id: Door(area.name, f"a/{area.id}/") for area in LEAVES}
MOST = 40_000
"""Compressed bytes that the map may weigh."""


def drawn(
    rates: dict[AreaId, float | None], likely: tuple[AreaId, ...] = (), doors: dict[AreaId, Door] | None = None,
    title: str = "Broadband", simulated: bool = False,
) -> str:  # fmt: skip
    return area_map(CELLS, rates, likely, title, "9:05am, 20 July 2016", simulated, doors)


def cells_of(svg: str, name: str) -> list[ElementTree.Element]:
    return [each for each in ElementTree.fromstring(svg).iter(f"{SVG}path") if each.get("class") == name]


def words_of(svg: str) -> str:
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def worst_day(seed: int) -> tuple[dict[AreaId, float | None], tuple[AreaId, ...]]:
    """All codes in random states."""
    chance = random.Random(seed)
    states = {
        area.id: chance.choice([*(low for low, _, _ in BANDS), None, "likely", "none"]) for area in LEAVES
    }
    rates = {area: state for area, state in states.items() if not isinstance(state, str)}
    return rates, tuple(area for area, state in states.items() if state == "likely")


@pytest.mark.parametrize("doors", [None, DOORS], ids=["picture", "with links"])
@pytest.mark.parametrize("seed", range(3))
def test_the_worst_day_is_within_its_weight(seed: int, doors: dict[AreaId, Door] | None) -> None:
    svg = drawn(*worst_day(seed), doors=doors, simulated=True)
    assert 10_000 < len(gzip.compress(svg.encode(), 9)) <= MOST


@pytest.mark.parametrize("area", [AreaId("0113"), AreaId("01720")], ids=["a cell", "a dot"])
def test_a_share_that_is_not_known_is_never_drawn_as_a_small_one(area: AreaId) -> None:
    for unknown in (None, float("nan")):
        svg = drawn({area: unknown})
        assert (len(cells_of(svg, "nd")), len(cells_of(svg, "b1"))) == (1, 0)
    assert len(cells_of(drawn({area: 0.0}), "b1")) == 1


@pytest.mark.parametrize(
    ("rate", "name"),
    [
        (0.0, "b1"),
        (0.0199, "b1"),
        (0.02, "b2"),
        (0.05, "b3"),
        (0.1499, "b3"),
        (0.15, "b4"),
        (0.4, "b5"),
        (1.0, "b5"),
    ],
)
def test_the_colour_follows_the_share(rate: float, name: str) -> None:
    assert severity(AreaId("0113"), {AreaId("0113"): rate}, ()) == name


def test_an_area_that_is_affected_is_not_also_likely() -> None:
    area = AreaId("0113")
    assert severity(area, {area: 0.3}, (area,)) == "b4"
    assert severity(area, {}, (area,)) == "lk"
    assert severity(area, {}, ()) == "ok"


@pytest.mark.parametrize(
    ("rates", "words"),
    [({"0113": 0.123}, "12 % of lines affected"), ({"0113": 0.004}, "under 1 % of lines affected"),
     ({"0113": None}, "affected, share not known"), ({}, "no problem known")],
)  # fmt: skip
def test_a_cell_says_in_words_what_its_colour_says(rates: dict[AreaId, float | None], words: str) -> None:
    assert in_words(AreaId("0113"), rates, ()) == words


def test_every_code_is_drawn_once_and_once_more_in_an_inset_that_enlarges() -> None:
    svg = ElementTree.fromstring(drawn({}, doors=DOORS))
    found = Counter(each.get("href") for each in svg.iter(f"{SVG}a"))
    assert set(found) == {f"a/{area.id}/" for area in LEAVES}
    enlarged = {f"a/{area}/" for inset in CELLS.insets if inset.of is not None for area in inset.cells}
    assert {href for href, count in found.items() if count > 1} <= enlarged
    assert max(found.values()) == 2


def test_a_cell_with_a_door_leads_to_its_page_and_says_its_share() -> None:
    leeds = AreaId("0113")
    svg = ElementTree.fromstring(drawn({leeds: 0.12}, doors={leeds: Door("Leeds & around", "a/0113/")}))
    (link,) = svg.iter(f"{SVG}a")
    assert link.get("href") == "a/0113/"
    assert link.findtext(f"{SVG}title") == "0113 Leeds & around: 12 % of lines affected"
    assert link[1].get("class") == "b3"


def test_the_picture_has_a_role_a_name_and_a_description() -> None:
    svg = ElementTree.fromstring(drawn({AreaId("0113"): 0.5}, (AreaId("0114"),)))
    named = {each.get("id"): "".join(each.itertext()) for each in svg.iter() if each.get("id")}
    assert svg.get("role") == "img"
    assert named[svg.get("aria-labelledby")] == "Map by area code: Broadband"
    words = named[svg.get("aria-describedby")]
    assert "40 % or more: 1, likely affected: 1, no problem known: 609" in words


def test_links_are_not_hidden_inside_an_image() -> None:
    assert ElementTree.fromstring(drawn({}, doors=DOORS)).get("role") == "group"


def test_it_says_simulated_where_it_is_and_nowhere_else() -> None:
    assert drawn({}, simulated=True).count("SIMULATED") == 2  # seen, and heard
    assert "simulated" not in drawn({}).lower()


def test_it_says_what_the_cells_are_and_whom_it_is_owed_to() -> None:
    words = words_of(drawn({}))
    assert "Cells are the nearest place with that code, not exchange boundaries." in words
    assert "GeoNames (CC BY 4.0)" in words
    assert "Natural Earth" in words
    assert all(note in words for note in NOTES)


def test_the_legend_has_words_for_every_class() -> None:
    svg = ElementTree.fromstring(drawn({}))
    keys = [
        each.get("class", "").split()[0] for each in svg.iter(f"{SVG}rect") if "key" in each.get("class", "")
    ]
    assert sorted(keys) == sorted([name for _, name, _ in BANDS] + [name for name, _ in OTHERS])
    words = words_of(drawn({}))
    assert all(text in words for text in [*(text for _, _, text in BANDS), *(text for _, text in OTHERS)])


def test_the_worst_the_likely_and_the_unknown_have_a_pattern_beside_the_colour() -> None:
    patterns = {each.get("id") for each in ElementTree.fromstring(drawn({})).iter(f"{SVG}pattern")}
    assert {"b5", "lk", "nd"} == patterns
    assert all(f".{name}{{fill:url(#{name})}}" in STYLE for name in patterns)


def test_titles_from_elsewhere_stay_text() -> None:
    svg = drawn({}, title='Mail <script>alert("&")</script>\x00', doors={AreaId("0113"): Door("<b>", 'x"y')})
    assert "<script" not in svg
    assert '<script>alert("&")' in words_of(svg)


def test_a_long_title_takes_two_lines_and_no_more() -> None:
    svg = ElementTree.fromstring(drawn({}, title="Broadband, telephone, webmail and " * 6))
    titles = [each for each in svg.iter(f"{SVG}text") if each.get("class") == "title"]
    assert len(titles) == 2
    assert (titles[1].text or "").endswith("...")


def test_the_same_numbers_give_the_same_picture_whatever_their_order() -> None:
    rates, likely = worst_day(7)
    turned = dict(reversed(rates.items()))
    assert drawn(rates, likely) == drawn(turned, likely[::-1])


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_order_of_the_bands_survives_without_colour(mode: int) -> None:
    """Each step away from the background: darker on light, lighter on dark."""
    names = ["back", "b1", "b2", "b3", "b4", "b5"]
    light = [luminance(re.findall(rf"--{name}:(#[0-9a-f]+)", STYLE)[mode]) for name in names]
    steps = [b - a for a, b in pairwise(light)]
    assert all(step < 0 for step in steps) if mode == 0 else all(step > 0 for step in steps)
    ratios = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in pairwise(light)]
    assert min(ratios) >= 1.18, ratios


def luminance(colour: str) -> float:
    """Relative luminance, as the Web Content Accessibility Guidelines define it."""
    text = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(text[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def points(path: str) -> list[tuple[int, int]]:
    """The corners of a cell, from its path data."""
    found = []
    for ring in re.findall(r"M(-?\d+) (-?\d+)l([^z]+)z", path):
        x, y = int(ring[0]), int(ring[1])
        steps = [int(number) for number in re.findall(r"-?\d+", ring[2])]
        found.append((x, y))
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
    return found


def test_the_geometry_lies_within_the_picture_and_within_its_frames() -> None:
    width, height = CELLS.view
    frames = [(CELLS.cells, (0, 0, width, height)), *((inset.cells, inset.frame) for inset in CELLS.insets)]
    for cells, (left, top, wide, high) in frames:
        for area, path in cells.items():
            corners = points(path)
            assert len(corners) >= 3, area
            assert all(left <= x <= left + wide and top <= y <= top + high for x, y in corners), area
