"""The form on the page, over real connections: what is taken, what is refused, and what people are told."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from lightship.edges.intake.desk.desk import Desk
from lightship.edges.web.published import Published
from lightship.edges.web.reporting import Reporting
from lightship.edges.web.senders import Senders
from lightship.vocabulary.signals import Report
from lightship.vocabulary.time import Instant
from tests.edges.test_site_server import Running, release
from tests.support import fictional

SOUND = {"service": "broadband", "symptom": "slow", "area": "York"}


class Place:
    """A page that takes reports, and what it took."""

    def __init__(self, folder: Path) -> None:
        self.now = Instant(1_900_000_000_000_000)
        self.desk = Desk(folder / "reports.db", lambda: self.now)
        self.desk.__enter__()
        app = Published(Reporting(self.desk, Senders(["127.0.0.1"]), lambda: self.now))
        app.swap(release(fictional.rich()))
        self.running = Running(app)

    @property
    def heard(self) -> list[Report]:
        """What is written down."""
        return self.desk.book.since(Instant(0))

    def stop(self) -> None:
        self.running.stop()
        self.desk.__exit__(None, None, None)

    def send(
        self, fields: dict[str, str], sent: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """One form, from a person behind our proxy."""
        given = {
            "content-type": "application/x-www-form-urlencoded", "x-forwarded-for": "203.0.113.5",
            **(headers or {}),
        }  # fmt: skip
        client = HTTPConnection("127.0.0.1", self.running.port, timeout=10)
        client.request("POST", "/report", sent if sent is not None else urlencode(fields), given)
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        return answer.status, text


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.stop()


def test_a_report_is_counted_where_it_belongs(place: Place) -> None:
    status, text = place.send(SOUND)
    (heard,) = place.heard
    assert (status, heard.service, heard.area, heard.symptom) == (200, "broadband", "01904", "slow")
    assert "Your report is counted" in text
    assert "<form" not in text


def test_whoever_lives_in_it_hears_that_it_is_known(place: Place) -> None:
    assert "You are one of many: we know of a problem with broadband in York" in place.send(SOUND)[1]


def test_whoever_is_alone_hears_what_to_try(place: Place) -> None:
    _, text = place.send({**SOUND, "area": "01752"})
    assert "We know of no problem with broadband in Plymouth yet" in text
    assert "Switch your router off" in text


def test_a_second_report_is_thanked_for_and_not_counted(place: Place) -> None:
    place.send(SOUND)
    assert "We have your report already" in place.send(SOUND)[1]
    assert len(place.heard) == 1


def test_an_area_that_is_none_is_asked_for_again_and_nothing_is_counted(place: Place) -> None:
    status, text = place.send({**SOUND, "area": "Yorkk<script>"})
    assert (status, place.heard) == (422, [])
    assert "<script" not in text
    assert "<form" in text


def test_without_an_area_the_report_counts_for_the_whole(place: Place) -> None:
    place.send({"service": "broadband", "symptom": "no-service"})
    assert place.heard[0].area is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "teleport"}, {"symptom": "I am cross"}, {"brand": "somebody"}, {"service": ""},
    ],
)  # fmt: skip
def test_only_what_the_form_offers_is_taken(place: Place, wrong: dict[str, str]) -> None:
    status, text = place.send({**SOUND, **wrong})
    assert (status, place.heard) == (422, [])
    assert "This report was not taken" in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403), ({"origin": "https://elsewhere.example"}, 403),
        ({"content-type": "text/plain"}, 415), ({"sec-fetch-site": "same-origin"}, 200),
    ],
)  # fmt: skip
def test_another_site_cannot_report_in_a_visitors_name(
    place: Place, headers: dict[str, str], status: int
) -> None:
    assert place.send(SOUND, headers=headers)[0] == status


@pytest.mark.parametrize(
    "body", [b"\xff\xfe=&&&=%zz", b"a=1&" * 3000, b"", b"service=broadband%00&symptom=slow"]
)
def test_rubbish_is_refused_and_the_page_goes_on(place: Place, body: bytes) -> None:
    assert place.send({}, body)[0] in (413, 422)
    assert place.running.ask("/")[0].status == 200
    assert place.heard == []


def test_one_network_is_slowed_down_and_others_are_not(place: Place) -> None:
    found = [place.send(SOUND, headers={"user-agent": f"browser {n}"})[0] for n in range(25)]
    assert (found.count(200), found.count(429)) == (20, 5)
    assert place.send(SOUND, headers={"x-forwarded-for": "198.51.100.4"})[0] == 200


def test_the_form_fills_in_the_area_that_a_link_names(place: Place) -> None:
    _, body = place.running.ask("/report?area=01904%22%3E%3Cscript%3E")
    assert b'value="01904&quot;&gt;&lt;script&gt;"' in body
    assert b"Report a problem here" in place.running.ask("/a/01904/")[1]


def test_a_copy_that_takes_no_reports_shows_the_form_and_refuses_what_is_sent() -> None:
    app = Published()
    app.swap(release(fictional.rich()))
    running = Running(app)
    assert running.ask("/report/")[0].status == 200
    assert running.ask("/report", "POST")[0].status == 405
    running.stop()


def test_where_nobody_takes_reports_there_is_no_form() -> None:
    made = fictional.rich()
    app = Published()
    app.swap(release(replace(made, settings=fictional.settings(takes_reports=False))))
    running = Running(app)
    assert running.ask("/report/")[0].status == 404
    assert b"Report a problem" not in running.ask("/")[1]
    running.stop()
