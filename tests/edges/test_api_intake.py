"""What programs hand in, over real connections: reports, batches, counts, alerts; and what is refused."""

import http.client
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lightship.edges.clock import now
from lightship.edges.feeds.feed import EVERYTHING
from lightship.edges.intake.counts import Counts
from lightship.edges.intake.desk import handed_in
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.intake.inbox import Inbox
from lightship.edges.intake.spoken import HandedIn, Spoken
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.batches import Batches
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.front import Front
from lightship.edges.web.published import Published
from lightship.edges.web.reporting import Places, Reporting
from lightship.edges.web.senders import Senders
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import FeedEvent, PassiveCount
from lightship.vocabulary.time import HOUR, Instant, iso
from tests.edges.test_site_server import Running, release
from tests.support import fictional
from tests.support.feeds import made
from tests.support.serving import Foreground, free_udp_port

NDJSON = "application/x-ndjson"
RULES = [{"match": {"alertname": "UpsOnBattery"}, "says": "on-battery"}]


class Hub:
    """A page that takes reports, with its interface, its inbox and two feeds that are handed in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tokens = folder, TokenFile(folder / "tokens.db")
        self.desk, self.inbox = Desk(folder / "reports.db", now), Inbox(folder / "feeds.db")
        self.desk.__enter__()
        places, rich = Places(), fictional.rich()
        reporting = Reporting(self.desk, Senders(["127.0.0.1"]))
        files = Published(reporting)
        files.swap(release(rich))
        places.now = files.place
        feeds = [
            Spoken("alerts", made("alertmanager", {EVERYTHING: "ups-4"}, rules=RULES), 1.0, self.inbox, now),
            Spoken("rollouts", made("deploy", {"web": "web"}), 1.0, self.inbox, now),
        ]
        parts = Parts(
            reporting, places, Batches(self.desk.book, places, {}, now), HandedIn(feeds),
            Counts(self.inbox, rich.network, now),
        )  # fmt: skip
        self.running = Running(Front(files, Api(self.tokens, parts, Senders(["127.0.0.1"]))))
        self.url = f"http://127.0.0.1:{self.running.port}"
        self.reporter, self.pusher = (self.tokens.add(f"a-{may}", (may,)) for may in ("report", "push"))

    def post(self, path: str, body: str | bytes, token: str = "", **headers: str) -> tuple[int, Any]:
        client = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            told["authorization"] = f"Bearer {token}"
        client.request("POST", f"/api/v1/{path}", body, told)
        found = client.getresponse()
        text = json.loads(found.read())
        client.close()
        return found.status, text

    def stop(self) -> None:
        self.running.stop()
        self.desk.__exit__(None, None, None)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("hub"))
    yield made
    made.stop()


def test_an_app_reports_and_hears_what_is_known_there(hub: Hub) -> None:
    report = json.dumps({"service": "broadband", "symptom": "slow", "area": "York"})
    told = {"content_type": "application/json", "x_forwarded_for": "203.0.113.5"}
    status, said = hub.post("reports", report, **told)
    assert (status, said["counted"], said["known"], said["area"]) == (200, True, "failing", "01904")
    assert said["says"].startswith("You are one of many")
    assert hub.post("reports", report, **told)[1]["counted"] is False
    well = hub.post(
        "reports", report.replace("York", "Plymouth"), **{**told, "x_forwarded_for": "203.0.113.6"}
    )[1]
    assert well["known"] == "nothing known yet"
    assert well["try"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ('{"service": "broadband", "symptom": "slow"}', {"content_type": "text/plain"}, 415),
        ('{"service": "broadband", "symptom": "slow"}', {"sec_fetch_site": "cross-site"}, 403),
        ('{"service": "broadband", "symptom": "slow"}', {"origin": "https://elsewhere.example"}, 403),
        ('{"service": "teleport", "symptom": "slow"}', {}, 422),
        ('{"service": "broadband", "symptom": "slow", "text": "call me"}', {}, 422),
        ('{"service": "broadband", "symptom": "slow", "area": "Yorkk"}', {}, 422),
        ("{", {}, 400), ("[" * 3000, {}, 422), ("x" * 5000, {}, 413),
    ],
)  # fmt: skip
def test_an_apps_report_is_held_to_the_forms_rules(
    hub: Hub, body: str, headers: dict[str, str], status: int
) -> None:
    told = {"content_type": "application/json", "x_forwarded_for": "198.51.100.77", **headers}
    found, said = hub.post("reports", body, **told)
    assert found == status
    assert said["detail"]
    assert not [each for each in hub.desk.book.since(Instant(0)) if each.symptom == "other"]


def test_a_batch_is_answered_with_what_was_taken_of_it(hub: Hub) -> None:
    body = '{"service": "broadband", "id": "1"}\n{"service": "tv"}\n'
    status, said = hub.post(
        "reports/batch", body, hub.reporter, content_type=NDJSON, idempotency_key="night-shift"
    )
    assert (status, said["counted"], said["refused"], said["batch"]) == (200, 1, 1, "night-shift")
    assert said["errors"][0]["line"] == 2
    assert hub.post("reports/batch", body, hub.reporter, content_type=NDJSON, idempotency_key="night-shift")[
        1
    ]["again"]
    other = hub.post(
        "reports/batch", body + body, hub.reporter, content_type=NDJSON, idempotency_key="night-shift"
    )
    assert other[0] == 409
    assert (
        hub.post("reports/batch", "service\nbroadband\n", hub.reporter, content_type="text/csv")[1]["counted"]
        == 1
    )
    assert len(handed_in.after(hub.desk.book, 0)) == 2


@pytest.mark.parametrize(
    ("path", "who", "headers", "status"),
    [
        ("reports/batch", "", {"content_type": NDJSON}, 401), ("reports/batch", "push", {"content_type": NDJSON}, 403),
        ("reports/batch", "report", {"content_type": "image/png"}, 415),
        ("reports/batch", "report", {"content_type": NDJSON, "idempotency_key": "x" * 101}, 422),
        ("counts", "report", {}, 403), ("feeds/alerts", "report", {}, 403), ("feeds/nobody", "push", {}, 404),
        ("feeds/alerts", "push", {}, 422), ("counts", "push", {}, 422),
    ],
)  # fmt: skip
def test_who_may_not_or_sends_rubbish_is_told_so(
    hub: Hub, path: str, who: str, headers: dict[str, str], status: int
) -> None:
    token = {"report": hub.reporter, "push": hub.pusher}.get(who, "")
    assert hub.post(path, "rubbish", token, **headers)[0] == status


def test_counts_of_this_minute_are_taken_and_others_told_why_not(hub: Hub) -> None:
    rows = [
        {"service": "broadband", "area": "01904", "kind": "sessions", "value": 812},
        {
            "service": "broadband",
            "area": "01904",
            "kind": "sessions",
            "value": 1,
            "at": iso(Instant(now() - HOUR)),
        },
        {"service": "broadband", "area": "0999", "kind": "sessions", "value": 1},
        {"service": "tv", "area": "01904", "kind": "sessions", "value": 1},
        {"service": "broadband", "area": "01904", "kind": "people", "value": 1},
    ]
    status, said = hub.post("counts", msgspec.json.encode(rows), hub.pusher)
    assert (status, said["counted"], said["refused"]) == (200, 1, 4)
    assert [each["column"] for each in said["errors"]] == ["at", "area", "service", "kind"]
    again = hub.post("counts", msgspec.json.encode(rows[0]), hub.pusher)[1]
    assert (again["counted"], again["known"]) in ((0, 1), (1, 0)), "known, unless a minute has just begun"
    (first, *_) = [each for _, each in hub.inbox.after(0) if isinstance(each, PassiveCount)]
    assert (first.service, first.area, first.value) == (ServiceId("broadband"), AreaId("01904"), 812.0)


ALERTMANAGER = """
route: {receiver: lightship, group_wait: 0s, group_interval: 1s, group_by: [alertname]}
receivers:
  - name: lightship
    webhook_configs:
      - url: %s/api/v1/feeds/alerts
        http_config: {authorization: {credentials_file: %s}}
