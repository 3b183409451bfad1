"""Other programs' configurations: what is taken over can be served, and what is not is told."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from lightship.edges.importers.spans import seconds
from lightship.run.cli import cli
from lightship.run.exit_codes import ExitCode
from lightship.run.planning import Plan, read
from lightship.vocabulary.errors import BadInput

GATUS = """\
alerting:
  slack: {webhook-url: "https://hooks.example.org/secret-token"}
endpoints:
  - name: front page
    group: core
    url: "https://www.example.org/"
    interval: 30s
    client: {timeout: 5s, insecure: true}
    conditions:
      - "[STATUS] == 200"
      - "[RESPONSE_TIME] < 500"
      - "[CERTIFICATE_EXPIRATION] > 48h"
      - "[BODY].status == UP"
      - "len([BODY].items) > 0"
      - "has([BODY].errors) == false"
      - "[BODY] == pat(*Welcome*)"
      - "[STATUS] == any(200, 429)"
      - "[DOMAIN_EXPIRATION] > 720h"
  - name: resolver
    url: "9.9.9.9"
    interval: 5m
    dns: {query-name: example.org, query-type: A}
    conditions: ["[DNS_RCODE] == NOERROR"]
  - name: mail
    url: "starttls://smtp.example.org:587"
    conditions: ["[CONNECTED] == true"]
  - name: old
    enabled: false
    url: "http://old.example.org"
  - name: socket
    url: "wss://example.org/echo"
external-endpoints:
  - name: Nightly backup
    token: "a-secret"
    heartbeat: {interval: 26h}
"""

BLACKBOX = """\
modules:
  http_2xx:
    prober: http
    timeout: 5s
    http:
      valid_status_codes: [200, 204]
      fail_if_body_not_matches_regexp: ["Welcome"]
      fail_if_header_not_matches: [{header: Server, regexp: "nginx.*"}]
      no_follow_redirects: true
      tls_config: {insecure_skip_verify: true}
      basic_auth: {username: u, password: a-secret}
  banner:
    prober: tcp
    tcp: {query_response: [{expect: "^SSH-2.0-"}, {send: "bye"}]}
  ping: {prober: icmp}
  soa: {prober: dns, dns: {query_name: example.org, query_type: SOA, transport_protocol: tcp}}
  grpc: {prober: grpc}
"""

PROMETHEUS = """\
global: {scrape_interval: 30s}
scrape_configs:
  - {job_name: prometheus, static_configs: [{targets: ["localhost:9090"]}]}
  - job_name: web
    metrics_path: /probe
    params: {module: [http_2xx]}
    scrape_interval: 10s
    static_configs: [{targets: ["https://a.example.org", "b.example.org/health"]}]
  - job_name: ssh
    metrics_path: /probe
    params: {module: [banner]}
    static_configs: [{targets: ["host.example.org:22"]}]
    kubernetes_sd_configs: [{role: service}]
  - {job_name: ping, metrics_path: /probe, params: {module: [ping]}, static_configs: [{targets: ["192.0.2.1"]}]}
  - {job_name: dns, metrics_path: /probe, params: {module: [soa]}, static_configs: [{targets: ["192.0.2.53"]}]}
  - {job_name: rpc, metrics_path: /probe, params: {module: [grpc]}, static_configs: [{targets: ["x:1"]}]}
"""

SMOKEPING = """\
*** General ***
owner = Joe  # somebody
*** Database ***
step     = 300
pings    = 20
*** Probes ***
+ FPing
binary = /usr/bin/fping
+ DNS
++ DNSofOurs
binary = /usr/bin/dig
+ Curl
urlformat = http://%host%/
*** Targets ***
probe = FPing
menu = Top
title = Network
@include Europe
+ Names
probe = DNSofOurs
++ resolver
title = Our resolver
host = 192.0.2.53
lookup = www.example.org
alerts = bigloss,\\
  someloss
