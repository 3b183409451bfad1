"""The page of an explanation in a real browser: on a phone and a desk, light and dark, without a script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from lightship.run.explaining.explanation import explanation
from lightship.run.explaining.folded import chosen, fold, main_way
from lightship.run.explaining.log import of_scenario
from lightship.run.explaining.page import page
from tests.edges.test_browser import DESKTOP, LOOKS, PHONE, QUIET, opened
from tests.support.debian import command
from tests.support.replays import short

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=command("chromium"), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cut cable, five minutes on."""
    log = of_scenario(short("sky-2017-07-06", before=5, after=6), None)
    folded = fold(log, None)
    way = main_way(folded)
    assert way is not None
    search = chosen(way, None)
    assert search is not None
    assert search.after.stages is not None
    path: Path = tmp_path_factory.mktemp("page") / "why.html"
    path.write_text(page(explanation(log, folded, way, search), search.after.stages.feet.network), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_axe_finds_nothing(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> None:
    shown = opened(browser, address, size, scheme)
    shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(shown)
    shown.context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_window(browser: Browser, address: str, size: tuple[int, int]) -> None:
    shown = opened(browser, address, size, script=False)
    shown.context.close()
    shown = opened(browser, address, size)
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    shown.context.close()


def test_it_is_named_and_marked_for_those_who_hear_it(browser: Browser, address: str) -> None:
    asked: list[str] = []
    shown = opened(browser, "about:blank")
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(address)
    assert shown.get_by_role("heading", level=1).inner_text().startswith("Duct from Seaford to Lydd")
    assert shown.get_by_role("complementary", name="For operators").is_visible()
    assert shown.get_by_role("complementary", name="Simulation").is_visible()
    assert shown.get_by_role("img", name="Margin over time").count() == 1
    assert shown.get_by_role("table", name="Observations, those that decide first").count() == 1
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    shown.context.close()
