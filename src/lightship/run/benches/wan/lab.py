"""A laboratory of network namespaces: a box with two uplinks, two providers, a world behind them, a home behind it.

Needs root, iproute2 and nftables. Loss comes from nftables (`numgen`), because kernels without netem are common; delay
on the mobile line from a relay behind a TUN device.
"""

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType

TARGETS = ("198.51.100.1", "198.51.100.2", "198.51.100.3")
TARGETS_V6 = ("2001:db8:ffff::1", "2001:db8:ffff::2")
RESOLVERS = ("198.51.100.53", "198.51.100.54")
PORTAL = "198.51.100.80"
ECHO = "198.51.100.7"
_SPACES = ("box", "fibre", "mobile", "world", "home")
_numbers = itertools.count()


def can_run() -> str | None:
    """Why there can be no laboratory here; None where there can."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [
        name for name in ("ip", "nft") if shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin") is None
    ]
    if missing:
        return f"needs {' and '.join(missing)} (Debian: iproute2, nftables)"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "may not make network namespaces here"


class Lab:
    """The namespaces, from `with` to its end.

    Args:
        delay: seconds that the mobile line adds to a round trip; 0: none, and no relay.
    """

    def __init__(self, delay: float = 0.0, ipv6: bool = True) -> None:
        self.name = f"ls{os.getpid()}-{next(_numbers)}"
        self.delay, self.ipv6 = delay, ipv6
        self._running: list[subprocess.Popen[bytes]] = []

    def space(self, which: str) -> str:
        """The name of a namespace."""
        return f"{self.name}-{which}"

    def __enter__(self) -> "Lab":
        try:
            self._build()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for each in self._running:
            each.kill()
            each.wait()
            for pipe in (each.stdout, each.stderr):
                if pipe is not None:
                    pipe.close()
        for which in _SPACES:
            subprocess.run(["ip", "netns", "del", self.space(which)], capture_output=True, check=False)

    def run(self, which: str, *words: str, check: bool = True, text: str | None = None) -> str:
        """Run a command in a namespace; gives what it printed."""
        command = ["ip", "netns", "exec", self.space(which), *words]
        ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if check and ran.returncode:
            raise RuntimeError(f"{' '.join(words)}: {ran.stderr.strip()}")
        return ran.stdout

    def start(self, which: str, *words: str, **options: object) -> "subprocess.Popen[bytes]":
        """Start a program in a namespace; it ends with the laboratory."""
        command = ["ip", "netns", "exec", self.space(which), *words]
        made = subprocess.Popen(command, **options)  # type: ignore[call-overload]
        self._running.append(made)
        return made  # type: ignore[no-any-return]

    def ip(self, which: str, *lines: str) -> None:
        """Several `ip` commands in a namespace."""
        ran = subprocess.run(["ip", "-n", self.space(which), "-batch", "-"], input="\n".join(lines) + "\n",
                             capture_output=True, text=True, check=False)  # fmt: skip
        if ran.returncode:
            raise RuntimeError(f"{which}: {ran.stderr.strip()}")

    def _build(self) -> None:
        for which in _SPACES:
            subprocess.run(["ip", "netns", "add", self.space(which)], check=True, capture_output=True)
            self.ip(which, "link set lo up")
            switches = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                        "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
                        "net.ipv6.conf.default.accept_dad=0", "net.ipv4.ping_group_range=0 2147483647"]  # fmt: skip
            self.run(which, "sysctl", "-qw", *switches)
        self._wire("box", "eth0", "fibre", "cust")
        self._wire("box", "wwan0", "mobile", "cust")
        self._wire("box", "lan0", "home", "eth0")
        self._wire("world", "fibre", "fibre", "beyond")
        self._wire("world", "mobile", "mobile", "beyond")
        self._address()
        if self.delay:
            self._slow()
        world = self.start(
            "world", sys.executable, "-m", "lightship.run.benches.wan.world", stdout=subprocess.PIPE
        )
        world.stdout.readline()  # type: ignore[union-attr]  # it answers from now on

    def _wire(self, one: str, its: str, other: str, others: str) -> None:
        words = ["link", "add", its, "netns", self.space(one), "type", "veth", "peer", "name", others,
                 "netns", self.space(other)]  # fmt: skip
        subprocess.run(["ip", *words], check=True, capture_output=True)
        self.ip(one, f"link set dev {its} up")
        self.ip(other, f"link set dev {others} up")

    def _address(self) -> None:
        self.ip("box", "addr add 10.71.1.2/24 dev eth0", "addr add 10.71.2.2/24 dev wwan0",
                "addr add 10.71.9.1/24 dev lan0", "route add default via 10.71.1.1 dev eth0 metric 100",
                "route add default via 10.71.2.1 dev wwan0 metric 700")  # fmt: skip
        self.ip("home", "addr add 10.71.9.2/24 dev eth0", "route add default via 10.71.9.1")
        for number, which in ((1, "fibre"), (2, "mobile")):
            self.ip(which, f"addr add 10.71.{number}.1/24 dev cust", f"addr add 10.72.{number}.1/24 dev beyond",
                    f"route add default via 10.72.{number}.2")  # fmt: skip
            self.ip("world", f"addr add 10.72.{number}.2/24 dev {which}",
                    f"route add 10.71.{number}.0/24 via 10.72.{number}.1")  # fmt: skip
        everybody = (*TARGETS, *RESOLVERS, PORTAL, ECHO)
        self.ip("world", *(f"addr add {each}/32 dev lo" for each in everybody))
        self.run(
            "box",
            "nft",
            "-f",
            "-",
            text="""table ip nat { chain out { type nat hook postrouting priority 100;
            oifname { "eth0", "wwan0" } ip saddr 10.71.9.0/24 masquerade
            }
            }""",
        )
        if self.ipv6:
            self._address_v6()

    def _address_v6(self) -> None:
        self.ip("box", "addr add fd71:1::2/64 dev eth0 nodad", "addr add fd71:2::2/64 dev wwan0 nodad",
                "route add default via fd71:1::1 dev eth0 metric 100",
                "route add default via fd71:2::1 dev wwan0 metric 700")  # fmt: skip
        for number, which in ((1, "fibre"), (2, "mobile")):
            self.ip(which, f"addr add fd71:{number}::1/64 dev cust nodad",
                    f"addr add fd72:{number}::1/64 dev beyond nodad",
                    f"route add default via fd72:{number}::2")  # fmt: skip
            self.ip("world", f"addr add fd72:{number}::2/64 dev {which} nodad",
                    f"route add fd71:{number}::/64 via fd72:{number}::1")  # fmt: skip
        self.ip("world", *(f"addr add {each}/128 dev lo nodad" for each in TARGETS_V6))

    def replug(self) -> None:
        """The modem is pulled out and put in again: another device of the same name."""
        self.ip("box", "link del dev wwan0")
        self._wire("box", "wwan0", "mobile", "cust")
        self.ip("mobile", "addr add 10.71.2.1/24 dev cust")
        self.ip(
            "box", "addr add 10.71.2.2/24 dev wwan0", "route add default via 10.71.2.1 dev wwan0 metric 700"
        )

    def _slow(self) -> None:
        """All that passes the mobile provider goes through a relay that waits."""
        self.start("mobile", sys.executable, "-m", "lightship.run.benches.wan.relay", str(self.delay / 2))
        self.ip("mobile", "rule add iif cust lookup 10", "rule add iif beyond lookup 10")
        for _ in range(100):
            if self.run("mobile", "ip", "link", "show", "slow0", check=False):
                break
            subprocess.run(["sleep", "0.05"], check=True)
        self.ip("mobile", "route add default dev slow0 table 10")

    # --- faults ------------------------------------------------------------------------------------------------------

    def fault(self, provider: str, *rules: str) -> None:
        """Drop what these rules say at a provider, from now on; a rule is an nft match ("udp dport 53")."""
        body = "\n".join(f"{each} drop" for each in rules)
        self.run(
            provider,
            "nft",
            "-f",
            "-",
            text=f"""table inet fault {{
            chain arriving {{ type filter hook prerouting priority -300; {body}
            }}
            }}""",
        )

    def black_hole(self, provider: str = "fibre") -> None:
        """Nothing passes, and the next hop is silent as well."""
        self.fault(provider, 'iifname { "cust", "beyond", "slow0" }')

    def upstream(self, provider: str = "fibre") -> None:
        """The next hop answers, nothing beyond it does."""
        self.fault(provider, 'iifname "beyond"')

    def loss(self, share: float, provider: str = "fibre") -> None:
        """So much is lost at random, on the way out."""
        self.fault(provider, f'iifname "cust" numgen random mod 1000 < {round(share * 1000)}')

    def mend(self, provider: str = "fibre") -> None:
        """The fault is over."""
        self.run(provider, "nft", "-f", "-", text="table inet fault\ndelete table inet fault")


def options(*more: str, data: str) -> Sequence[str]:
    """How `lightship wan ...` is told of the laboratory's targets."""
    targets = [word for each in TARGETS for word in ("--target", each)]
    resolvers = [word for each in RESOLVERS for word in ("--resolver", each)]
    return [
        "eth0",
        "wwan0",
        *targets,
        *resolvers,
        "--portal-check",
        f"http://{PORTAL}/",
        "--data",
        data,
        *more,
    ]
