"""The pages in a real browser, from our own server: what people see, hear and print, and what is not asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from lightship.edges.web.published import Published
from tests.edges.test_site_server import Running, release
from tests.support import fictional
from tests.support.debian import command

pytestmark = pytest.mark.needs("chromium")

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, SMALL_PHONE, DESKTOP = (390, 844), (320, 640), (1280, 900)
PAGES = ("", "a/01904", "a/0118", "i/20310305-1", "codes/", "report/", "find?code=nowhere", "nowhere")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=command("chromium"), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    app = Published()
    app.swap(release(fictional.rich()))
    running = Running(app)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def quiet_server() -> Iterator[Running]:
    app = Published()
    app.swap(release(fictional.calm()))
    running = Running(app)
    yield running
    running.stop()


def opened(
    browser: Browser,
    address: str,
    size: tuple[int, int] = DESKTOP,
    scheme: str = "light",
    script: bool = True,
) -> Page:
    """A page in a window of its own; close it by its context."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    return page


LOOKS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]


@pytest.mark.parametrize(
    ("path", "size", "scheme"),
    [
        *((path, *look) for path in ("", "a/01904", "i/20310305-1", "report/", "nowhere") for look in LOOKS),
        *((path, PHONE, "light") for path in ("a/0118", "codes/", "find?code=nowhere")),
    ],
)
def test_axe_finds_nothing(
    browser: Browser, server: Running, path: str, size: tuple[int, int], scheme: str
) -> None:
    page = opened(browser, server.address + path, size, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_on_a_quiet_day(browser: Browser, quiet_server: Running) -> None:
    page = opened(browser, quiet_server.address, PHONE)
    found = Axe().run(page)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_its_landmarks_and_one_heading(browser: Browser, server: Running, path: str) -> None:
    page = opened(browser, server.address + path)
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("complementary", name="Simulation").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"
    page.context.close()


def test_the_front_page_is_named_as_it_is_heard(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address)
    assert page.get_by_role("heading", level=1).inner_text() == fictional.HEADLINE
    headings = [each.inner_text() for each in page.get_by_role("heading", level=2).all()]
    assert headings[1:] == ["Areas", "Updates", "Over in the last days", "Map", "Reports"]
    assert page.get_by_role("complementary", name="Emergency calls").is_visible()
    assert page.get_by_role("search", name="Your area").is_visible()
    assert page.get_by_role("textbox", name="Your area: telephone area code, or town").is_visible()
    assert page.get_by_role("button", name="Look up").is_visible()
    assert page.get_by_role("img", name="Map by area code: 43 areas affected, 17 likely.").count() == 1
    assert page.get_by_role("link", name="The same as a list").get_attribute("href") == "codes/"
    page.context.close()


def test_the_table_of_areas_names_its_rows_and_columns(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address)
    page.get_by_text("Show 132").click()
    table = page.get_by_role("table", name="area codes, as of 9:20am")
    heads = [each.inner_text() for each in table.get_by_role("columnheader").all()]
    assert heads == ["Area", "Broadband", "Phone calls", "Email"]
    row = table.get_by_role("row", name="01904 York")
    assert [each.inner_text() for each in row.get_by_role("cell").all()] == [
        "Failing for some",
        "Failing for some",
        "None known",
    ]
    assert row.get_by_role("rowheader").inner_text() == "01904 York"
    page.context.close()


def test_a_link_of_the_list_leads_to_the_area(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address)
    page.get_by_text("Show the codes").last.click()
    page.get_by_role("link", name="0118", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "No problem that we know of in Reading (0118)"
    page.get_by_role("link", name="All areas and services").click()
    assert page.get_by_role("heading", level=1).inner_text() == fictional.HEADLINE
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_looking_up_works(browser: Browser, server: Running, script: bool) -> None:
    page = opened(browser, server.address, script=script)
    page.get_by_label("Your area").last.fill("01904 123456")
    page.get_by_role("button", name="Look up").click()
    assert page.url == f"{server.address}a/01904/"
    page.get_by_label("Your area").last.fill("Yorck")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="01904 York").click()
    assert page.url == f"{server.address}a/01904/"
    page.context.close()


def test_all_can_be_read_without_script(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address, script=False)
    page.get_by_text("Show 132").click()
    assert page.get_by_role("row", name="01904 York").is_visible()
    page.get_by_role("link", name="Everything about this, with its history").click()
    assert page.get_by_text("Is it the same as last time?").is_visible()
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_is_asked_for_anything(browser: Browser, server: Running, path: str) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.address + path)
    page.evaluate("document.querySelectorAll('img').forEach(each => each.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if not each.startswith((server.address, "data:"))] == []
    assert page.context.cookies() == []
    texts = [each for each in asked if not each.startswith("data:") and not each.endswith(".svg")]
    assert len(texts) == 1, "one request is enough for the text"
    page.context.close()


def test_the_pictures_load_and_break_no_policy(browser: Browser, server: Running) -> None:
    page = browser.new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(server.address)
    page.evaluate("document.querySelectorAll('img').forEach(each => each.loading = 'eager')")
    # decode() waits, and rejects what cannot be drawn; waiting by polling would need the eval that our policy forbids.
    page.evaluate("Promise.all([...document.images].map(each => each.decode()))")
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_small_phone(browser: Browser, server: Running, path: str) -> None:
    page = opened(browser, server.address + path, SMALL_PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]
    page.context.close()


def test_targets_are_large_enough_for_a_thumb(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address, PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    targets = "document.querySelectorAll('.g a, th a, summary, button, input')"
    assert min(page.evaluate(f"[...{targets}].map(each => each.getBoundingClientRect().height)")) >= 24
    page.context.close()


def test_the_keyboard_gets_everywhere_and_shows_where_it_is(browser: Browser, server: Running) -> None:
    page = opened(browser, server.address)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to main content"
    assert focused.bounding_box()["x"] >= 0  # type: ignore[index]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.context.close()


def test_state_is_a_word_and_a_shape_beside_the_colour(browser: Browser, server: Running) -> None:
    page = opened(browser, f"{server.address}a/01904")
    cell = page.get_by_role("row", name="Broadband").get_by_role("cell")
    assert "Failing" in cell.inner_text()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('td.f'), '::before').content").strip('"')
        == "▲"
    )
    page.context.close()


def test_the_page_prints_with_its_folded_parts(browser: Browser, server: Running, tmp_path: Path) -> None:
    page = opened(browser, server.address)
    page.pdf(path=tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.get_by_role("search").is_hidden()
    page.context.close()
