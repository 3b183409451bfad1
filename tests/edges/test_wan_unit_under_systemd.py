"""The unit that `wan protect --install` writes, run by a real systemd as the first process of namespaces of its own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.run.benches.wan.lab import PORTAL, RESOLVERS, TARGETS, Lab
from lightship.run.commands.wan.options import Asked
from lightship.run.wan.hands import Wanted
from lightship.run.wan.unit import NAME, install
from tests.support.protecting import rules, soon, way

pytestmark = [
    pytest.mark.soak,
    pytest.mark.needs("iproute2", "nftables", "conntrack", "namespaces", "systemd"),
]

ASKED = Asked(("eth0", "wwan0"), TARGETS, RESOLVERS, f"http://{PORTAL}/", (), "usual", None)
_TARGETS = (
    "multi-user", "basic", "sysinit", "shutdown", "network-online", "exit", "final", "umount", "local-fs",
)  # fmt: skip
_FIRST = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=test SYSTEMD_UNIT_PATH={units} PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    /lib/systemd/systemd --system --unit=multi-user.target --log-target=console --show-status=false
"""


@pytest.fixture
def systemd(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    """It runs nothing but the unit: none of this machine's own. Gives what the unit says."""
    units, said = tmp_path / "units", tmp_path / "said"
    units.mkdir()
    for each in _TARGETS:
        (units / f"{each}.target").write_text(f"[Unit]\nDescription={each}\nDefaultDependencies=no\n")
    (units / "multi-user.target").write_text(f"[Unit]\nDefaultDependencies=no\nWants={NAME}\n")
    path = install(ASKED, Wanted(resolvers=False), units)
    path.write_text(path.read_text().replace("[Service]\n", f"[Service]\nStandardOutput=append:{said}\n"))
    words = [
        "unshare",
        "--fork",
        "--pid",
        "--mount",
        "--mount-proc",
        "--ipc",
        "--uts",
        "--cgroup",
        "--kill-child",
    ]
    first = lab.start(
        "box", *words, "bash", "-c", _FIRST.format(units=units), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield said
    first.kill()
    first.wait()


def protecting(lab: Lab) -> list[int]:
    """The processes of `wan protect` in the box, its guard not among them."""
    every = lab.run("box", "ip", "netns", "pids", lab.space("box")).split()
    return [int(each) for each in every if _is_the_main_one(int(each))]


def _is_the_main_one(process: int) -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]
        above = Path(f"/proc/{parent}/cmdline").read_bytes()
    except OSError:
        return False
    return b"protect" in words and b"--restore" not in words and above.startswith(b"/lib/systemd/systemd")


def test_the_unit_switches_with_two_capabilities_and_is_started_anew_after_kill_9(
    lab: Lab, systemd: Path
) -> None:
    assert soon(lambda: systemd.exists() and "Protecting 2 lines" in systemd.read_text(), 20)
    assert soon(lambda: protecting(lab))
    (process,) = protecting(lab)
    status = Path(f"/proc/{process}/status").read_text()
    # CAP_NET_ADMIN and CAP_NET_RAW, and where Lightship lies in a home directory CAP_DAC_READ_SEARCH.
    assert int(status.partition("CapBnd:\t")[2].partition("\n")[0], 16) & ~0x4 == 0x3000
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status
    lab.black_hole()
    assert soon(lambda: way(lab) == "wwan0"), systemd.read_text()
    os.kill(process, signal.SIGKILL)
    assert soon(lambda: rules(lab) == ""), "the guard or ExecStopPost takes all of it away"
    lab.mend()
    assert soon(lambda: protecting(lab) and protecting(lab) != [process], 20)
