"""Looking an area up by what people really type."""

import pytest

from lightship.edges.files.templates import template_texts
from lightship.edges.web.find import Finder
from lightship.tell.site import files
from tests.support import fictional


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder.of(files(fictional.calm(), template_texts())["codes.json"].encode())


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("01904", "a/01904/"),
        (" 01904 123456 ", "a/01904/"),
        ("01904-123-456", "a/01904/"),
        ("(01904) 123456", "a/01904/"),
        ("1904", "a/01904/"),
        ("+44 1904 123456", "a/01904/"),
        ("+44 (0)1904 123456", "a/01904/"),
        ("0044 1904 123456", "a/01904/"),
        ("0113 496 0000", "a/0113/"),
        ("020 7946 0000", "a/020/"),
        ("015396 12345", "a/015396/"),
        ("028 9012 3456", "a/028/"),
        ("02890", "a/028/"),
        ("York", "a/01904/"),
        ("york", "a/01904/"),
        ("  YORK  ", "a/01904/"),
        ("St Andrews", "a/01334/"),
        ("Saint Andrews", "a/01334/"),
        ("Belfast", "a/028/"),
        ("Millom", "a/01229/"),
        ("Barrow-in-Furness", "a/01229/"),
    ],
)
def test_the_page_that_was_meant_is_found(finder: Finder, typed: str, page: str) -> None:
    assert finder.find(typed).page == page


@pytest.mark.parametrize(("typed", "near"), [("0190", "01904"), ("Yorck", "01904"), ("Leds", "0113")])
def test_what_comes_near_is_offered(finder: Finder, typed: str, near: str) -> None:
    found = finder.find(typed)
    assert found.page is None
    assert 0 < len(found.near) <= 8
    assert near in [each.code for each in found.near]


def test_a_town_without_its_county_is_found(finder: Finder) -> None:
    assert finder.find("Ashford").page == "a/01233/"


@pytest.mark.parametrize(
    "typed", ["", "   ", "\x00", "🙂", "YO1 7HH", "<script>", "%", "0" * 5_000, "x" * 5_000]
)
def test_nonsense_finds_nothing_and_breaks_nothing(finder: Finder, typed: str) -> None:
    assert finder.find(typed).page is None


def test_every_code_and_every_town_finds_a_page(finder: Finder) -> None:
    for area in fictional.LEAVES:
        assert finder.find(area.id).page == f"a/{area.id}/"
        found = finder.find(area.name)
        assert found.page is not None or any(each.code == area.id for each in found.near), area