+ Multi
host = /Europe/London /Names/resolver
"""

EUROPE = "+ Europe\nmenu = Europe\n++ London\ntitle = London exchange\nhost = london.example.org\n"

# The columns of db/knex_init_db.js that are read, and some that are not; as a database of version 2 has them.
KUMA = """
CREATE TABLE monitor (
  id INTEGER PRIMARY KEY, name VARCHAR(150), active BOOLEAN NOT NULL DEFAULT 1, user_id INTEGER,
  interval INTEGER NOT NULL DEFAULT 20, url TEXT, type VARCHAR(20), weight INTEGER DEFAULT 2000, hostname VARCHAR(255),
  port INTEGER, keyword VARCHAR(255), maxretries INTEGER NOT NULL DEFAULT 0, ignore_tls BOOLEAN NOT NULL DEFAULT 0,
  upside_down BOOLEAN NOT NULL DEFAULT 0, maxredirects INTEGER NOT NULL DEFAULT 10,
  accepted_statuscodes_json TEXT NOT NULL DEFAULT '["200-299"]', dns_resolve_type VARCHAR(5),
  dns_resolve_server VARCHAR(255), push_token VARCHAR(20), method TEXT NOT NULL DEFAULT 'GET', body TEXT, headers TEXT,
  basic_auth_user TEXT, basic_auth_pass TEXT, proxy_id INTEGER, expiry_notification BOOLEAN DEFAULT 1,
  invert_keyword BOOLEAN NOT NULL DEFAULT 0, json_path TEXT, json_path_operator VARCHAR(255),
  expected_value VARCHAR(255), timeout DOUBLE NOT NULL DEFAULT 48, parent INTEGER
);
INSERT INTO monitor (name, type, url, interval, maxredirects)
  VALUES ('Shop', 'http', 'https://shop.example.org/', 60, 0);
INSERT INTO monitor (name, type, url, keyword, basic_auth_user, basic_auth_pass, accepted_statuscodes_json)
  VALUES ('Words', 'keyword', 'http://a.example.org/', 'All "well"', 'u', 'a-secret', '["200-299", "304"]');
INSERT INTO monitor (name, type, url, json_path, json_path_operator, expected_value)
  VALUES ('Api', 'json-query', 'http://b.example.org/', '$.status', '==', 'ok');
INSERT INTO monitor (name, type, hostname, port) VALUES ('Door', 'port', '2001:db8::1', 22);
INSERT INTO monitor (name, type, hostname, interval) VALUES ('Echo', 'ping', '192.0.2.1', 300);
INSERT INTO monitor (name, type, hostname, dns_resolve_server, dns_resolve_type, port)
  VALUES ('Names', 'dns', 'example.org', '1.1.1.1', 'MX', 53);
