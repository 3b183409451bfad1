"""The worst day fits into the first flight of packets, and nothing on the page asks for more."""

import gzip
import re

import pytest

from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.packing import pack_file
from lightship.tell.site import files
from tests.support import fictional

FIRST_PAGE = 12_288
MAP = 40_960
STYLE = 3_200


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_front_page_of_the_worst_day_fits_into_twelve_kibibytes(seed: int) -> None:
    situation = fictional.worst_day(seed)
    assert [len(each.text) for each in situation.updates] == [400] * 15
    page = files(situation, template_texts())["index.html"]
    for area in situation.incidents[0].scope.areas:
        assert f'href="a/{area.area}/"' in page
    assert len(gzip.compress(page.encode(), 9)) <= FIRST_PAGE


@pytest.fixture(scope="module")
def worst() -> dict[str, str]:
    return files(fictional.worst_day(), template_texts())


def test_the_map_is_light(worst: dict[str, str]) -> None:
    packed = pack_file(worst["map.svg"].encode())
    assert packed.gzip is not None
    assert len(packed.gzip) <= MAP


def test_the_style_is_small_and_stands_in_the_page(worst: dict[str, str]) -> None:
    found = re.search(r"<style>(.*?)</style>", worst["index.html"], re.DOTALL)
    assert found is not None
    assert len(found[1]) <= STYLE


def test_pages_have_no_script_and_ask_nobody_else(worst: dict[str, str]) -> None:
    for path, page in worst.items():
        if path.endswith(".html"):
            assert "<script" not in page, path
            assert "@import" not in page, path
            wanted = re.findall(r'(?:src|href|action)="([^"]*)"', page)
            assert not [each for each in wanted if re.match(r"(?:[a-z]+:)?//", each)], path
            asked = [each for each in wanted if each.startswith("data:")]
            assert len(asked) == 1, "the icon stands in the page"
