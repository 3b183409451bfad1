"""Feeds: what each kind makes of a document, of its end, and of rubbish."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightship.detect.prior import FEED_NATS, MOST_FEED_NATS
from lightship.edges.feeds import BUILT_IN
from lightship.edges.feeds.feed import EVERYTHING, Feed, Heard, Malformed
from lightship.edges.intake.hearing import STILL, health
from lightship.edges.intake.inbox import Inbox
from lightship.edges.intake.spoken import Spoken
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import FeedEvent, FeedKind, PassiveCount
from lightship.vocabulary.time import HOUR, MINUTE, Instant, iso
from tests.support.feeds import NOW, Ear, made

NEEDED: dict[str, dict[str, Any]] = {
    "prometheus": {"query": "up", "counts": "sessions", "service": "broadband", "area_label": "area"},
    "snmp": {"counts": "sessions", "service": "broadband", "devices": []},
}
KNOWN = {"routes": {"192.0.2.0/24": "core"}}


def one_of(name: str) -> Feed:
    return made(name, KNOWN.get(name, {EVERYTHING: "core"}), **NEEDED.get(name, {}))


# --- the contract that each kind inherits by being in the table -----------------------------------------------------


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_kind_says_how_it_comes_what_it_takes_and_how_far_it_is_trusted(name: str) -> None:
    feed = one_of(name)
    assert feed.ways
    assert 0.0 < feed.trust <= 1.0
    assert feed.options.__struct_config__.forbid_unknown_fields, (
        "a mistyped option is an error, not a default"
    )
    assert feed.address("https://example.org").startswith("https://example.org")


@pytest.mark.parametrize("name", BUILT_IN)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rubbish=st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode), st.sampled_from([
    b"{}", b"[]", b"null", b'{"alerts":[{}]}', b'{"timestamp":1e308,"peer":""}', b"<feed/>", b"[" * 9000,
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", b"<34>1 - - - - - -", b"\xff" * 50,
    b'{"count": 1e400}', b'{"status":"success","data":{"resultType":"vector","result":[{"value":[1e99,"x"]}]}}',
])))  # fmt: skip
def test_rubbish_is_malformed_or_says_nothing_and_never_breaks(name: str, rubbish: bytes) -> None:
    with suppress(Malformed):
        heard = one_of(name).read(rubbish, NOW)
        assert all(word.subject in ("core", name) for word in heard.words)


@pytest.mark.parametrize("kind", FEED_NATS)
def test_no_word_is_worth_more_than_a_feed_may_say_in_all(kind: FeedKind) -> None:
    assert abs(FEED_NATS[kind]) <= MOST_FEED_NATS
    msgspec.convert(kind, FeedKind)


def test_the_page_says_what_each_word_is_worth() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "feeds.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| ([+-][\d.]+) \|$", page, re.MULTILINE)
    assert {kind: float(nats) for kind, nats in rows} == FEED_NATS


BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&c;</title></entry></feed>"""
OUTSIDE = b"""<!DOCTYPE f SYSTEM "file:///etc/passwd"><feed xmlns="http://www.w3.org/2005/Atom"/>"""


@pytest.mark.parametrize("name", ["atom", "cap"])
@pytest.mark.parametrize("document", [BOMB, OUTSIDE])
def test_xml_with_a_dtd_is_refused(name: str, document: bytes) -> None:
    with pytest.raises(Malformed, match="document type"):
        one_of(name).read(document, NOW)


# --- status pages ---------------------------------------------------------------------------------------------------


def summary(status: str, incidents: str = "") -> str:
    return f"""{{"page": {{"url": "https://status.fenland.example"}}, "components": [
      {{"id": "c1", "name": "Norwich hall", "status": "{status}"}},
      {{"id": "c2", "name": "Leeds", "status": "major_outage"}}
    ], "incidents": [{incidents}], "scheduled_maintenances": []}}"""


INCIDENT = """{"id": "i1", "name": "Loss of power\\nin hall 4", "status": "investigating", "impact": "major",
  "created_at": "2026-03-02T09:50:00Z", "shortlink": "https://stspg.io/x",
  "components": [{"id": "c1", "name": "Norwich hall", "status": "major_outage"}]}"""