INSERT INTO monitor (name, type, push_token, interval) VALUES ('Backup', 'push', 'a-secret', 3600);
INSERT INTO monitor (name, type, active) VALUES ('Paused', 'http', 0);
INSERT INTO monitor (name, type) VALUES ('Group', 'group');
INSERT INTO monitor (name, type) VALUES ('Game', 'gamedig');
"""


def taken(tmp_path: Path, *words: str) -> tuple[Plan, Result]:
    """What the command printed, as `serve` reads it."""
    done = CliRunner().invoke(cli, ["import", *words], catch_exceptions=False)
    assert done.exit_code == ExitCode.OK, done.stderr
    assert "a-secret" not in done.output
    (tmp_path / "lightship.yaml").write_text(done.stdout)
    return read(tmp_path / "lightship.yaml"), done


def said(plan: Plan) -> dict[str, list[str]]:
    return {each.check.address: [c.text for c in each.check.conditions] for each in plan.things}


def test_gatus_conditions_become_sentences_and_what_has_no_counterpart_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(GATUS)
    plan, done = taken(tmp_path, "gatus", str(tmp_path / "config.yaml"))
    assert said(plan) == {
        "https://www.example.org/": [
            "status is 200", "answers within 500 ms", "certificate expires in more than 2 days", 'json .status is "UP"',
            "length of json .items is more than 0", "json .errors is missing", 'body contains "Welcome"',
            'status is one of "200", "429"',
        ],
        "dns://9.9.9.9/example.org?type=A": [], "submission://smtp.example.org?starttls=require": [],
        "heartbeat://nightly-backup?within=26h": [],
    }  # fmt: skip
    assert [each.every for each in plan.things][:2] == [30, 60]
    for told in (
        "DOMAIN_EXPIRATION",
        "insecure",
        "every 300 s is 60 s here",
        "switched off",
        "wss",
        "alerting",
        "its token",
    ):
        assert told in done.stderr, told


def test_blackbox_modules_times_prometheus_targets(tmp_path: Path) -> None:
    (tmp_path / "blackbox.yml").write_text(BLACKBOX)
    (tmp_path / "prometheus.yml").write_text(PROMETHEUS)
    words = ("blackbox", str(tmp_path / "blackbox.yml"))
    plan, done = taken(tmp_path, *words, "--prometheus", str(tmp_path / "prometheus.yml"))
    web = ["status is one of 200, 204", 'body matches "Welcome"', 'header Server matches "nginx.*"']
    assert said(plan) == {
        "https://a.example.org": web, "http://b.example.org/health": web, "dialogue://host.example.org:22": [],
        "icmp://192.0.2.1?count=1": [], "dns://192.0.2.53/example.org?type=SOA&over=tcp": [],
    }  # fmt: skip
    assert len(plan.things[2].check.steps) == 2
    assert plan.things[0].every == 10
    for told in ("basic_auth", "insecure_skip_verify", "kubernetes_sd_configs", "grpc"):
        assert told in done.stderr, told


def test_smokeping_targets_with_what_stands_above_them_and_in_other_files(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(SMOKEPING)
    (tmp_path / "Europe").write_text(EUROPE)
    plan, done = taken(tmp_path, "smokeping", str(tmp_path / "config"))
    assert said(plan) == {
        "icmp://london.example.org?count=20": [], "dns://192.0.2.53/www.example.org?type=A": [],
    }  # fmt: skip
    assert [each.name for each in plan.things] == ["London exchange", "Our resolver"]
    for told in ("every 300 s is 60 s", "alerts = bigloss, someloss", "Multi: host = /Europe/London"):
        assert told in done.stderr, told


def test_uptime_kumas_database_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "kuma.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(KUMA)
    path.chmod(0o400)
    plan, done = taken(tmp_path, "uptime-kuma", str(path))
    assert said(plan) == {
        "https://shop.example.org/": ["status is 2xx", "certificate expires in more than 7 days"],
        "http://a.example.org/": ["status is one of 2xx, 304", 'body contains "All \\"well\\""'],
        "http://b.example.org/": ["status is 2xx", 'json .status is "ok"'], "tcp://[2001:db8::1]:22": [],
        "icmp://192.0.2.1": [], "dns://1.1.1.1/example.org?type=MX": [], "heartbeat://backup?within=3600s": [],
    }  # fmt: skip
    for told in ("its log-in", "it is paused", "gamedig", "redirects are not followed", "status_page"):
        assert told in done.stderr, told


@pytest.mark.parametrize("program", ["gatus", "uptime-kuma", "blackbox", "smokeping"])
@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00\xff\xfe", b"[1, 2]", b"++++ x\n", b"a: &a [*a]", b"endpoints: 7"]
)
def test_rubbish_is_a_clear_error_or_nothing_and_never_a_crash(
    tmp_path: Path, program: str, rubbish: bytes
) -> None:
    (tmp_path / "file").write_bytes(rubbish)
    done = CliRunner().invoke(cli, ["import", program, str(tmp_path / "file")])
    assert done.exit_code == 0 or isinstance(done.exception, BadInput), done.exception
    if done.exit_code == 0:
        assert yaml.safe_load(done.stdout) == {"checks": []}


def test_lengths_of_time_as_go_writes_them() -> None:
    assert [seconds(each) for each in ("1m30s", "2h", "1.5s", 7)] == [90.0, 7200.0, 1.5, 7.0]
    with pytest.raises(BadInput):
        seconds("soon")
