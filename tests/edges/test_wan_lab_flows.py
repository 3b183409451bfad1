"""What hangs on a line when it changes: open flows, own connections, leases, the other family."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lightship.run.benches.wan.lab import ECHO, TARGETS, TARGETS_V6, Lab
from tests.support.protecting import Protecting, soon, way

pytestmark = pytest.mark.needs("iproute2", "iputils-ping", "nftables", "conntrack", "namespaces")


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


def test_a_modem_that_is_plugged_in_again_is_asked_and_used_again(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path)
    lab.replug()
    keeper.wait("state", lambda each: (each["uplink"], each["state"]) == ("wwan0", "no-link"))
    keeper.wait("state", lambda each: (each["uplink"], each["before"]) == ("wwan0", "no-link"))
    lab.black_hole()
    keeper.wait("switch")
    assert soon(lambda: way(lab) == "wwan0")


def test_ipv6_that_leads_nowhere_is_refused_while_ipv4_answers(lab: Lab, tmp_path: Path) -> None:
    keeper = Protecting(lab, tmp_path, *(word for each in TARGETS_V6 for word in ("--target", each)))
    lab.fault("fibre", "meta nfproto ipv6 icmpv6 type echo-request")
    keeper.wait("ipv6", lambda each: each["refused"])
    assert soon(lambda: "unreachable" in lab.run("box", "ip", "-6", "route", "show", "table", "7676"))
    assert way(lab) == "eth0"
    lab.mend()
    keeper.wait("ipv6", lambda each: not each["refused"])
    assert soon(lambda: way(lab, TARGETS_V6[0]) == "eth0")
    assert "switch" not in {each["event"] for each in keeper.said}