def test_a_suppliers_outage_is_said_once_and_its_end_is_said_too(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("statuspage", {"Norwich hall": "hall-4"}))
    assert ear.take(summary("operational")).new == 0
    ear.take(summary("major_outage", INCIDENT))
    ear.take(summary("major_outage", INCIDENT), Instant(NOW + MINUTE))
    assert ear.words == [("hall-4", "supplier-statement")]
    ear.take(summary("operational"), Instant(NOW + 9 * MINUTE))
    assert ear.words[1:] == [("hall-4", "component-restored")]
    event = ear.inbox.after(0)[0][1]
    assert isinstance(event, FeedEvent)
    assert (event.text, event.url, iso(event.at)) == (
        "Loss of power in hall 4",
        "https://stspg.io/x",
        "2026-03-02T09:50:00Z",
    )
    assert not event.names_publicly, "nothing of it is published unless the operator says so"


def test_what_still_holds_is_said_again_before_it_is_forgotten(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("statuspage", {"Norwich hall": "hall-4"}))
    for minutes in range(0, 180, 5):
        ear.take(summary("major_outage", INCIDENT), Instant(NOW + minutes * MINUTE))
    assert ear.words == [("hall-4", "supplier-statement")] * 2
    assert STILL < 3 * HOUR


def test_a_neighbours_page_speaks_of_the_neighbour(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("statuspage", {EVERYTHING: "their-network"}, whose="neighbour"))
    ear.take(summary("partial_outage"))
    ear.take(summary("operational").replace("major_outage", "operational"), Instant(NOW + MINUTE))
    assert ear.words == [("their-network", "neighbour-down"), ("their-network", "neighbour-healthy")]


def entry(title: str, updated: str) -> str:
    return f"<entry><id>tag:1</id><title>{title}</title><updated>{updated}</updated><link href='https://s.example/1'/></entry>"


@pytest.mark.parametrize(
    ("title", "updated", "said"),
    [
        ("Outage in Norwich", "2026-03-02T09:00:00Z", ["supplier-statement"]),
        ("Resolved: outage in Norwich", "2026-03-02T09:00:00Z", []),
        ("Outage in Norwich", "2026-02-27T09:00:00Z", []),
        ("Outage in Leeds", "2026-03-02T09:00:00Z", []),
    ],
)
def test_news_that_is_fresh_and_not_over_counts(
    tmp_path: Path, title: str, updated: str, said: list[str]
) -> None:
    ear = Ear(tmp_path, made("atom", {"Norwich": "hall-4"}))
    ear.take(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry(title, updated)}</feed>")
    assert [kind for _, kind in ear.words] == said


# --- warnings -------------------------------------------------------------------------------------------------------


