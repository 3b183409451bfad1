"""Every address behind a name, and IPv6 that fails alone, through real routers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lightship.edges.probes.everywhere import together
from lightship.edges.probes.probe import Result
from lightship.run.configuration import CheckEntry, Configuration
from lightship.run.planning import plan, read
from tests.support.routers import SERVER, SERVER_V6, Routers

REAL = pytest.mark.needs("iproute2", "nftables", "namespaces")
DEAD = "10.99.4.77"
PORT = 8099
UP = Result(True, "answer", None, (("name", 0.1), ("answer", 0.2)), "status 200")
DOWN = Result(False, "connect", "refused", (("name", 0.1), ("connect", 0.1)), "Connection refused")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Routers]:
    folder = tmp_path_factory.mktemp("www")
    (folder / "hosts").write_text(f"{SERVER} site.example\n{DEAD} half.example\n"
                                  f"{SERVER} half.example\n{SERVER_V6} site.example\n")  # fmt: skip
    with Routers() as made:
        words = ["ip", "netns", "exec", made.space("server"), sys.executable, "-m", "http.server", "--bind", "::",
                 "--directory", str(folder), str(PORT)]  # fmt: skip
        server = subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONUNBUFFERED": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        assert server.stdout is not None
        server.stdout.readline()
        made.hosts = folder / "hosts"  # type: ignore[attr-defined]
        yield made
        server.kill()
        server.communicate()


def check(network: Routers, address: str, family: str = "both") -> tuple[int, list[dict[str, Any]]]:
    """The command, in the client's namespace and with names of its own."""
    hosts: Path = network.hosts  # type: ignore[attr-defined]
    script = f'mount --bind {hosts} /etc/hosts && exec {sys.executable} -m lightship check --json --timeout 1.5 "$@"'
    words = [
        "ip",
        "netns",
        "exec",
        network.space("client"),
        "sh",
        "-c",
        script,
        "sh",
        "--family",
        family,
        address,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


@REAL
def test_ipv6_fails_alone_and_ipv4_goes_on(network: Routers) -> None:
    assert check(network, f"http://site.example:{PORT}/")[0] == 0
    network.nft("one", f"ip6 daddr {SERVER_V6} drop")
    code, found = check(network, f"http://site.example:{PORT}/")
    network.nft("one", "")
    seen = {each["family"]: (each["peer"], each["result"]["up"], each["result"]["failure"]) for each in found}
    assert seen == {"IPv4": (SERVER, True, None), "IPv6": (SERVER_V6, False, "timeout")}
    assert code == 1


@REAL
@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_one_dead_address_of_a_name_does_not_hide_behind_the_other(network: Routers, scheme: str) -> None:
    code, found = check(network, f"{scheme}://half.example:{PORT}", "4")
    assert {each["peer"]: each["result"]["up"] for each in found} == {SERVER: True, DEAD: False}
    assert code == 1


def test_a_name_is_up_while_one_address_answers_and_the_others_are_told() -> None:
    found = together([("192.0.2.1", UP), ("192.0.2.2", DOWN)])
    assert found.up
    assert found.detail == "1 of 2 addresses fail: 192.0.2.2: refused at connect"
    assert found.figures == {"addresses": 2.0, "addresses_down": 1.0}
    assert not together([("192.0.2.1", DOWN), ("192.0.2.2", DOWN)]).up
    assert together([("192.0.2.1", UP)]).detail == "status 200"
    assert together([("192.0.2.1", replace(UP, figures={"status": 200.0}))]).figures["status"] == 200.0


def test_two_families_are_two_things_that_are_watched(tmp_path: Path) -> None:
    file = tmp_path / "lightship.yaml"
    file.write_text(
        "checks:\n- {url: 'https://example.org', families: both, addresses: every}\n"
        "- {url: 'tcp://x.example:1', families: '6'}\n"
    )
    found = read(file)
    assert [(each.name, each.check.family) for each in found.things] == [
        ("example.org over IPv4", 4), ("example.org over IPv6", 6), ("x.example:1", 6),
    ]  # fmt: skip
    assert found.things[0].check.every_address
    assert {path.family for path in found.network.probes if path.target == "https://example.org"} == {4, 6}
    # Both on one machine: what takes both is one incident.
    assert found.network.components[0].name == "the machine at example.org"


def test_what_is_not_asked_for_stays_as_it_was(tmp_path: Path) -> None:
    made = plan(Configuration(checks=[CheckEntry("https://example.org")]), tmp_path)
    assert [(each.name, each.check.family) for each in made.things] == [("example.org", 0)]