"""


@pytest.mark.needs("prometheus-alertmanager")
def test_a_real_alertmanager_tells_of_an_alert_and_of_its_end(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(hub.pusher)
    (tmp_path / "am.yml").write_text(ALERTMANAGER % (hub.url, tmp_path / "token"))
    address = f"http://127.0.0.1:{free_udp_port()}"
    words = [
        "prometheus-alertmanager", f"--config.file={tmp_path}/am.yml", f"--storage.path={tmp_path}/data",
        f"--web.listen-address={address.removeprefix('http://')}", "--cluster.listen-address=",
    ]  # fmt: skip

    def ready() -> bool:
        try:
            return bool(urllib.request.urlopen(f"{address}/-/ready", timeout=1).status == 200)
        except OSError:
            return False

    server = Foreground(words, tmp_path, ready)
    server.start()
    try:
        alert = {
            "labels": {"alertname": "UpsOnBattery", "instance": "ups1"},
            "annotations": {"summary": "On battery"},
        }
        _tell(address, {**alert, "startsAt": iso(Instant(now() - 5000))})
        assert _heard(hub, "on-battery").text == "On battery"
        _tell(
            address, {**alert, "startsAt": iso(Instant(now() - 5000)), "endsAt": iso(Instant(now() - 1000))}
        )
        assert _heard(hub, "power-restored").subject == "ups-4"
    finally:
        server.stop()


def _tell(address: str, alert: dict[str, Any]) -> None:
    body = msgspec.json.encode([alert])
    told = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{address}/api/v2/alerts", body, told), timeout=5).close()


def _heard(hub: Hub, kind: str) -> FeedEvent:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for _, each in hub.inbox.after(0):
            if isinstance(each, FeedEvent) and each.kind == kind:
                return each
        time.sleep(0.1)
    raise AssertionError(f"{kind} was never heard")
