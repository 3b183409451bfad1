"""The mail reader in a real browser, with hostile mail: nothing asks anybody for anything, and nothing runs."""

import socket
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from lightship.endure.reading.message import read
from tests.edges.test_browser import DESKTOP, PHONE, QUIET, SMALL_PHONE, opened
from tests.support.debian import command
from tests.support.hostile_mail import CORPUS, aimed_at
from tests.support.mail_copies import keep, letter, name_of
from tests.support.reading import RunningReader

pytestmark = pytest.mark.needs("chromium")

FIRST = letter(0, "Line down", "The line is down since eight.\n\n" + "A long line of words. " * 40)
ANSWER = letter(1, "Re: Line down", "Ours, too.", "Bob <bob@example.org>", follows="0@example.org")


class Trap:
    """Listens where hostile mail points; whoever connects is remembered."""

    def __init__(self) -> None:
        self.caught: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(1)
                self.caught.append(peer.recv(2000))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=command("chromium"), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory, trap: Trap) -> Iterator[RunningReader]:
    folder = tmp_path_factory.mktemp("copy")
    keep(folder, [FIRST, ANSWER])
    keep(folder, aimed_at(trap.port).values(), "Hostile")
    running = RunningReader(folder)
    yield running
    running.stop()


def test_the_trap_catches_what_asks(browser: Browser, trap: Trap) -> None:
    page = browser.new_page()
    page.set_content(f'<img src="http://127.0.0.1:{trap.port}/control.gif">')
    page.wait_for_timeout(300)
    page.close()
    assert any(b"/control.gif" in each for each in trap.caught)
    trap.caught.clear()


def test_hostile_mail_asks_nobody_for_anything_and_nothing_runs(
    browser: Browser, mail: RunningReader, trap: Trap
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    context.on("page", lambda other: said.append(f"opened {other.url}"))
    for name, raw in aimed_at(trap.port).items():
        page.goto(f"{mail.address}m/{name_of(raw)}")
        assert page.title().endswith("mail kept here"), name
        assert not page.title().startswith("ran"), name
        assert page.url.startswith(mail.address), name
        assert page.locator("main h1").count() == 1, name
        assert page.locator("input:not(#q), textarea, select, iframe, script").count() == 0, name
    page.wait_for_timeout(300)
    assert [each for each in asked if not each.startswith(mail.address)] == []
    assert said == []
    assert trap.caught == []
    assert context.cookies() == []
    context.close()


def test_even_a_message_that_the_sanitiser_let_through_could_do_nothing(
    browser: Browser, mail: RunningReader, trap: Trap
) -> None:
    """The policy alone, with the worst put into the page by hand."""
    page = browser.new_page()
    worst = ("script", "handlers", "remote-picture", "css", "link-css", "frames", "media")
    evil = "".join(read(aimed_at(trap.port)[name]).rich[0].content for name in worst)
    page.route(
        "**/m/evil",
        lambda route: route.fulfill(
            status=200, body=f"<!doctype html><title>quiet</title>{evil}",
            headers={**dict(mail.ask("")[0].headers), "content-length": ""},
        ),
    )  # fmt: skip
    page.goto(f"{mail.address}m/evil")
    page.wait_for_timeout(300)
    assert page.title() == "quiet"
    assert trap.caught == []
    page.close()


def test_a_hostile_message_does_not_cover_the_page(browser: Browser, mail: RunningReader, trap: Trap) -> None:
    page = opened(browser, f"{mail.address}m/{name_of(aimed_at(trap.port)['overlay'])}")
    box = page.locator("section.letter").bounding_box()
    assert box is not None
    assert box["y"] > 100
    assert page.get_by_role("link", name="Mail kept here").is_visible()
    page.context.close()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing(browser: Browser, mail: RunningReader, size: tuple[int, int], scheme: str) -> None:
    # The checker is a script, which our policy does not let run: this context alone looks away.
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, bypass_csp=True,
        color_scheme="dark" if scheme == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    for below in ("", "?q=line", f"m/{name_of(FIRST)}", "nowhere"):
        page.goto(mail.address + below)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    context.close()


def test_nothing_is_wider_than_a_small_phone(browser: Browser, mail: RunningReader, trap: Trap) -> None:
    names = [
        name_of(FIRST),
        *(name_of(aimed_at(trap.port)[each]) for each in ("huge-table", "long-word", "deep", "bidi")),
    ]
    for below in ("", "?q=line", *(f"m/{name}" for name in names)):
        page = opened(browser, mail.address + below, SMALL_PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0], below
        page.context.close()


def test_the_way_from_search_to_an_attachment_needs_no_script(
    browser: Browser, mail: RunningReader, trap: Trap
) -> None:
    page = opened(browser, mail.address, script=False)
    page.get_by_label("Search mail").fill("line down")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bob").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Re: Line down"
    page.get_by_role("link", name="Ann").click()
    assert page.get_by_text("since eight").is_visible()
    page.goto(f"{mail.address}m/{name_of(aimed_at(trap.port)['hostile-names'])}")
    with page.expect_download() as download:
        page.get_by_role("link", name="gpj").click()
    assert download.value.suggested_filename == "gpjexe.svg"
    page.context.close()


def test_a_picture_inside_is_drawn(browser: Browser, mail: RunningReader, trap: Trap) -> None:
    page: Page = opened(browser, f"{mail.address}m/{name_of(aimed_at(trap.port)['related'])}")
    assert page.evaluate(
        "[...document.querySelectorAll('.body img[src]')].every(each => each.naturalWidth > 0)"
    )
    page.context.close()


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) > 35
