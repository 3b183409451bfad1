"""Being told, from the form on the page to the letter and out again: real server, store, contacts and relay."""

import json
import re
import sqlite3
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import sync_playwright

from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.subscribers.wants import Wants
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.api.telling import Delivery
from lightship.edges.web.background import Served
from lightship.edges.web.senders import Senders
from lightship.run.benches.tell.receivers import Hook, Relay
from lightship.run.cli import run
from lightship.run.configuration import Configuration, Page
from lightship.run.configuration import Subscribers as Said
from lightship.run.door import Door
from lightship.run.exit_codes import ExitCode
from lightship.run.hub import Hub
from lightship.run.mirroring import standing_of
from lightship.run.site import PublishedSite
from lightship.run.telling import Telling
from lightship.run.telling_plan import telling_plan
from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import Event, MapChanged, SettingsChanged, SubscriptionChanged
from lightship.vocabulary.time import Instant
from tests.support.debian import command
from tests.support.letters import SETTINGS, with_channels

ANN = "ann@bt.example"


class Answer(NamedTuple):
    status: int
    text: str
    headers: Any


class Deployment:
    """What `serve` puts together, with a hub that takes events from the door alone."""

    def __init__(self, folder: Path) -> None:
        self.relay, self.gateway = Relay(), Hook()
        self.relay.__enter__(), self.gateway.__enter__()
        self.path = folder / "lightship.db"
        channels: list[dict[str, Any]] = [
            {
                "kind": "email",
                "component": "relay",
                "sender": "status@lightship.example",
                "port": self.relay.port,
            },
            {"kind": "apprise", "destinations": {"room": "env:LIGHTSHIP_TEST_ROOM"}},
            {
                "kind": "sms",
                "component": "gateway",
                "url": self.gateway.url,
                "private": True,
                "a_second": 1000.0,
            },
        ]
        self.file = Configuration(
            ["tcp://127.0.0.1:1"], channels=channels, page=Page(address="https://status.example"),
            subscribers=Said({"bt.example": "email"}, {"+447700": "voice"}),
        )  # fmt: skip
        plan = telling_plan(self.file, with_channels(), lambda trail: str(trail))
        assert plan is not None
        self.store, self.door, self.plan = SqliteStore(self.path), Door(), plan
        self.site = PublishedSite(self.store, folder / "site")
        self.hub = Hub.open(self.store, lambda state, at, keys: None)
        self.warnings: list[str] = []
        self.telling = Telling(plan, self.path, self.door, self.warnings.append)
        self.tokens = TokenFile(folder / "tokens.db")
        delivery = Delivery(self.path, standing_of(self.path))
        api = Api(self.tokens, Parts(self.telling.office, delivery), Senders(()))
        self.reader = f"Bearer {self.tokens.add('console', ['read'])}"
        self.served = Served("127.0.0.1", 0, api=api, mount=self.telling.mounted)
        self.thread = ThreadPoolExecutor(1, "hub")

    def open(self) -> None:
        self.served.__enter__()
        self.site.shown.append(self.served.show)
        for event in (
            SettingsChanged(replace(SETTINGS, channels=self.plan.stated)),
            MapChanged(with_channels()),
        ):
            self.accept(event)
        self.site.publish(self.hub.state, Instant(1))
        self.telling.begin(self.hub)
        self.door.open(self.thread, self.accept)

    def accept(self, event: Event) -> tuple[Decision, ...]:
        found = self.hub.accept(Instant(round(time.time() * 1000)), event)
        self.hub.flush()
        return found

    def close(self) -> None:
        self.door.close()
        self.served.__exit__(None, None, None)
        self.telling.close()
        self.tokens.close()
        self.thread.shutdown()
        self.store.close()
        self.relay.__exit__(None, None, None)
        self.gateway.__exit__(None, None, None)

    def ask(self, path: str, body: dict[str, str] | bytes | None = None, **headers: str) -> Answer:
        data = body if body is None or isinstance(body, bytes) else urllib.parse.urlencode(body).encode()
        where = self.served.address.rstrip("/") + path.removeprefix("https://status.example")
        request = urllib.request.Request(
            where, data, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), error.headers)

    def subscribe(self, contact: str, **more: str) -> Answer:
        return self.ask("/subscribe", {"channel": "email", "contact": contact, **more})

    def letters(self, count: int) -> list[EmailMessage]:
        eventually(lambda: len(self.relay.raw) >= count, f"{count} letters")
        return self.relay.read()

    def text(self, letter: EmailMessage) -> str:
        body = letter.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def link(self, letter: EmailMessage, what: str) -> str:
        found = re.search(rf"https://status\.example(/subscribe/{what}/\S+)", self.text(letter))
        assert found, self.text(letter)
        return found[1]

    def people(self) -> dict[str, list[str]]:
        """Subscribers, without our own places."""
        found = self.hub.state.audience.people.items()
        known = {person: [each.channel for each in profile] for person, profile in found}
        return {person: channels for person, channels in known.items() if channels != ["apprise"]}


