"""What Prometheus reads and asks: over real connections, by a real Prometheus, of real targets."""

import asyncio
import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from lightship.edges.metrics.exposition import Family, exposed, histogram
from lightship.edges.metrics.on_request import Module, OnRequest, Refused
from lightship.edges.metrics.seen import Seen
from lightship.edges.probes.address import check
from lightship.edges.probes.expecting.reading import conditions
from lightship.edges.probes.prober import Duty, Prober
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.front import Front
from lightship.edges.web.published import Published
from lightship.edges.web.senders import Senders
from lightship.run.configuration import Configuration, ModuleEntry, OnRequestEntry
from lightship.run.planning import plan
from lightship.vocabulary.errors import BadInput
from tests.edges.test_site_server import Running, release
from tests.support import fictional
from tests.support.debian import command
from tests.support.nginx import Nginx, free_port

MODULES = {
    "http_2xx": Module("{target}", 3.0, conditions("status is 2xx", "")), "tcp": Module("tcp://{target}", 2.0),
    "names": Module("dns://{target}/example.test?type=A", 1.0),
}  # fmt: skip


class Hub:
    """A page with metrics of two checks that were measured for a second, and an nginx that is asked for."""

    def __init__(self, folder: Path) -> None:
        self.nginx = Nginx(folder)
        self.nginx.start()
        self.closed = free_port()
        self.seen = Seen()
        duties = [
            Duty(check(self.nginx.address, conditions=conditions("status is 200", "")), "here", 1.0),
            Duty(check(f"tcp://127.0.0.1:{self.closed}"), 'a "vantage"', 1.0),
        ]
        prober = Prober(duties, self.seen.take)
        self.seen.watch = prober.watch

        async def for_a_while() -> None:
            task = asyncio.create_task(prober.run())
            await asyncio.sleep(1.3)
            task.cancel()

        uvloop.run(for_a_while())
        self.tokens = TokenFile(folder / "tokens.db")
        self.token = self.tokens.add("prometheus", ("read",))
        files = Published()
        files.swap(release(fictional.rich()))
        asked = OnRequest(MODULES, ["127.0.0.1", "*.example.test"])
        self.running = Running(Front(files, Api(self.tokens, Parts(self.seen, asked), Senders([]))))

    def get(self, path: str, token: bool = True, **headers: str) -> tuple[int, str]:
        told = {"authorization": f"Bearer {self.token}"} if token else {}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.running.port}{path}", headers=told | headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as found:
                return found.status, found.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self) -> None:
        self.running.stop()
        self.nginx.stop()
        self.tokens.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("metrics"))
    yield made
    made.stop()


@pytest.mark.needs("nginx-light")
def test_the_last_measurements_stand_under_our_names_and_under_theirs(hub: Hub) -> None:
    status, text = hub.get("/metrics")
    assert status == 200
    labels = f'{{target="{hub.nginx.address}",vantage="here",family="either"}}'
    for line in (
        f"lightship_probe_up{labels} 1",
        f"probe_success{labels} 1",
        f"probe_http_status_code{labels} 200",
    ):
        assert line in text.splitlines(), line
    assert 'vantage="a \\"vantage\\""' in text
    assert 'stage="connect",failure="refused"} 1' in text
    assert "lightship_prober_lateness_seconds_count" in text


@pytest.mark.needs("nginx-light", "prometheus")
def test_promtool_finds_nothing_wrong_with_the_format(hub: Hub) -> None:
    for path in ("/metrics", f"/probe?module=http_2xx&target={hub.nginx.address}"):
        done = subprocess.run(
            [command("promtool"), "check", "metrics"], input=hub.get(path)[1], capture_output=True, text=True
        )
        complaints = [
            line for line in done.stderr.splitlines() if "probe_" not in line or "lightship" in line
        ]
        assert (done.returncode in (0, 3), complaints) == (True, []), (
            done.stderr
        )  # 3: it would name theirs otherwise


@pytest.mark.needs("nginx-light")
def test_a_probe_on_request_answers_under_blackboxs_names_and_a_dead_target_is_an_answer(hub: Hub) -> None:
    status, text = hub.get(f"/probe?module=http_2xx&target={hub.nginx.address}")
    assert status == 200
    for line in ("probe_success 1", "probe_http_status_code 200", "probe_http_ssl 0", "probe_ip_protocol 4"):
        assert line in text.splitlines(), text
    assert 'probe_http_duration_seconds{phase="processing"}' in text
    status, text = hub.get(f"/probe?module=tcp&target=127.0.0.1:{hub.closed}")
    assert (status, "probe_success 0" in text.splitlines()) == (200, True)


