"""Feeds at work, with real servers: asked, listened to, handed in; and what hostile ones are kept from."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.feeds import fetching
from lightship.edges.feeds.fetching import Tags, Unheard, fetch
from lightship.edges.feeds.growing import Lines
from lightship.edges.intake.hearing import health
from lightship.edges.intake.inbox import Inbox
from lightship.run.cli import run
from lightship.run.feeding import Feeding
from lightship.run.planning import read
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.signals import FeedEvent, PassiveCount
from tests.support.serving import Foreground, free_udp_port

MAP = Path(__file__).parents[2] / "docs" / "examples" / "small-map.yaml"
WELL = '{"page": {"url": ""}, "components": [{"id": "c", "name": "Hall", "status": "operational"}]}'
OUT = WELL.replace("operational", "major_outage")


class Elsewhere:
    """Somebody else's web server, which does as the test says."""

    def __init__(self) -> None:
        self.body, self.status, self.asked = WELL.encode(), 200, list[dict[str, str]]()
        self.paths, self.headers = list[str](), dict[str, str]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({k.lower(): v for k, v in self.headers.items()})
                outer.paths.append(self.path)
                same = outer.status == 200 and self.headers.get("If-None-Match") == '"1"'
                self.send_response(304 if same else outer.status)
                for name, value in {"ETag": '"1"', **outer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if not same:
                    self.wfile.write(outer.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Hub:
    """The feeds of a configuration, going."""

    def __init__(self, folder: Path, feeds: str) -> None:
        (folder / "network.yaml").write_text(MAP.read_text())
        (folder / "lightship.yaml").write_text(f"map: network.yaml\nvantage: friend\nfeeds:\n{feeds}")
        self.plan = read(folder / "lightship.yaml")
        self.inbox, self.warned = Inbox(folder / "lightship.feeds.db"), list[str]()
        self.feeding = Feeding(self.plan.feeds, self.inbox, now, self.warned.append, "noc@wherry.example")

    @property
    def words(self) -> list[tuple[str, str]]:
        return [(e.subject, e.kind) for _, e in self.inbox.after(0) if isinstance(e, FeedEvent)]

    @property
    def counts(self) -> list[tuple[str, float]]:
        return [(str(e.area), e.value) for _, e in self.inbox.after(0) if isinstance(e, PassiveCount)]


def soon(what: Callable[[], bool]) -> None:
    """Wait until it is so, 15 seconds at most."""
    until = time.monotonic() + 15
    while not what():
        assert time.monotonic() < until, "it never was"
        time.sleep(0.05)


def test_a_page_is_asked_conditionally_and_by_name_and_its_words_arrive(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    elsewhere.body = OUT.encode()
    hub = Hub(
        tmp_path, f"- {{name: hall, kind: statuspage, url: '{elsewhere.url}', every: 5, about: [hall-4]}}\n"
    )
    with hub.feeding:
        soon(lambda: hub.words == [("hall-4", "supplier-statement")])
        soon(lambda: len(elsewhere.asked) >= 2)
    assert elsewhere.paths[0] == "/api/v2/summary.json"
    assert "noc@wherry.example" in elsewhere.asked[0]["user-agent"]
    assert elsewhere.asked[1]["if-none-match"] == '"1"'
    assert hub.words == [("hall-4", "supplier-statement")]


def test_a_feed_that_fails_is_remembered_with_its_reason_and_asked_less(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    elsewhere.status, elsewhere.headers = 503, {"Retry-After": "3600"}
    hub = Hub(
        tmp_path, f"- {{name: hall, kind: statuspage, url: '{elsewhere.url}', every: 5, about: [hall-4]}}\n"
    )
    with hub.feeding:
        soon(lambda: health(hub.inbox, "hall").trouble == "status 503")
        time.sleep(0.3)
    assert len(elsewhere.asked) == 1
    assert health(hub.inbox, "hall").silent(now(), 60_000)
    assert hub.words == []


def test_what_a_hostile_server_sends_is_bounded(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.body = b"x" * (fetching.MOST + 1)
    with pytest.raises(Unheard, match="longer than 4 MiB"):
        fetch(elsewhere.url, Tags(), "")
    elsewhere.body, elsewhere.headers = gzip.compress(b"x" * 1000), {"Content-Encoding": "gzip"}
    found, _ = fetch(elsewhere.url, Tags(), "")
    assert found == elsewhere.body, "nothing is unpacked that was not asked for packed"
    elsewhere.body, elsewhere.headers = b"short", {"Content-Length": "500"}
    with pytest.raises(Unheard, match="cut off after 5 of 500"):
        fetch(elsewhere.url, Tags(), "")


def test_old_lines_of_a_log_without_dates_of_ours_are_not_news(tmp_path: Path) -> None:
    path = tmp_path / "syslog"
    path.write_text("<29>Mar  2 10:00:00 ups4 upsmon[1]: UPS main@localhost on battery\n")
    hub = Hub(tmp_path, "- {name: power, kind: syslog, follow: syslog, about: {ups4: ups-4}}\n")
    with hub.feeding:
        time.sleep(0.5)
        with path.open("a") as file:
            file.write("<29>Mar  2 11:00:00 ups4 upsmon[1]: UPS main@localhost on line power\n")
        soon(lambda: hub.words == [("ups-4", "power-restored")])


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1"])
def test_a_redirect_leads_nowhere_but_to_the_web(elsewhere: Elsewhere, target: str) -> None:
    elsewhere.status, elsewhere.headers = 302, {"Location": target}
    with pytest.raises(Unheard):
        fetch(elsewhere.url, Tags(), "")


def test_a_token_does_not_follow_a_redirect_to_another_host(elsewhere: Elsewhere) -> None:
    other = Elsewhere()
    elsewhere.status, elsewhere.headers = 302, {"Location": other.url.replace("127.0.0.1", "localhost")}
    fetch(elsewhere.url, Tags(), "", "secret-token")
    assert elsewhere.asked[0]["authorization"] == "Bearer secret-token"
    assert "authorization" not in other.asked[0]
    other.server.shutdown()
    other.server.server_close()


def test_devices_speak_by_udp_and_tcp_and_strangers_do_not(tmp_path: Path) -> None:
    udp, tcp = free_udp_port(), free_udp_port()
    hub = Hub(
        tmp_path,
        f"- {{name: power, kind: syslog, listen: 'udp://127.0.0.1:{udp}', about: {{ups4: ups-4}}}}\n"
        f"- {{name: optics, kind: syslog, listen: 'tcp://127.0.0.1:{tcp}', about: {{olt: he-norwich}}}}\n"
        f"- {{name: others, kind: syslog, listen: 'udp://127.0.0.1:{free_udp_port()}', allow: [192.0.2.0/24], "
        "about: [web]}\n",
    )
    on_battery = b"<29>Mar  2 10:00:00 ups4 upsmon[1]: UPS main@localhost on battery"
    dark = b"<11>1 2026-03-02T10:00:00Z olt - - - - port 3: loss of signal"
    with hub.feeding, socket.socket(type=socket.SOCK_DGRAM) as sender:
        for _ in range(3):
            sender.sendto(on_battery, ("127.0.0.1", udp))
            sender.sendto(on_battery, ("127.0.0.1", int(hub.plan.feeds[2].source.rpartition(":")[2])))
        sender.sendto(b"\xff" * 9000, ("127.0.0.1", udp))
        with socket.create_connection(("127.0.0.1", tcp)) as stream:
            stream.sendall(b"%d %s<13>1 - x - - - - nothing\n" % (len(dark), dark))
        with socket.create_connection(("127.0.0.1", tcp)) as stream:
            stream.sendall(b"999999999999 rubbish")
        soon(lambda: len(hub.words) == 2)
        assert sorted(hub.words) == [("he-norwich", "loss-of-signal"), ("ups-4", "on-battery")]
        event = hub.inbox.after(0)[0][1]
        assert isinstance(event, FeedEvent)
        assert event.trust == 0.5


def test_a_port_that_is_taken_is_said_at_the_start(tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        hub = Hub(
            tmp_path, f"- {{name: power, kind: syslog, listen: 'udp://127.0.0.1:{port}', about: [ups-4]}}\n"
        )
        with (
            pytest.raises(BadInput, match=f"feed power: udp://127.0.0.1:{port} cannot be listened on"),
            hub.feeding,
        ):
            pass


def test_a_prometheus_is_asked_its_query_and_its_answer_counted(tmp_path: Path, elsewhere: Elsewhere) -> None:
    samples = [
        f'{{"metric": {{"area": "{area}"}}, "value": [{time.time()}, "{many}"]}}'
        for area, many in (("01603", 812), ("01493", 7))
    ]
    data = f'{{"resultType": "vector", "result": [{",".join(samples)}]}}'
    elsewhere.body = f'{{"status": "success", "data": {data}}}'.encode()
    hub = Hub(
        tmp_path,
        f"- {{name: sessions, kind: prometheus, url: '{elsewhere.url}/prom', "
        "options: {query: 'sum by (area) (pppoe)', counts: sessions, service: broadband, area_label: area}}\n",
    )
    with hub.feeding:
        soon(lambda: hub.counts == [("01603", 812.0), ("01493", 7.0)])
    assert elsewhere.paths[0] == "/prom/api/v1/query?query=sum+by+%28area%29+%28pppoe%29"


def test_a_folder_of_notices_is_read_and_a_broken_one_does_not_hide_the_others(tmp_path: Path) -> None:
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "1-broken.ics").write_text("this is no calendar")
    (notices / "2-sound.ics").write_text(NOTICE)
    hub = Hub(
        tmp_path, "- {name: carriers, kind: maintenance, file: notices, every: 5, about: {C-77: duct-acle}}\n"
    )
    with hub.feeding:
        soon(lambda: bool(hub.inbox.works(now())))
        soon(lambda: "1-broken.ics" in health(hub.inbox, "carriers").trouble)
    (work,) = hub.inbox.works(now())
    assert (work.id, work.subjects, work.impact) == ("carriers fenland WORK-31", ("duct-acle",), "outage")


NOTICE = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Fenland//EN\r
BEGIN:VEVENT\r
SUMMARY:Fibre works on the Acle\r
  road\r
DTSTART:20990101T000000Z\r
DURATION:PT4H\r
UID:42\r
DTSTAMP:20260101T000000Z\r
SEQUENCE:1\r
X-MAINTNOTE-PROVIDER:fenland\r
X-MAINTNOTE-ACCOUNT:137\r
X-MAINTNOTE-MAINTENANCE-ID:WORK-31\r
X-MAINTNOTE-OBJECT-ID;X-MAINTNOTE-OBJECT-ID-EXAMPLE="x":C-77\r
X-MAINTNOTE-OBJECT-ID:C-99\r
X-MAINTNOTE-IMPACT:OUTAGE\r
X-MAINTNOTE-STATUS:CONFIRMED\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_file_that_grows_is_read_on_and_from_its_start_when_it_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\nthr")
    lines = Lines(path)
    assert lines.look() == [b"one", b"two"]
    with path.open("a") as file:
        file.write("ee\n")
    assert lines.look() == [b"three"]
    path.rename(tmp_path / "log.1")
    path.write_text("four\n")
    assert lines.look() == [b"four"]
    path.write_text("")
    assert lines.look() == []
    path.unlink()
    with pytest.raises(Unheard):
        lines.look()


ATOM = "{name: x, kind: atom, url: 'https://a.example', %s}"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{name: X, kind: atom, url: 'https://a.example'}", "name: 'X'; a name of its own"),
        ("{name: x, kind: fax}", "kind: no kind of feed 'fax'; one of alertmanager"),
        ("{name: x, kind: atom, url: 'ftp://a.example'}", "url: 'ftp://a.example'"),
        ("{name: x, kind: syslog, url: 'https://a.example'}", "url: a feed of kind syslog does not come this way; li"),
        ("{name: x, kind: syslog, listen: 'udp://0.0.0.0:5514'}", "listen: anybody could send to this address"),
        ("{name: x, kind: syslog, listen: '127.0.0.1:5514'}", "listen: '127.0.0.1:5514'; udp://"),
        ("{name: x, kind: syslog, listen: 'udp://127.0.0.1:1', options: {rules: [{match: '(', says: on-battery}]}}",
         "no regular expression"),
        (ATOM % "about: [moon]", "about: the map has no component 'moon'"),
        (ATOM % "options: {when: 3}", "options: Object contains unknown field when; known: whose, over"),
        (ATOM % "trust: 2", "trust: 2; from 0 to 1"),
        (ATOM % "secret: hunter2", "this is no reference to a secret"),
        ("{name: x, kind: prometheus, url: 'https://a.example', options: {query: up, counts: calls, area_label: a, "
         "service: tv}}", "options: the map has no areas of a service 'tv'; one of broadband, voice, portal"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_said_with_its_place(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        Hub(tmp_path, f"- {entry}\n")
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)


@pytest.mark.needs("prometheus")
def test_a_real_prometheus_answers_the_query_and_says_what_is_wrong_with_another(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    elsewhere.body = (
        b'pppoe{area="norwich",slot="1"} 800\npppoe{area="norwich",slot="2"} 12\npppoe{area="01493"} 7\n'
    )
    elsewhere.headers = {"Content-Type": "text/plain; version=0.0.4"}
    address, target = f"127.0.0.1:{free_udp_port()}", elsewhere.url.removeprefix("http://")
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
        f"scrape_configs: [{{job_name: bng, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    words = [
        "prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address={address}",
    ]  # fmt: skip
    server = Foreground(words, tmp_path, lambda: _answers(f"http://{address}/-/ready"))
    server.start()
    entry = (
        "- {name: %s, kind: prometheus, url: 'http://" + address + "', every: 5, options: {query: '%s', "
        "counts: sessions, service: broadband, area_label: area, areas: {norwich: '01603'}}}\n"
    )
    hub = Hub(tmp_path, entry % ("sessions", "sum by (area) (pppoe)") + entry % ("wrong", "sum by (area"))
    try:
        with hub.feeding:
            soon(lambda: sorted(hub.counts) == [("01493", 7.0), ("01603", 812.0)])
            soon(lambda: "parse error" in health(hub.inbox, "wrong").trouble)
    finally:
        server.stop()


def _answers(url: str) -> bool:
    try:
        return fetch(url, Tags(), "")[0] is not None
    except Unheard:
        return False


def test_the_command_says_how_each_feed_is_and_what_was_announced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notices.ics").write_text(NOTICE)
    hub = Hub(
        tmp_path,
        "- {name: carriers, kind: maintenance, file: notices.ics, every: 5, about: {C-77: duct-acle}}\n"
        "- {name: hall, kind: statuspage, url: 'http://127.0.0.1:9', about: [hall-4]}\n",
    )
    with hub.feeding:
        soon(lambda: bool(hub.inbox.works(now())) and bool(health(hub.inbox, "hall").trouble))
    assert run(["feeds", "--hub", str(tmp_path / "lightship.yaml")]) == 1
    first, silent, trouble, work = capsys.readouterr().out.splitlines()
    assert first.startswith("heard    carriers (maintenance, trust 1): heard 2")
    assert silent == "SILENT   hall (statuspage, trust 0.9): never heard"
    assert "refused" in trouble
    assert work.startswith(
        "work to come: carriers fenland WORK-31, 2099-01-01T00:00:00Z to 2099-01-01T04:00:00Z, duct-acle"
    )
    assert run(["feeds", "--json", "--hub", str(tmp_path / "lightship.yaml")]) == 1
    assert [each.get("name") for each in map(json.loads, capsys.readouterr().out.splitlines())] == [
        "carriers",
        "hall",
        None,
    ]
