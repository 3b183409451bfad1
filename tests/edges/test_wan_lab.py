"""Failover on real lines: two uplinks in network namespaces, real routes, real filters, real packets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.links import history
from lightship.run.benches.wan.lab import ECHO, TARGETS, Lab, options
from tests.support.protecting import Protecting, rules, soon

pytestmark = pytest.mark.needs("iproute2", "nftables", "conntrack", "namespaces")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as made:
        yield made


def lightship(
    lab: Lab, *words: str, which: str = "box", before: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[str]":
    command = [
        "ip",
        "netns",
        "exec",
        lab.space(which),
        *before,
        sys.executable,
        "-m",
        "lightship",
        "wan",
        *words,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def way(lab: Lab, to: str = TARGETS[0]) -> str:
    """The device by which the box would send to an address now."""
    return lab.run("box", "ip", "route", "get", to, check=False).partition(" dev ")[2].split(" ")[0]


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
    assert keeper.end() == 0
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
        assert Protecting(lab, tmp_path).end() == 0
    assert rules(lab) == ""
    assert way(lab) == "eth0"


def test_both_down_is_said_once_and_nothing_is_switched(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole("fibre")
    lab.black_hole("mobile")
    keeper.wait("all-down")
    time.sleep(2.0)
    events = [each["event"] for each in keeper.said]
    assert (events.count("all-down"), events.count("switch")) == (1, 0)


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


def test_flows_of_the_old_line_start_anew_and_no_others(lab: Lab, tmp_path: Path) -> None:
    # A fixed source address: the kernel would keep the flow on the dead line for good.
    lab.run("box", "nft", "flush", "ruleset")
    lab.run("box", "nft", "-f", "-", text="""table ip nat {
        chain out { type nat hook postrouting priority 100;
          oifname "eth0" ip saddr 10.71.9.0/24 snat to 10.71.1.2
          oifname "wwan0" ip saddr 10.71.9.0/24 snat to 10.71.2.2
        }
    }""")  # fmt: skip
    keeper = Protecting(lab, tmp_path)
    other = lab.start("box", "ping", "-q", "-I", "wwan0", TARGETS[1], stdout=subprocess.DEVNULL)
    call = lab.start(
        "home", sys.executable, "-m", "lightship.run.benches.wan.flow", "5", stdout=subprocess.PIPE
    )
    time.sleep(1.0)
    before = lab.run("box", "conntrack", "-L", "-p", "icmp", "--reply-dst", "10.71.2.2")
    mine = [line.partition("id=")[2].split()[0] for line in before.splitlines() if TARGETS[1] in line]
    lab.black_hole()
    keeper.wait("switch")
    assert soon(
        lambda: f"dst={ECHO}" in lab.run("box", "conntrack", "-L", "-p", "udp", "--reply-dst", "10.71.2.2")
    )
    after = lab.run("box", "conntrack", "-L", "-p", "icmp", "--reply-dst", "10.71.2.2")
    assert mine
    assert all(f"id={each}" in after for each in mine)
    missed = json.loads(call.communicate()[0])
    assert missed["lost"] < missed["sent"] / 2
    other.kill()


def test_own_connections_of_the_old_line_are_ended(lab: Lab, tmp_path: Path) -> None:
    server = lab.start("world", sys.executable, "-c", SERVER, stdout=subprocess.PIPE)
    assert server.stdout is not None
    server.stdout.readline()
    client = lab.start("box", sys.executable, "-c", CLIENT, stdout=subprocess.PIPE)
    assert client.stdout is not None
    assert client.stdout.readline() == b"connected 10.71.1.2\n"
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    assert client.stdout.readline() == b"ConnectionAbortedError\n"
    assert client.stdout.readline() == b"connected 10.71.2.2\n"


SERVER = f"""
import socket
server = socket.create_server(({ECHO!r}, 7009))
print("listening", flush=True)
held = []
while True:
    held.append(server.accept())
"""
CLIENT = f"""
import socket
while True:
    with socket.create_connection(({ECHO!r}, 7009), 10) as made:
        made.settimeout(60)
        print("connected", made.getsockname()[0], flush=True)
        try:
            made.recv(1)
        except OSError as error:
            print(type(error).__name__, flush=True)
