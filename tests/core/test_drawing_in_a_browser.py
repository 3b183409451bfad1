"""The drawings where people see them: no word outside the picture or upon another, in light and dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from lightship.edges.files.cells import uk_cells
from lightship.tell.drawing.area_map import area_map
from lightship.tell.drawing.report_graph import report_graph
from lightship.vocabulary.places import AreaId
from tests.support.debian import command

WORDS = """() => [...document.querySelectorAll('text')].map(t => {
  const b = t.getBBox(); return [t.textContent, b.x, b.y, b.x + b.width, b.y + b.height] })"""
FILL = "name => getComputedStyle(document.querySelector(name)).fill"

MAP = area_map(
    uk_cells(), {AreaId("0113"): 0.5, AreaId("0114"): 0.1}, (AreaId("0115"),),
    "Broadband, telephone, e-mail, webmail and the website", "9:05am, Wednesday 20 July 2016", True,
)  # fmt: skip
GRAPH = report_graph(
    [f"{n // 4}:00am" if n % 16 == 0 else "" for n in range(96)], [float(n * 977 % 9_000) for n in range(96)],
    [500.0] * 96, ((40, "it began"), (88, "working again")),
    "Broadband, telephone and webmail reports per 15 minutes", True, [300.0] * 95 + [float("nan")],
)  # fmt: skip

pytestmark = pytest.mark.needs(
    "chromium", "fonts-dejavu-core"
)  # the widest face that a reader is likely to have


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def asked(
    browser: Browser, svg: str, width: int, question: str, *, dark: bool = False, of: str | None = None
) -> Any:
    """What a page that holds the picture alone answers."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page.set_content(f"<!doctype html><body style='margin:0'>{svg}")
    answer = page.evaluate(question, of)
    page.close()
    return answer


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("svg", [MAP, GRAPH], ids=["map", "graph"])
def test_no_word_leaves_the_picture_or_lies_upon_another(browser: Browser, svg: str, width: int) -> None:
    right, bottom = (float(n) for n in svg.partition('viewBox="0 0 ')[2].partition('"')[0].split())
    words = asked(browser, svg, width, WORDS)
    assert len(words) > 8
    for n, (text, x0, y0, x1, y1) in enumerate(words):
        assert x0 >= 0, text
        assert y0 >= 0, text
        assert x1 <= right, text
        assert y1 <= bottom, text
        upon = [
            w[0] for w in words[:n] if w[1] < x1 - 1 and x0 < w[3] - 1 and w[2] < y1 - 6 and y0 < w[4] - 6
        ]
        assert upon == [], text


@pytest.mark.parametrize(("svg", "name"), [(MAP, ".back"), (MAP, ".b3"), (GRAPH, ".bar")])
def test_the_colours_follow_the_reader_s_choice(browser: Browser, svg: str, name: str) -> None:
    light = asked(browser, svg, 800, FILL, of=name)
    assert light.startswith("rgb(")
    assert light != asked(browser, svg, 800, FILL, of=name, dark=True)


@pytest.mark.parametrize(
    ("svg", "width", "least"), [(MAP, 358, 10.0), (GRAPH, 288, 10.0)], ids=["map", "graph"]
)
def test_the_smallest_word_can_be_read_on_a_phone(
    browser: Browser, svg: str, width: int, least: float
) -> None:
    size = """() => Math.min(...[...document.querySelectorAll('text')].map(t =>
      parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
    assert asked(browser, svg, width, size) >= least