def alert(
    area: str, status: str = "Actual", kind: str = "Alert", severity: str = "Severe", more: str = ""
) -> str:
    return f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>w1</identifier><sender>met</sender>
    <sent>2026-03-02T08:00:00+00:00</sent><status>{status}</status><msgType>{kind}</msgType>{more}
    <info><event>Wind</event><severity>{severity}</severity><onset>2026-03-02T09:00:00Z</onset>
    <expires>2026-03-02T15:00:00Z</expires><headline>Storm</headline><area>{area}</area></info></alert>"""


OVER_NORWICH = "<areaDesc>a box</areaDesc><polygon>52,0 53,0 53,2 52,2 52,0</polygon>"
OVER_WALES = "<areaDesc>a box</areaDesc><polygon>52,-4 53,-4 53,-3 52,-3 52,-4</polygon>"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (alert(OVER_NORWICH), [("he", "weather-warning")]), (alert(OVER_WALES), []),
        (alert("<areaDesc>x</areaDesc><circle>52.6,1.3 20</circle>"), [("he", "weather-warning")]),
        (alert("<geocode><valueName>NUTS</valueName><value>UKH15</value></geocode>"), [("duct", "weather-warning")]),
        (alert(OVER_NORWICH, status="Exercise"), []), (alert(OVER_NORWICH, severity="Minor"), []),
        (alert(OVER_NORWICH, kind="Cancel"), []),
    ],
)  # fmt: skip
def test_a_warning_counts_for_what_lies_under_it(
    tmp_path: Path, document: str, said: list[tuple[str, str]]
) -> None:
    ear = Ear(tmp_path, made("cap", {"UKH15": "duct"}, sites={"he": [52.63, 1.30]}))
    ear.take(document)
    assert ear.words == said


def test_a_warning_that_ran_out_or_was_called_off_ends(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("cap", {}, sites={"he": [52.63, 1.30]}))
    ear.take(alert(OVER_NORWICH))
    ear.take(alert(OVER_NORWICH), Instant(NOW + 6 * HOUR))
    assert ear.words == [("he", "weather-warning"), ("he", "weather-clear")]


# --- what is handed in ----------------------------------------------------------------------------------------------

ALERTS = """{"version": "4", "status": "%s", "alerts": [{"status": "%s", "labels": {"alertname": "UpsOnBattery",
  "instance": "ups1:9100"}, "annotations": {"summary": "UPS on battery"}, "startsAt": "2026-03-02T09:58:00.123456789Z",
  "endsAt": "%s", "generatorURL": "http://prometheus/graph", "fingerprint": "ab12"}, {"status": "firing", "labels":
  {"alertname": "DiskFull"}, "startsAt": "2026-03-02T09:58:00Z", "endsAt": "0001-01-01T00:00:00Z"}]}"""


def test_alerts_are_what_the_rules_say_and_their_end_is_said(tmp_path: Path) -> None:
    rules = [{"match": {"alertname": "Ups.*"}, "says": "on-battery"}]
    ear = Ear(tmp_path, made("alertmanager", {"ups1:9100": "ups-4"}, rules=rules))
    firing = ALERTS % ("firing", "firing", "0001-01-01T00:00:00Z")
    counted = ear.take(firing)
    assert counted.left_out == ("alerts[1] DiskFull: no rule says what it means",)
    ear.take(firing, Instant(NOW + 5 * MINUTE))
    ear.take(ALERTS % ("resolved", "resolved", "2026-03-02T09:59:00Z"), Instant(NOW + 6 * MINUTE))
    assert ear.words == [("ups-4", "on-battery"), ("ups-4", "power-restored")]


def test_a_deploy_says_what_changed_and_when(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("deploy", {"resolver": "dns-1"}))
    change = '{"what": "resolver", "version": "2.4", "at": "2026-03-02T09:30:00Z", "id": "77"}'
    assert (ear.take(change).new, ear.take(change).known) == (1, 1)
    ear.take('{"what": "resolver", "did": "rolled-back", "id": "78"}')
    assert ear.words == [("dns-1", "change-made"), ("dns-1", "rolled-back")]
    with pytest.raises(Malformed, match="what: 'kitchen'"):
        ear.take('{"what": "kitchen"}')


# --- lines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("<29>1 2026-03-02T10:00:00Z ups4 upsmon 812 - - UPS main@localhost on battery", ["on-battery"]),
        ("<29>Mar  2 10:00:00 ups4 upsmon[812]: UPS main@localhost on line power", ["power-restored"]),
        ("<29>Mar  2 10:00:00 ups4 apcupsd[1]: Running on UPS batteries.", ["on-battery"]),
        ("<11>1 2026-03-02T10:00:00Z ups4 chassisd - - - et-0/0/1: Loss of signal", ["loss-of-signal"]),
        ("<11>1 2026-03-02T10:00:00Z ups4 chassisd - - - et-0/0/1: LOS cleared", ["component-restored"]),
        ("<11>1 2026-03-02T10:00:00Z ups4 sshd - - - session closed", []),
        ("<11>1 2026-03-02T10:00:00Z stranger upsmon - - - UPS main@localhost on battery", []),
    ],
)
def test_lines_of_known_devices_are_understood(tmp_path: Path, line: str, said: list[str]) -> None:
    ear = Ear(tmp_path, made("syslog", {"ups4": "ups-4"}))
    ear.take(line)
    ear.take(line, Instant(NOW + MINUTE))
    assert [kind for _, kind in ear.words] == said, "and a line that is repeated says nothing new"


def update(peer: str, withdrawn: str = "", announced: str = "") -> str:
    said = {"withdrawals": [withdrawn] if withdrawn else []}
    routes = [{"next_hop": "192.0.2.1", "prefixes": [announced]}] if announced else []
    data = {"timestamp": NOW / 1000, "peer": peer, "type": "UPDATE", "announcements": routes, **said}
    return msgspec.json.encode({"type": "ris_message", "data": data}).decode()


def test_one_peer_that_withdraws_says_nothing_and_three_do(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("routes", {"198.51.100.0/24": "transit"}))
    ear.take(update("p1", withdrawn="198.51.100.0/24"))
    ear.take(update("p2", withdrawn="198.51.100.0/24"))
    ear.take(update("p2", withdrawn="203.0.113.0/24"))
    assert ear.words == []
    ear.take(update("p3", withdrawn="198.51.100.0/24"))
    assert ear.words == [("transit", "route-withdrawn")]
    for peer in ("p1", "p2", "p3"):
        ear.take(update(peer, announced="198.51.100.0/24"))
    assert ear.words[1:] == [("transit", "component-restored")]


def test_a_prefix_that_most_peers_still_have_is_not_withdrawn(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("routes", {"198.51.100.0/24": "transit"}))
    for number in range(10):
        ear.take(update(f"p{number}", announced="198.51.100.0/24"))
    for number in range(4):
        ear.take(update(f"p{number}", withdrawn="198.51.100.0/24"))
    assert ear.words == []


def test_mentions_count_when_they_are_far_more_than_usual_and_not_before(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("mentions", {"wherry": "core"}))
    for number in range(30):
        ear.take(f'{{"of": "wherry", "count": {5 + number % 3}}}', Instant(NOW + number * MINUTE))
    assert ear.words == []
    for number in range(30, 35):
        ear.take('{"of": "wherry", "count": 80}', Instant(NOW + number * MINUTE))
    assert ear.words == [("core", "mentions-high")]


# --- counts ---------------------------------------------------------------------------------------------------------


def test_what_prometheus_answers_is_counted_and_no_data_is_not_zero(tmp_path: Path) -> None:
    feed = made("prometheus", {}, query="sum by (area) (pppoe_sessions)", counts="sessions", service="broadband",
                area_label="area", areas={"norwich": "01603"})  # fmt: skip
    ear = Ear(tmp_path, feed)
    at = NOW / 1000
    samples = [
        {"metric": {"area": "norwich"}, "value": [at, "812"]}, {"metric": {"area": "01493"}, "value": [at, "NaN"]},
        {"metric": {}, "value": [at, "5"]}, {"metric": {"area": "01502"}, "value": [at - 600, "5"]},
    ]  # fmt: skip
    document = msgspec.json.encode({"status": "success", "data": {"resultType": "vector", "result": samples}})
    counted = ear.take(document)
    assert (counted.new, len(counted.left_out)) == (1, 3)
    assert ear.take(document).known == 1, "the same minute is not counted twice"
    assert [each for _, each in ear.inbox.after(0)] == [
        PassiveCount(NOW, ServiceId("broadband"), AreaId("01603"), "sessions", 812.0)
    ]
    with pytest.raises(Malformed, match="parse error"):
        ear.take('{"status": "error", "error": "parse error at char 3"}')


def test_a_feed_that_was_never_heard_or_fails_is_silent_not_well(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("statuspage", {EVERYTHING: "hall-4"}))
    assert health(ear.inbox, "a-feed").silent(NOW, HOUR)
    ear.take(summary("operational"))
    assert not health(ear.inbox, "a-feed").silent(Instant(NOW + MINUTE), HOUR)
    ear.hearing.failed("status 503", Instant(NOW + 2 * MINUTE))
    found = health(ear.inbox, "a-feed")
    assert found.silent(Instant(NOW + 2 * HOUR), HOUR)
    assert found.words(NOW) == "last heard at 2026-03-02T10:00:00Z (status 503)"
    assert [
        e for _, e in ear.inbox.after(0) if isinstance(e, FeedEvent) and e.kind == "component-restored"
    ] == []


# --- notices --------------------------------------------------------------------------------------------------------


def notice(*lines: str) -> str:
    said = {
        "UID": "UID:42", "DTSTART": "DTSTART:20260302T100000Z", "DTEND": "DTEND:20260302T120000Z",
        "X-MAINTNOTE-OBJECT-ID": "X-MAINTNOTE-OBJECT-ID:C-1",
    }  # fmt: skip
    for line in lines:
        said[line.partition(":")[0].partition(";")[0]] = line
    body = [line for line in said.values() if not line.endswith(":-")]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *body, "END:VEVENT", "END:VCALENDAR", ""]
    )


@pytest.mark.parametrize(
    ("lines", "impact", "ends"),
    [
        ((), "outage", "2026-03-02T12:00:00Z"),
        (("X-MAINTNOTE-IMPACT:REDUCED-REDUNDANCY",), "less redundancy", "2026-03-02T12:00:00Z"),
        (("X-MAINTNOTE-IMPACT:NO-IMPACT", "DTEND:-", "DURATION:PT30M"), "none", "2026-03-02T10:30:00Z"),
        (("X-MAINTNOTE-IMPACT:DEGRADED", "DTEND;TZID=Europe/Paris:20260302T120000"), "degraded",
         "2026-03-02T11:00:00Z"),
    ],
)  # fmt: skip
def test_a_notice_says_when_and_how_bad(
    tmp_path: Path, lines: tuple[str, ...], impact: str, ends: str
) -> None:
    ear = Ear(tmp_path, made("maintenance", {"C-1": "duct"}))
    ear.take(notice(*lines))
    (work,) = ear.inbox.works(NOW)
    assert (work.impact, iso(work.ends), work.subjects) == (impact, ends, ("duct",))


def test_the_highest_sequence_counts_and_cancelled_work_is_no_work(tmp_path: Path) -> None:
    ear = Ear(tmp_path, made("maintenance", {"C-1": "duct"}))
    ear.take(notice("SEQUENCE:2", "DTEND:20260302T130000Z"))
    assert ear.take(notice("SEQUENCE:1")).known == 1
    assert [iso(each.ends) for each in ear.inbox.works(NOW)] == ["2026-03-02T13:00:00Z"]
    ear.take(notice("SEQUENCE:3", "X-MAINTNOTE-STATUS:CANCELLED"))
    assert ear.inbox.works(NOW) == ()
    ear.take(notice("UID:43", "X-MAINTNOTE-STATUS:TENTATIVE"))
    assert ear.inbox.works(NOW) == ()


@pytest.mark.parametrize(
    "line",
    [
        "X-MAINTNOTE-OBJECT-ID:C-9", "X-MAINTNOTE-IMPACT:ARMAGEDDON", "DTSTART:20260302T100000", "DTSTART:-", "DTEND:-",
        "DTEND:20270302T120000Z", "DTEND:20260301T120000Z", "DTSTART:rubbish", "UID:-",
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_used_is_left_out_and_told(tmp_path: Path, line: str) -> None:
    ear = Ear(tmp_path, made("maintenance", {"C-1": "duct"}))
    counted = ear.take(notice(line))
    assert len(counted.left_out) == 1
    assert counted.left_out[0].startswith("event ")
    assert ear.inbox.works(NOW) == ()


def test_a_kind_that_breaks_on_a_document_takes_nothing_else_with_it(tmp_path: Path) -> None:
    class Broken:
        def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
            raise ZeroDivisionError

    spoken = Spoken("broken", cast("Feed", Broken()), 1.0, Inbox(tmp_path / "x.db"), lambda: NOW)
    with pytest.raises(Malformed, match="reading it failed \\(ZeroDivisionError\\)"):
        spoken.take(b"")