"""


def test_a_renewed_lease_is_followed(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    lab.ip("mobile", "addr add 10.71.2.254/24 dev cust")
    lab.ip("box", "route replace default via 10.71.2.254 dev wwan0 metric 700")
    assert soon(lambda: "10.71.2.254" in lab.run("box", "ip", "route", "show", "table", "7676"))
    lab.ip("box", "link set dev wwan0 down")
    keeper.wait("state", lambda each: (each["uplink"], each["state"]) == ("wwan0", "no-link"))
    lab.ip("box", "link set dev wwan0 up", "route replace default via 10.71.2.1 dev wwan0 metric 700")
    assert soon(lambda: "10.71.2.1 " in lab.run("box", "ip", "route", "show", "table", "7676"))


def test_a_family_that_the_other_line_lacks_is_refused_at_once(lab: Lab, tmp_path: Path) -> None:
    lab.ip("box", "addr del fd71:2::2/64 dev wwan0")
    lab.ip("box", "route del default via fd71:2::1 dev wwan0 metric 700")
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    assert soon(lambda: "unreachable" in lab.run("box", "ip", "-6", "route", "show", "table", "7676"))
    tried = lab.run("box", "ping", "-6", "-c1", "-W1", "2001:db8:ffff::1", check=False)
    assert "1 received" not in tried


def test_stay_and_back_are_obeyed(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.black_hole()
    keeper.wait("switch")
    lab.mend()
    keeper.wait("state", lambda each: (each["uplink"], each["state"]) == ("eth0", "returning"))
    assert "stays" in lightship(lab, "protect", "--stay", "--data", str(tmp_path)).stdout
    assert "back" in lightship(lab, "protect", "--back", "--data", str(tmp_path)).stdout
    keeper.wait("switch", lambda each: each["reason"] == "asked")
    assert soon(lambda: way(lab) == "eth0")
    second = lightship(lab, "protect", *options(data=str(tmp_path)))
    assert second.returncode == 1
    assert "another: another `lightship wan protect` runs" in second.stderr
    keeper.end()
    assert lightship(lab, "protect", "--stay", "--data", str(tmp_path)).returncode == 5


def test_protect_refuses_to_start_where_it_would_cut_the_machine_off(lab: Lab, tmp_path: Path) -> None:
    one = lightship(lab, "protect", "eth0", "--data", str(tmp_path))
    assert (one.returncode, "lines: only eth0" in one.stderr) == (1, True)
    lab.run("box", "sysctl", "-qw", "net.ipv4.conf.wwan0.rp_filter=1")
    strict = lightship(lab, "protect", *options(data=str(tmp_path)))
    assert strict.returncode == 1
    assert "reverse path: strict on wwan0" in strict.stderr
    assert "sysctl -w net.ipv4.conf.wwan0.rp_filter=2" in strict.stderr
    lab.run("box", "sysctl", "-qw", "net.ipv4.conf.wwan0.rp_filter=0")
    lab.ip("box", "route add default via 10.71.9.2 dev lan0 metric 50")
    elsewhere = lightship(lab, "protect", *options(data=str(tmp_path)))
    assert "way out: IPv4 leaves by lan0 now" in elsewhere.stderr
    lab.ip("box", "route del default via 10.71.9.2 dev lan0 metric 50")
    nobody = lightship(lab, "protect", "eth0", "wwan0", "--target", "203.0.113.9", "--data", str(tmp_path))
    assert "answers: no two targets answer over eth0" in nobody.stderr
    checked = lightship(lab, "protect", *options("--check", data=str(tmp_path)))
    assert checked.returncode == 0
    assert "answers: ok" in checked.stdout
    assert rules(lab) == ""


PLAIN_USER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def test_a_plain_user_may_watch_and_may_not_protect(lab: Lab, tmp_path: Path) -> None:
    readable = subprocess.run(
        [*PLAIN_USER, sys.executable, "-c", "import lightship"], capture_output=True, check=False
    )
    if readable.returncode:
        pytest.fail(f"a plain user cannot read {sys.executable}; install Python where all may")
    data = tmp_path / "plain"
    data.mkdir()
    data.chmod(0o777)
    for each in (tmp_path, *tmp_path.parents[:3]):
        each.chmod(each.stat().st_mode | 0o011)
    watched = lightship(lab, "watch", *options("--for", "2.5", "--json", data=str(data)), before=PLAIN_USER)
    assert watched.returncode == 0, watched.stderr
    lines = [json.loads(line) for line in watched.stdout.splitlines()]
    assert [each["state"] for each in next(e for e in lines if e["event"] == "lines")["lines"]] == [
        "good",
        "good",
    ]
    assert lightship(lab, "protect", *options(data=str(data)), before=PLAIN_USER).returncode == 1
    assert rules(lab) == ""


def test_the_exercise_reports_what_a_cut_costs_and_leaves_nothing(lab: Lab, tmp_path: Path) -> None:
    ran = lightship(lab, "test", *options("--for", "3", "--json", data=str(tmp_path)))
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert (said["cut"], said["took_over"], said["seconds"]) == ("eth0", "wwan0", 3)
    assert 0 < said["lost"] < said["sent"]
    assert rules(lab) == ""
    assert [each.after for each in history.drills(tmp_path)] == ["wwan0"]


def test_an_exercise_that_is_killed_mends_itself(lab: Lab, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "lightship", "wan", "test", *options("--for", "3", data=str(tmp_path))]
    ran = lab.start("box", *words)
    assert soon(lambda: "drill" in rules(lab), 20.0)
    ran.kill()
    assert soon(
        lambda: lab.run("box", "ping", "-c1", "-W1", "-I", "eth0", TARGETS[0], check=False).count(
            "1 received"
        )
    )
    assert soon(lambda: rules(lab) == "")


def test_without_another_line_the_exercise_says_so(lab: Lab, tmp_path: Path) -> None:
    lab.black_hole("mobile")
    ran = lightship(lab, "test", *options("--for", "2", data=str(tmp_path)))
    assert ran.returncode == 1
    assert "no other line took over" in ran.stdout


def test_a_nearly_used_up_line_lets_only_marked_traffic_pass(lab: Lab) -> None:
    code = "from lightship.edges.links import byte_classes as b; b.allow('wwan0', {!r}, ['198.51.100.80'])"
    lab.run("box", sys.executable, "-c", code.format("marked"))
    assert "1 received" in lab.run("box", "ping", "-c1", "-W1", "-I", "wwan0", TARGETS[0])
    assert passes(lab, "198.51.100.53", 53)
    assert passes(lab, "198.51.100.80", 7777)
    assert not passes(lab, ECHO, 7007)
    lab.run("box", sys.executable, "-c", code.format("none"))
    assert not passes(lab, "198.51.100.53", 53)
    lab.run("box", sys.executable, "-c", code.format("all"))
    assert passes(lab, ECHO, 7007)
    assert "lightship" not in lab.run("box", "nft", "list", "tables")


def passes(lab: Lab, address: str, port: int) -> bool:
    """Whether a packet leaves by the mobile line: a filter of ours refuses it with an error, at once."""
    code = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
        f"s.setsockopt(1, 25, b'wwan0'); s.sendto(b'x' * 20, ({address!r}, {port}))"
    )
    command = ["ip", "netns", "exec", lab.space("box"), sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_cap_that_is_reached_closes_the_line(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path, "--cap", "60kB")
    lab.run("box", "ping", "-q", "-c", "80", "-i", "0.002", "-s", "1000", "-I", "wwan0", TARGETS[0])
    keeper.wait("note", lambda each: "100% of 60" in each["text"])
    keeper.wait("state", lambda each: (each["uplink"], each["state"]) == ("wwan0", "metered-out"))
    lab.black_hole()
    keeper.wait("all-down")
    assert "switch" not in {each["event"] for each in keeper.said}
    keeper.end()
    assert rules(lab) == ""


def test_the_sockets_of_another_device_are_refused_by_name() -> None:
    from lightship.edges.links.sockets import IPV4, echo_socket
    from lightship.vocabulary.errors import Unreachable

    with pytest.raises(Unreachable, match="no-such-dev"):
        echo_socket("no-such-dev", IPV4)
    assert socket.AF_INET == IPV4
