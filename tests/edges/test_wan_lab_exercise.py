"""The exercise, and what a metered line still lets through."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lightship.edges.links import history
from lightship.run.benches.wan.lab import ECHO, TARGETS, Lab, options
from tests.support.protecting import Protecting, lightship, rules, soon

pytestmark = pytest.mark.needs("iproute2", "iputils-ping", "nftables", "conntrack", "namespaces")


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