@pytest.mark.needs("nginx-light")
@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("", 400, "Say both"),
        ("?module=none&target=127.0.0.1", 400, "there is no module"),
        ("?module=tcp&target=192.0.2.1:25", 403, "not among the hosts"),
        ("?module=tcp&target=evil.test:25", 403, "not among"),
        ("?module=http_2xx&target=http://evil.test/x.example.test", 403, "not among"),
        ("?module=http_2xx&target=exec://127.0.0.1", 400, ""),
        ("?module=tcp&target=127.0.0.1", 400, "names no port"),
        ("?module=names&target=evil.test/a", 403, "not among"),
        ("?module=tcp&target=http://127.0.0.1", 400, ""),
    ],
)
def test_what_is_not_on_the_list_is_refused(hub: Hub, asked: str, status: int, said: str) -> None:
    found, text = hub.get(f"/probe{asked}")
    assert (found, said in text) == (status, True), text


@pytest.mark.needs("nginx-light")
def test_nobody_reads_or_asks_without_a_token(hub: Hub) -> None:
    assert hub.get("/metrics", token=False)[0] == 401
    assert hub.get("/probe?module=tcp&target=127.0.0.1:1", token=False)[0] == 401


@pytest.mark.needs("nginx-light", "prometheus")
def test_a_real_prometheus_replaces_the_exporter_by_changing_an_address(hub: Hub, tmp_path: Path) -> None:
    port, ours = free_port(), f"127.0.0.1:{hub.running.port}"
    (tmp_path / "token").write_text(hub.token)
    (tmp_path / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - {{job_name: lightship, authorization: {{credentials_file: token}}, static_configs: [{{targets: ["{ours}"]}}]}}
  - job_name: web
    metrics_path: /probe
    params: {{module: [http_2xx]}}
    authorization: {{credentials_file: token}}
    static_configs: [{{targets: ["{hub.nginx.address}"]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: "{ours}"}}
""")
    words = [
        command("prometheus"), f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    server = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        for query in (
            f'probe_success{{job="web",instance="{hub.nginx.address}"}}',
            'lightship_probe_up{vantage="here"}',
        ):
            assert _value(port, query) == "1"
    finally:
        server.terminate()
        server.wait(10)


def _value(port: int, query: str) -> str | None:
    """What Prometheus says, once it has scraped."""
    address = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(query)}"
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(address, timeout=2) as found:
                result = json.load(found)["data"]["result"]
        except OSError:
            result = []
        if result:
            return str(result[0]["value"][1])
        time.sleep(0.2)
    return None


def test_the_time_limit_that_prometheus_names_is_kept() -> None:
    asked = OnRequest({"web": Module("http://{target}/", 9.0)}, ["127.0.0.0/8"])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        made, result = asyncio.run(asked.measure("web", f"127.0.0.1:{silent.getsockname()[1]}", 1.0))
    assert (made.timeout, result.up, result.failure) == (0.5, False, "timeout")
    assert time.monotonic() - began < 5
    with pytest.raises(Refused):
        asyncio.run(asked.measure("web", "192.0.2.1:9", None))


def test_numbers_labels_and_histograms_are_written_as_the_format_says() -> None:
    text = exposed([
        Family("a", "gauge", "one\ntwo", (({"x": 'q"\\\n'}, 0.25),)), Family("none", "gauge", "not there"),
        histogram("h", "late", (0.1, 1.0), (1, 2, 3), 4.5),
    ]).decode()  # fmt: skip
    assert text.splitlines() == [
        "# HELP a one\\ntwo", "# TYPE a gauge", 'a{x="q\\"\\\\\\n"} 0.25', "# HELP h late", "# TYPE h histogram",
        'h_bucket{le="0.1"} 1', 'h_bucket{le="1"} 3', 'h_bucket{le="+Inf"} 6', "h_sum 4.5", "h_count 6",
    ]  # fmt: skip


def test_a_module_without_a_place_for_the_target_is_refused_by_name(tmp_path: Path) -> None:
    file = Configuration(
        ["https://example.org"], probe=OnRequestEntry({"web": ModuleEntry("https://example.org")}, ["*"])
    )
    with pytest.raises(BadInput, match=r"probe\.modules\.web.*no place for the target"):
        plan(file, tmp_path)
