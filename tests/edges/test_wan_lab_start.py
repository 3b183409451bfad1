"""When `wan protect` refuses to start, whom it obeys, and what a plain user may."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lightship.run.benches.wan.lab import Lab, options
from tests.support.protecting import Protecting, lightship, rules, soon, way

pytestmark = pytest.mark.needs("iproute2", "nftables", "conntrack", "namespaces")


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
    assert lightship(lab, "protect", "--restore", "--data", str(tmp_path)).returncode == 1
    assert "proto 76" in rules(lab)  # neither has undone what the first one set
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
