"""The way that packets go, through real routers in network namespaces: where it ends, and when it changes."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.hops import Hop, Trace
from lightship.edges.probes.path import USUAL_AFTER, Memory
from lightship.vocabulary.errors import BadInput
from tests.support.routers import SERVER, SERVER_V6, Routers

REAL = pytest.mark.needs("iproute2", "nftables", "namespaces")
ASKED = """
import asyncio, sys, msgspec
from lightship.edges.probes.address import check, probe_for
probe = probe_for("path")
for line in sys.stdin:
    made = check(line.strip(), timeout=4.0)
    print(msgspec.json.encode(asyncio.run(probe.measure(made))).decode(), flush=True)
"""


class Client:
    """One program of ours in the client's namespace, so that the probe remembers."""

    def __init__(self, network: Routers) -> None:
        self.network, self.program = network, network.python("client", ASKED)

    def ask(self, address: str) -> dict[str, object]:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(address + "\n")
        self.program.stdin.flush()
        found: dict[str, object] = json.loads(self.program.stdout.readline())
        return found


@pytest.fixture(scope="module")
def module_client() -> Iterator[Client]:
    with Routers() as network:
        made = Client(network)
        yield made
        made.program.communicate(timeout=10)


@pytest.fixture
def client(module_client: Client) -> Iterator[Client]:
    yield module_client
    module_client.network.by("two")
    for each in ("one", "two"):
        module_client.network.nft(each, "")


@REAL
@pytest.mark.parametrize(
    ("address", "way"),
    [
        (f"path://{SERVER}", f"10.99.1.2 > 10.99.2.2 > {SERVER}"),
        (f"path://[{SERVER_V6}]", f"fd99:1::2 > fd99:2::2 > {SERVER_V6}"),
    ],
)
def test_every_router_is_named_and_the_target_at_the_end(client: Client, address: str, way: str) -> None:
    found = client.ask(address)
    assert (found["up"], found["detail"]) == (True, f"3 hops: {way}")
    assert found["figures"]["hops"] == 3  # type: ignore[index]
    assert 0 < found["figures"]["rtt_ms"] < 1000  # type: ignore[index]


@REAL
@pytest.mark.parametrize("host", [SERVER, f"[{SERVER_V6}]"])
def test_another_way_is_told_and_down_where_that_was_asked_for(client: Client, host: str) -> None:
    told, judged, pinned = (f"path://{host}?{each}" for each in (
        "change=told", "change=down", f"via={'fd99:2::2' if ':' in host else '10.99.2.2'}"))  # fmt: skip
    assert all(client.ask(each)["up"] for each in (told, judged, pinned))
    client.network.by("three")
    found = client.ask(told)
    assert found["up"]
    assert "at hop 2" in str(found["detail"])
    assert found["figures"]["path_changed"] == 1  # type: ignore[index]
    for each in (judged, pinned):
        assert (client.ask(each)["failure"], found["stage"]) == ("path-changed", "path")


@REAL
def test_a_black_hole_is_found_by_the_last_router_that_answers(client: Client) -> None:
    client.network.nft("two", f"ip daddr {SERVER} ip ttl > 1 drop")
    found = client.ask(f"path://{SERVER}?hops=6")
    assert (found["up"], found["failure"]) == (False, "timeout")
    assert found["detail"] == "ends behind hop 2, 10.99.2.2"


@REAL
def test_who_says_that_it_cannot_be_reached_is_named(client: Client) -> None:
    client.network.nft("one", f"ip daddr {SERVER} ip ttl > 1 reject with icmp type host-unreachable")
    found = client.ask(f"path://{SERVER}")
    assert (found["up"], found["failure"]) == (False, "unreachable")
    assert "10.99.1.2, at hop 2, says" in str(found["detail"])


@REAL
def test_a_router_that_keeps_silent_is_a_gap_and_no_change(client: Client) -> None:
    address = f"path://{SERVER}?change=down&hops=30"
    client.network.nft("two", f"ip daddr {SERVER} ip ttl 1 drop")
    found = client.ask(address)
    assert (found["up"], found["detail"]) == (True, f"3 hops: 10.99.1.2 > ? > {SERVER}")
    client.network.nft("two", "")
    assert client.ask(address)["up"]


@REAL
def test_the_command_shows_it(client: Client) -> None:
    done = subprocess.run(
        ["ip", "netns", "exec", client.network.space("client"), sys.executable, "-m", "lightship", "check",
         f"path://{SERVER}"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 hops: 10.99.1.2 > 10.99.2.2" in done.stdout


def test_another_way_becomes_the_usual_one_when_it_stays() -> None:
    memory = Memory()
    assert memory.differs(("a", "b", "z")) is None
    for _ in range(USUAL_AFTER):
        assert memory.differs(("a", "c", "z")) == (2, "b", "c")
    assert memory.differs(("a", "c", "z")) is None
    assert memory.differs(("a", "b", "z")) == (2, "c", "b")


def test_a_way_that_is_longer_or_shorter_is_another_one() -> None:
    memory = Memory()
    assert memory.differs(("a", None, "z")) is None
    assert memory.differs(("a", None, "y", "z")) == (3, "z", "y")
    assert memory.differs(("a", "b", "z")) is None
    assert memory.differs(("a", "z")) == (2, "b", "z")


def test_a_trace_names_its_routers() -> None:
    assert Trace((Hop("192.0.2.1", 0.1), Hop(None)), False).addresses == ("192.0.2.1", None)


@pytest.mark.parametrize(
    ("address", "said"), [("path://x?hops=99", "from 1 to 60"), ("path://x?via=router", "write an address")]
)
def test_what_cannot_be_meant_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address)
