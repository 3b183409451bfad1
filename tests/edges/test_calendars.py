"""Calendars and contacts from a real server: complete, unchanged, and kept when it deletes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.dav.answers import parse
from lightship.edges.mailboxes.dav.asking import Dav, Place
from lightship.edges.mailboxes.dav.finding import Collection
from lightship.edges.mailboxes.dav.shelf import Shelf, read_list
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.run.mail.calendars import Passed, keep, remember
from lightship.run.ready.gathering import gather
from lightship.vocabulary.errors import BadInput, Unreachable
from tests.support.certificates import Authority
from tests.support.radicale import PASSWORD, USER, Radicale

COUNT = 55
"""More than are asked for at once."""
REAL = pytest.mark.needs("radicale")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[Radicale]:
    certificate, key = authority.issue(tmp_path, "localhost")
    with Radicale(tmp_path / "radicale", certificate, key) as running:
        running.make("work", "calendar")
        running.make("people", "contacts")
        running.fill(COUNT)
        assert running.person(1) in (201, 204)
        yield running


class Home:
    """A copy with one place."""

    def __init__(self, folder: Path, server: Radicale, authority: Authority, url: str = "") -> None:
        self.folder = folder
        self.place = Place(url or server.url, USER, f"echo {PASSWORD}", str(authority.certificate))
        remember(folder, "home", self.place)

    def keep(self) -> dict[str, Passed]:
        return {each.kind: each for each in keep(self.folder, {"home": self.place}, lambda line: None)}

    def files(self, pattern: str) -> list[Path]:
        return sorted((self.folder / "calendars" / "home").glob(pattern))


@REAL
def test_everything_is_kept_and_a_second_pass_fetches_nothing(
    server: Radicale, authority: Authority, tmp_path: Path
) -> None:
    home = Home(tmp_path / "copy", server, authority)
    first = home.keep()
    assert {kind: (each.items, each.fetched) for kind, each in first.items()} == {
        "calendar": (COUNT, COUNT),
        "contacts": (1, 1),
    }
    assert len(home.files("work of Ann*/*.ics")) + len(home.files("work_of_Ann*/*.ics")) == COUNT
    (card,) = home.files("*/*.vcf")
    assert b"FN:Person 1" in card.read_bytes()
    assert {each.fetched for each in home.keep().values()} == {0}


@REAL
def test_changes_and_deletions_there_leave_everything_here(
    server: Radicale, authority: Authority, tmp_path: Path
) -> None:
    home = Home(tmp_path / "copy", server, authority)
    home.keep()
    server.event(3, "dinner")
    server.event(500)
    assert server.ask("DELETE", "/ann/work/event-7.ics") == 200
    after = home.keep()["calendar"]
    assert (after.items, after.fetched, after.gone) == (COUNT, 2, 1)
    (earlier,) = home.files("*/earlier/*.ics")
    assert b"SUMMARY:lunch" in earlier.read_bytes()
    (deleted,) = home.files("*/deleted/*.ics")
    assert b"UID:event-7" in deleted.read_bytes()
    assert any(b"SUMMARY:dinner" in path.read_bytes() for path in home.files("*/event-3~*.ics"))


@REAL
def test_a_token_that_the_server_has_forgotten_and_a_file_that_was_lost_here_are_mended(
    server: Radicale, authority: Authority, tmp_path: Path
) -> None:
    home = Home(tmp_path / "copy", server, authority)
    home.keep()
    (path,) = {path.parent for path in home.files("*/event-1~*.ics")}
    text = (path / "list.json").read_text()
    listed = read_list(path)
    assert listed is not None
    (path / "list.json").write_text(text.replace(listed.token, "http://radicale.org/ns/sync/forgotten"))
    server.ask("DELETE", "/ann/work/event-2.ics")
    next(path.glob("event-1~*.ics")).unlink()
    next(path.glob("event-9~*.ics")).write_bytes(b"changed here")
    after = home.keep()["calendar"]
    assert (after.items, after.gone, after.trouble) == (COUNT - 1, 1, "")
    assert after.fetched == 2
    assert b"event-9" in next(path.glob("event-9~*.ics")).read_bytes()


@REAL
@pytest.mark.parametrize("below", ["ann/", "ann/work/", ".well-known/caldav"])
def test_any_address_on_the_way_will_do(
    server: Radicale, authority: Authority, tmp_path: Path, below: str
) -> None:
    home = Home(tmp_path / "copy", server, authority, server.url + below)
    assert home.keep()["calendar"].items == COUNT


@REAL
def test_who_is_not_let_in_or_not_trusted_is_told(
    server: Radicale, authority: Authority, tmp_path: Path
) -> None:
    home = Home(tmp_path / "copy", server, authority)
    for place, said in (
        (Place(server.url, USER, "echo wrong", str(authority.certificate)), "does not let us in"),
        (Place(server.url, USER, f"echo {PASSWORD}"), "certificate verify failed"),
    ):
        (only,) = keep(home.folder, {"home": place}, lambda line: None)
        assert said in only.trouble
    home.keep()
    server.stop()
    (only,) = home.keep().values()
    assert only.trouble
    assert len(home.files("*/*.ics")) == COUNT


@REAL
def test_the_command(
    server: Radicale, authority: Authority, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    where = ["--copy", str(tmp_path / "copy")]
    assert run(["mail", "calendars", *where]) == ExitCode.BAD_INPUT
    stated = [
        "--url",
        server.url,
        "--user",
        USER,
        "--password-command",
        f"echo {PASSWORD}",
        "--ca",
        str(authority.certificate),
    ]
    assert run(["mail", "calendars", "home", *stated, *where]) == ExitCode.OK
    assert run(["mail", "calendars", "--json", *where]) == ExitCode.OK
    assert f"{COUNT} items, {COUNT} fetched" in capfd.readouterr().out
    assert [
        each.passed_at is not None for each in gather(tmp_path / "copy", tmp_path, tmp_path, now()).calendars
    ] == [True] * 2
    assert run(["mail", "calendars", "../x", *stated, *where]) == ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"<a/>" * 2, b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', b"<!doctype x><x/>", b"\xff\xfe"],
)
def test_what_is_no_sound_answer_is_refused(body: bytes) -> None:
    with pytest.raises(Unreachable):
        parse(body, "https://x.example/")


def test_half_an_answer_is_read_as_far_as_it_goes() -> None:
    gone = b"<response><href>/a</href><status>HTTP/1.1 404 Gone</status></response>"
    body = b'<m xmlns="DAV:"><response/>%s<sync-token/></m>' % gone
    (only,) = parse(body, "https://x.example/b/").things
    assert (only.url, only.status) == ("https://x.example/a", 404)
    assert only.text("{DAV:}getetag") == only.inner_url("{DAV:}x") == ""


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "https:///", "dav.example.org", "http://dav.example.org/"]
)
def test_only_protected_addresses_are_asked(url: str) -> None:
    with pytest.raises(BadInput):
        Dav(Place(url), "")


WORK = Collection("https://x.example/ann/work/", "calendar", "../Work")


def test_a_death_before_the_list_is_written_leaves_no_doubles(tmp_path: Path) -> None:
    for _ in range(3):  # the process dies each time before `save`
        Shelf(tmp_path, WORK).put(f"{WORK.url}one.ics", "1", b"BEGIN:VCALENDAR")
    shelf = Shelf(tmp_path, WORK)
    shelf.put(f"{WORK.url}one.ics", "1", b"BEGIN:VCALENDAR")
    shelf.save("token", now())
    assert len(list(tmp_path.glob("*/*.ics"))) == 1
    assert Shelf(tmp_path, WORK).known() == {f"{WORK.url}one.ics": "1"}


@pytest.mark.parametrize("last", ["", "..", "a/../../b", "\x1b[2J", "ä.ics", "x" * 400, ".ics"])
def test_any_address_becomes_a_file_inside_the_folder(tmp_path: Path, last: str) -> None:
    shelf = Shelf(tmp_path / "in", WORK)
    for end in (last, f"{last}?2"):
        shelf.put(f"{WORK.url}{end}", "1", end.encode())
    shelf.save("", None)
    assert len(list((tmp_path / "in").glob("*/*.ics"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