def eventually(is_so: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + 8
    while not is_so():
        assert time.monotonic() < ends, f"{what}: not within eight seconds"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIGHTSHIP_TEST_ROOM", "json://127.0.0.1:1/")
        found = Deployment(tmp_path_factory.mktemp("telling"))
        found.open()
        yield found
        found.close()
    assert found.warnings == []


def test_the_form_stands_on_the_page_and_works_without_a_script(here: Deployment) -> None:
    page = here.ask("/subscribe/")
    assert page.status == 200
    assert 'action="../subscribe"' in page.text
    assert "<script" not in page.text
    assert 'href="subscribe/"' in here.ask("/").text


def test_a_place_of_our_own_is_told_everything_and_nobody_can_ask_for_it(here: Deployment) -> None:
    eventually(lambda: bool(here.hub.state.audience.people), "the place of our own in the log")
    told = [profile for profile in here.hub.state.audience.people.values() if profile[0].channel == "apprise"]
    assert [each.selector for profile in told for each in profile] == ["*"]
    assert "apprise" not in here.ask("/subscribe/").text
    assert here.ask("/subscribe", {"channel": "apprise", "contact": "room"}).status == 422


def test_from_the_form_to_a_letter_and_out_again(here: Deployment) -> None:
    before = len(here.relay.raw)
    answer = here.subscribe(ANN, area="York", service="broadband", pace="hourly", priority="yes")
    assert answer.status == 202
    assert ANN not in answer.text
    confirm = here.letters(before + 1)[-1]
    assert confirm["To"] == ANN
    assert "broadband in York (01904)" in here.text(confirm)
    assert confirm["List-Unsubscribe"] is None
    link = here.link(confirm, "confirm")
    opened = here.ask(link)
    assert "Yes, tell me" in opened.text
    assert here.people() == {}, "opening a link changes nothing"
    done = here.ask(link, {})
    assert "We will tell you" in done.text
    assert "Add another way to reach you" in done.text
    (person,) = here.people()
    (contact,) = here.hub.state.audience.people[person]
    assert (contact.selector, contact.pace, contact.area) == (
        "area:01904 service:broadband",
        "hourly",
        "01904",
    )
    assert (contact.through, contact.priority) == (("email",), True)

    manage = re.search(r'href="(/subscribe/manage/[^"]+)"', done.text)
    assert manage
    second = here.ask(manage[1], {"do": "second", "channel": "sms", "contact": "07700 900123"})
    assert "We sent a message there" in second.text
    eventually(lambda: len(here.gateway.got) == 1, "a text message")
    text = here.gateway.json()[0]["text"]
    where = re.search(r"https://status\.example(/subscribe/confirm/\S+)", text)
    assert where
    here.ask(where[1], {})
    assert here.people() == {person: ["email", "sms"]}
    shown = here.ask(manage[1]).text
    assert "a...@bt.example" in shown
    assert "+44...23" in shown
    assert ANN not in shown

    assert (
        "Changed."
        in here.ask(manage[1], {"do": "change", "channel": "email", "pace": "ends", "area": ""}).text
    )
    assert here.hub.state.audience.people[person][0].selector == "*"

    stop = f"/subscribe/stop/{person}/email/" + here.telling.book.key(person).token("stop", "email")  # type: ignore[union-attr]
    assert "<button>Stop" in here.ask(stop).text
    assert here.people() == {person: ["email", "sms"]}, "a scanner that opens links stops nothing"
    one_click = here.ask(
        stop, b"List-Unsubscribe=One-Click", Content_Type="application/x-www-form-urlencoded"
    )
    assert one_click.status == 200
    assert here.people() == {person: ["sms"]}
    assert here.ask(stop, b"List-Unsubscribe=One-Click").status == 200, "twice is once"
    assert "deleted" in here.ask(manage[1], {"do": "erase"}).text
    assert here.people() == {}
    assert here.ask(manage[1]).status == 404


def test_a_link_fills_in_where_and_about_which_incident(here: Deployment) -> None:
    there = here.ask("/subscribe?area=01904").text
    assert 'name="area" value="01904"' in there
    assert "<script" not in here.ask("/subscribe?area=%22%3E%3Cscript%3E").text
    about = here.ask("/subscribe?incident=20160720-1").text
    assert 'type="hidden" name="incident" value="20160720-1"' in about
    assert "About what?" not in about
    assert 'name="incident"' not in here.ask("/subscribe?incident=%22%3E%3Cscript%3E").text
    before = len(here.relay.raw)
    here.telling.office.ask("email", "joy@example.org", Wants("incident:20160720-1"), "network 7")
    assert "incident 20160720-1" in here.text(here.letters(before + 1)[-1])
    assert here.subscribe("kim@example.org", incident="x" * 99).status == 422


def test_a_number_of_ours_hangs_on_our_own_service(here: Deployment) -> None:
    office = here.telling.office
    assert office.event("x", "sms", Wants("*"), "+447700900123").through == ("voice",)
    assert office.event("x", "sms", Wants("*"), "+447800900123").through == ()
    assert office.event("x", "email", Wants("*"), "a@bt.example").through == ("email",)


def test_whoever_asks_learns_nothing_about_who_is_known(here: Deployment) -> None:
    before = len(here.relay.raw)
    new = here.subscribe("bea@example.org")
    here.ask(here.link(here.letters(before + 1)[-1], "confirm"), {})
    known = here.subscribe("bea@example.org", pace="ends")
    assert (new.status, new.text) == (known.status, known.text)
    letter = here.letters(before + 2)[-1]
    assert letter["Subject"] == "You already get BT outage news"
    (person,) = here.people()
    assert here.hub.state.audience.people[person][0].pace == "each", "a stranger changes nothing"
    here.ask(here.link(letter, "manage"), {"do": "erase"})


def test_apps_ask_as_the_form_does(here: Deployment) -> None:
    def ask(**fields: str) -> Answer:
        body = json.dumps({"channel": "email", "contact": "ivy@example.org", **fields}).encode()
        return here.ask(
            "/api/v1/subscriptions", body, Content_Type="application/json", X_Forwarded_For="192.0.2.9"
        )

    before = len(here.relay.raw)
    assert ask(selector="area:019 service:email, service:voice").status == 202
    letter = here.letters(before + 1)[-1]
    assert letter["To"] == "ivy@example.org"
    assert "email where codes begin with 019 and phone calls" in here.text(letter)
    assert [ask(selector="planet:mars").status, ask(pace="never").status, ask(contact="x").status] == [
        422
    ] * 3
    assert here.ask("/api/v1/subscriptions", b"{}", Content_Type="text/plain").status == 415


def test_programs_see_how_delivery_stands(here: Deployment) -> None:
    said = json.loads(here.ask("/api/v1/outbox", Authorization=here.reader).text)
    assert said["channels"]["email"]["sent"] >= 1
    assert json.loads(here.ask("/api/v1/mirrors", Authorization=here.reader).text) == {"mirrors": []}
    assert here.ask("/api/v1/outbox").status == 401


def test_nobody_is_flooded_through_us(here: Deployment) -> None:
    before = len(here.relay.raw)
    for _ in range(6):
        here.telling.office.ask("email", "cat@example.org", Wants("*"), f"network {_}")
    here.telling.office.ask("email", "dan@example.org", Wants("*"), "network 9")
    letters = here.letters(before + 4)[before:]
    assert sorted(str(each["To"]) for each in letters) == ["cat@example.org"] * 3 + ["dan@example.org"]


def test_one_network_is_slowed_down(here: Deployment) -> None:
    found = [here.subscribe(f"e{n}@example.org", pace="never").status for n in range(3)]
    assert found == [422] * 3, "what is malformed costs nothing"
    statuses = [here.subscribe(f"f{n}@example.org").status for n in range(14)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "fields",
    [
        {"contact": "x\r\nBcc: y@example.org"}, {"contact": "=1+1@"}, {"channel": "pigeon", "contact": "a@example.org"},
        {"contact": "a@example.org", "area": "<script>alert(1)</script>"}, {"contact": "\u202ea@example.org"},
        {"contact": "a@example.org", "pace": "x" * 2000}, {},
    ],
)  # fmt: skip
def test_hostile_fields_are_refused_and_never_come_back_as_they_are(
    here: Deployment, fields: dict[str, str]
) -> None:
    answer = here.ask("/subscribe", {"channel": "email", **fields})
    assert answer.status == 422
    assert "<script" not in answer.text
    assert "\u202e" not in answer.text


def test_another_site_cannot_send_the_form_and_long_ones_are_refused(here: Deployment) -> None:
    assert here.ask("/subscribe", {"contact": "a@example.org"}, Sec_Fetch_Site="cross-site").status == 403
    assert here.ask("/subscribe", {"contact": "a" * 5000}).status == 413
    assert here.ask("/subscribe", b"&".join(b"a=1" for _ in range(100))).status == 413


@pytest.mark.parametrize(
    "path", ["confirm/a/email/b", "stop/a/email/b", "manage/a/b", "manage/../x", "a/b/c/d/e", "confirm"]
)
def test_links_that_nobody_was_given_lead_nowhere(here: Deployment, path: str) -> None:
    answer = here.ask(f"/subscribe/{path}")
    assert answer.status == 404
    assert answer.headers["Cache-Control"] == "no-store" or "/codes" not in path


def test_the_log_holds_no_address_and_without_the_key_a_contact_is_noise(here: Deployment) -> None:
    person = here.telling.book.keep(None, "email", "secret.name@example.org", Wants("*"), Instant(1))
    for file in here.path.parent.glob("lightship.*"):
        assert b"secret.name" not in file.read_bytes(), file
    assert here.telling.book.of(person)[0].address == "secret.name@example.org"
    copy = here.path.with_name("backup.db")
    with sqlite3.connect(here.telling.book.path) as db, sqlite3.connect(copy) as backup:
        db.backup(backup)
    assert here.telling.office.erase(person)
    with sqlite3.connect(copy) as backup:
        (sealed,) = backup.execute("SELECT sealed FROM contact WHERE person = ?", (person,)).fetchone()
    assert sealed not in here.telling.book.path.read_bytes(), "the file itself keeps nothing, either"
    assert here.telling.book.key(person) is None, "the backup still has the row, and nobody can read it"


def test_what_the_log_missed_is_made_good(here: Deployment) -> None:
    person = here.telling.book.keep(None, "email", "gus@example.org", Wants("service:email"), Instant(1))
    here.telling.book.set_state(person, "email", "confirmed")
    (event,) = here.telling.office.differences(here.hub.state.audience)
    assert event == SubscriptionChanged(person, "service:email", "email")
    here.accept(event)
    here.telling.book.erase(person)
    (event,) = here.telling.office.differences(here.hub.state.audience)
    assert event == SubscriptionChanged(person, "", "email")
    here.accept(event)


def test_letters_need_an_address_of_the_page_and_components_that_are_there(here: Deployment) -> None:
    network = with_channels()
    with pytest.raises(BadInput, match="letters carry links"):
        telling_plan(replace(here.file, page=Page()), network, str)
    with pytest.raises(BadInput, match="the map has no 'nowhere'"):
        telling_plan(replace(here.file, channels=[{"kind": "webhook", "component": "nowhere"}]), network, str)
    with pytest.raises(BadInput, match="no service 'fax'"):
        telling_plan(replace(here.file, subscribers=Said({"bt.example": "fax"})), network, str)


def test_people_are_told_what_is_kept_of_them_and_are_forgotten_when_they_ask(
    here: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    person = here.telling.book.keep(None, "email", "hal@example.org", Wants("*"), Instant(1))
    here.telling.book.set_state(person, "email", "confirmed")
    hub = here.path.with_name("lightship.yaml")
    hub.write_text(f"checks: [tcp://127.0.0.1:1]\nstore: {here.path.name}\n")
    assert run(["subscribers", "export", "Hal@example.org", "--hub", str(hub)]) == ExitCode.BAD_INPUT
    assert run(["subscribers", "export", "hal@EXAMPLE.org", "--hub", str(hub)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["person"], said["contacts"][0]["address"]) == (person, "hal@example.org")
    assert run(["outbox", "--hub", str(hub)]) == 0
    assert "email: " in capsys.readouterr().out
    assert run(["subscribers", "erase", person, "--hub", str(hub), "--yes"]) == 0
    assert run(["subscribers", "export", person, "--hub", str(hub)]) == ExitCode.BAD_INPUT
    assert here.telling.book.of(person) == ()


@pytest.mark.needs("chromium")
def test_axe_finds_no_fault_in_what_subscribers_see(here: Deployment) -> None:
    before = len(here.relay.raw)
    here.telling.office.ask("email", "lou@example.org", Wants("service:email"), "network 8")
    confirm = here.link(here.letters(before + 1)[-1], "confirm")
    root = here.served.address.rstrip("/")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=command("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 390, "height": 844})
        for step in (
            "/subscribe/",
            "/subscribe?incident=20160720-1",
            confirm,
            "button",
            "text=See or change",
            "summary",
        ):
            page.goto(f"{root}{step}") if step.startswith("/") else page.click(step)
            page.wait_for_load_state()
            found = Axe().run(page)
            assert found.violations_count == 0, (step, found.generate_report())
        chromium.close()
