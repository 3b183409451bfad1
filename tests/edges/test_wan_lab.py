"""Failover on real lines: two uplinks in network namespaces, real routes, real filters, real packets."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lightship.edges.links import history
from lightship.run.benches.wan.lab import Lab
from tests.support.protecting import Protecting, lightship, rules, soon, way

pytestmark = pytest.mark.needs("iproute2", "nftables", "conntrack", "namespaces")


def test_a_black_hole_is_switched_away_from_and_all_is_restored_at_the_end(lab: Lab, tmp_path: Path) -> None:
    report = tmp_path / "reports"
    keeper = Protecting(
        lab, tmp_path / "data", "--report", str(report), "--area", "0113", "--service", "broadband"
    )
    assert way(lab) == "eth0"
    lab.black_hole()
    switch = keeper.wait("switch")
    assert (switch["before"], switch["to"], switch["reason"]) == ("eth0", "wwan0", "dead")
    assert soon(lambda: way(lab) == "wwan0" and way(lab, "2001:db8:ffff::1") == "wwan0")
    assert soon(report.exists)
    told = json.loads(report.read_text())
    assert told["lightship_wan"] == 1
    assert (told["event"], told["state"], told["area"], told["service"]) == (
        "out",
        "dead",
        "0113",
        "broadband",
    )
    assert keeper.end() == 130
    assert rules(lab) == ""
    assert way(lab) == "eth0"
    kept = history.switches(tmp_path / "data")
    assert [(each.before, each.after, each.acted) for each in kept] == [("eth0", "wwan0", True)]
    assert {each.uplink for each in history.last_proofs(tmp_path / "data")} == {"eth0", "wwan0"}


def test_what_fails_beyond_the_next_hop_is_seen_and_a_call_from_the_home_goes_on(
    lab: Lab, tmp_path: Path
) -> None:
    keeper = Protecting(lab, tmp_path)
    call = lab.start(
        "home", sys.executable, "-m", "lightship.run.benches.wan.flow", "4", stdout=subprocess.PIPE
    )
    time.sleep(1.5)
    lab.upstream()
    keeper.wait("switch")
    missed = json.loads(call.communicate()[0])
    assert 0 < missed["lost"] < missed["sent"] / 2  # it goes on; the bars themselves stand in the bench
    assert lab.run("box", "ip", "neigh", "show", "dev", "eth0")  # the next hop is there all the while


def test_the_guard_restores_after_kill_9(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    assert soon(lambda: "wwan0" in rules(lab))
    keeper.process.kill()
    assert soon(lambda: rules(lab) == "")
    assert way(lab) == "eth0"


def guards(data: Path) -> list[int]:
    """The guards of the history in this folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"lightship.edges.links.guard" in words and str(data).encode() in words:
            found.append(int(each.parent.name))
    return found


@pytest.mark.parametrize("by", ["--restore", "the next start"])
def test_what_is_left_when_the_guard_is_killed_as_well_is_taken_away(
    lab: Lab, tmp_path: Path, by: str
) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    assert soon(lambda: "wwan0" in rules(lab))
    for each in guards(tmp_path):
        os.kill(each, signal.SIGKILL)
    keeper.process.kill()
    keeper.process.wait()
    assert rules(lab) != ""
    lab.mend()
    if by == "--restore":
        assert lightship(lab, "protect", "--restore", "--data", str(tmp_path)).returncode == 0
    else:
        assert Protecting(lab, tmp_path).end() == 130
    assert rules(lab) == ""
    assert way(lab) == "eth0"


@pytest.mark.soak
def test_killed_at_any_moment_nothing_is_left(lab: Lab, tmp_path: Path) -> None:
    chance = random.Random(7)
    for n in range(40):
        keeper = Protecting(lab, tmp_path, ready=False)
        time.sleep(chance.uniform(0.3, 3.0))
        lab.black_hole()
        time.sleep(chance.uniform(0.0, 1.5))
        keeper.process.kill()
        assert soon(lambda: rules(lab) == ""), f"kill {n}"
        assert way(lab) == "eth0"
        lab.mend()


def test_both_down_is_said_once_and_nothing_is_switched(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole("fibre")
    lab.black_hole("mobile")
    keeper.wait("all-down")
    time.sleep(2.0)
    events = [each["event"] for each in keeper.said]
    assert (events.count("all-down"), events.count("switch")) == (1, 0)


def test_a_machine_that_slept_does_not_take_its_own_silence_for_the_lines(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    keeper.process.send_signal(signal.SIGSTOP)
    time.sleep(3.0)
    keeper.process.send_signal(signal.SIGCONT)
    time.sleep(2.0)
    states = {each["state"] for each in keeper.said if each["event"] == "state"}
    assert not states & {"dead", "brown", "no-dns"}
    assert keeper.end() == 130


def test_a_dead_resolver_is_replaced_and_the_file_comes_back(lab: Lab, tmp_path: Path) -> None:
    own = Path("/etc/netns") / lab.space("box")  # what `ip netns exec` shows as /etc/resolv.conf there
    own.mkdir(parents=True)
    try:
        (own / "resolv.conf").write_text("nameserver 198.51.100.53\nnameserver 198.51.100.54\n")
        keeper = Protecting(lab, tmp_path)
        lab.fault("fibre", "ip daddr 198.51.100.53 udp dport 53")
        keeper.wait("resolver")
        assert soon(
            lambda: "nameserver 198.51.100.54\nnameserver 198.51.100.53" in (own / "resolv.conf").read_text()
        )
        keeper.end()
        assert (own / "resolv.conf").read_text() == "nameserver 198.51.100.53\nnameserver 198.51.100.54\n"
        assert "switch" not in {each["event"] for each in keeper.said}
    finally:
        for each in own.iterdir():
            each.unlink()
        own.rmdir()


def test_the_sockets_of_another_device_are_refused_by_name() -> None:
    from lightship.edges.links.sockets import IPV4, echo_socket
    from lightship.vocabulary.errors import Unreachable

    with pytest.raises(Unreachable, match="no-such-dev"):
        echo_socket("no-such-dev", IPV4)
    assert socket.AF_INET == IPV4
