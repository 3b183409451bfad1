"""`lightship ready`, as people type it, on a machine with nothing and with everything."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from lightship.edges.links.history import History
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.tell.emergency import CROWN_DEPENDENCY, ELSEWHERE, UK
from tests.edges.test_browser import QUIET
from tests.support.debian import command
from tests.support.mail_copies import keep, letter


@pytest.fixture
def here(tmp_path: Path) -> list[str]:
    """Options for a machine of its own."""
    return ["--copy", str(tmp_path / "mail"), "--account", str(tmp_path / "account"), "--lines", str(tmp_path / "wan"),
            "--facts", str(tmp_path / "continuity.yaml")]  # fmt: skip


@pytest.fixture
def answering() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: _accept(server), daemon=True).start()
        yield int(server.getsockname()[1])


def _accept(server: socket.socket) -> None:
    try:
        while True:
            server.accept()[0].close()
    except OSError:
        return


def written(tmp_path: Path, text: str) -> None:
    (tmp_path / "continuity.yaml").write_text(text)


def test_with_nothing_everything_is_missing_and_said(
    here: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            ["ready", *here[:-2]],
        )
        == ExitCode.CHECK_FAILED
    )
    out = capfd.readouterr().out
    for words in (
        "No line was seen to work",
        "lightship mail keep",
        "lightship keep account add",
        "to be mended",
    ):
        assert words in out


def test_the_facts_begin_as_a_sound_file_and_are_never_overwritten(
    here: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["ready", "--begin", *here]) == ExitCode.OK
    assert run(["ready", "--begin", *here]) == ExitCode.BAD_INPUT
    assert run(["ready", *here, "--json"]) == ExitCode.CHECK_FAILED
    found = json.loads(capfd.readouterr().out.partition("\n{")[2].join(["{", ""]))
    assert found["ready"] is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nation: Atlantis", "continuity.yaml:1:9 nation"),
        ("nmae: x", "did you mean name"),
        ("applications: [{name: A, kind: microsoft}]", "did you mean microsoft-365"),
        (
            "applications:\n  - {name: A, needs: [sip.example.org]}",
            "continuity.yaml:2:23 applications[0].needs[0]",
        ),
        ("battery_minutes: -1", "minutes, from 0"),
        ("zone: Mars", "zone"),
        ("diversions: [{number: '1', to: '2', tried: soon}]", "a day such as"),
        ("people: {}", "people"),
        ("- x", "no keys in this file"),
        ("name: [", "not YAML"),
    ],
)
def test_a_mistake_in_the_facts_is_named_by_its_place(
    here: list[str], tmp_path: Path, text: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, text)
    assert run(["ready", *here]) == ExitCode.BAD_INPUT
    assert said in capfd.readouterr().err


def test_what_the_work_depends_on_is_tried_over_each_line(
    here: list[str], tmp_path: Path, answering: int, capfd: pytest.CaptureFixture[str]
) -> None:
    text = f"lines: [lo]\napplications:\n  - {{name: Own, needs: ['tcp://127.0.0.1:{answering}']}}\n"
    written(tmp_path, text)
    run(["ready", *here])
    assert "1 of 1 addresses and lines answered" in capfd.readouterr().out
    written(tmp_path, text.replace("[lo]", "[lo, nothere0]"))
    run(["ready", *here])
    assert f"No answer: Own: tcp://127.0.0.1:{answering} over nothere0" in capfd.readouterr().out
    run(["ready", *here, "--no-check"])
    assert "Not tried just now" in capfd.readouterr().out


def test_lines_copies_and_papers_are_counted(
    here: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path / "mail", [letter(0, "x", "y")])
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"x")
    for kind in ("bill", "contract", "numbers"):
        run(["keep", "account", "add", str(bill), "--kind", kind, "--folder", str(tmp_path / "account")])
    History(tmp_path / "wan").close()
    run(["ready", *here[:-2], "--json"])
    page = {each["id"]: each for each in json.loads(capfd.readouterr().out.splitlines()[-1])["answers"]}
    assert page["mail-complete"]["said"] == "1 of 1 messages."
    assert page["account"]["state"] == "ready"
    assert page["account-verified"]["state"] == "missing"


@pytest.mark.parametrize(
    ("nation", "text"), [("Wales", UK), ("Jersey", CROWN_DEPENDENCY), ("elsewhere", ELSEWHERE)]
)
def test_the_plan_carries_the_fixed_wording_of_the_nation(
    here: list[str], tmp_path: Path, nation: str, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, f"nation: {nation}")
    assert run(["ready", "--plan", *here]) == ExitCode.CHECK_FAILED
    assert text in capfd.readouterr().out


FULL = """
name: Example <b>Joinery</b>
people: [{name: Ann, phone: "01632 960001", does: decides}]
providers: [{name: Example Telecom, services: [broadband, voice], phone: "1", account: A1}]
digital_voice: true
battery_minutes: 60
relies_on_landline: true
second_line: 4G modem wwan0
diversions: [{number: "01632 960000", to: "07700 900001", how: "*21*07700900001#", tried: 2026-05-01}]
applications: [{name: Office, kind: microsoft-365}, {name: Phones, kind: hosted-telephony}]
"""


def test_a_full_plan_in_the_terminal(
    here: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, FULL)
    assert run(["ready", "--plan", "--no-check", *here]) == ExitCode.OK
    out = capfd.readouterr().out
    for words in (
        "BROADBAND IS OUT",
        "Ann, 01632 960001 (decides)",
        "*21*07700900001#",
        "about 60 minutes",
        "[1] ",
    ):
        assert words in out
    assert "TO BE SETTLED" not in out
    assert run(["ready", "--plan", "--no-check", "--json", *here]) == ExitCode.OK


@pytest.mark.needs("chromium")
def test_both_pages_in_a_browser_and_on_paper(here: list[str], tmp_path: Path) -> None:
    written(tmp_path, FULL)
    run(["ready", "--no-check", "--html", str(tmp_path / "ready.html"), *here])
    run(["ready", "--plan", "--no-check", "--html", str(tmp_path / "plan.html"), *here])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command("chromium"), args=QUIET)
        for name, scheme in (("ready", "light"), ("plan", "dark")):
            context = browser.new_context(
                viewport={"width": 320, "height": 640}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))  # noqa: B023 - used within the turn
            page.goto(f"file://{tmp_path}/{name}.html")
            assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.locator("b >> text=Joinery").count() == 0
            page.pdf(path=tmp_path / f"{name}.pdf", format="A4")
            context.close()
        browser.close()
