"""A small network of namespaces: a client, three routers, a server that two ways lead to. Wants root.

client - one - two   - server
             \\ three /
"""

import itertools
import os
import subprocess
import sys
from types import TracebackType
from typing import Self

SERVER, SERVER_V6 = "10.99.9.9", "fd99:9::9"
_SPACES = ("client", "one", "two", "three", "server")
_LINKS = (
    ("client", "one", 1),
    ("one", "two", 2),
    ("one", "three", 3),
    ("two", "server", 4),
    ("three", "server", 5),
)
_numbers = itertools.count()


class Routers:
    """The network. A context. On link n the first end is 10.99.n.1 and fd99:n::1, the second .2 and ::2."""

    def __init__(self) -> None:
        self.name = f"ls{os.getpid()}r{next(_numbers)}"

    def space(self, which: str) -> str:
        """The name of a namespace."""
        return f"{self.name}-{which}"

    def run(self, which: str, *words: str, text: str | None = None) -> str:
        """Run a command there."""
        command = ["ip", "netns", "exec", self.space(which), *words]
        ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(words)}: {ran.stderr.strip()}")
        return ran.stdout

    def python(self, which: str, code: str, *words: str) -> "subprocess.Popen[str]":
        """A program of ours there, to talk with by its input and output."""
        command = ["ip", "netns", "exec", self.space(which), sys.executable, "-c", code, *words]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def nft(self, which: str, rules: str) -> None:
        """Replace the rules for what comes in to a router; empty: none."""
        lines = ["flush ruleset"]
        if rules:
            lines += [
                "table inet t {",
                "chain f {",
                "type filter hook prerouting priority 0;",
                rules,
                "}",
                "}",
            ]
        self.run(which, "nft", "-f", "-", text="\n".join(lines) + "\n")

    def by(self, router: str) -> None:
        """From now on the way there leads over router `two` or `three`."""
        n = 2 if router == "two" else 3
        self._ip(
            "one",
            f"route replace {SERVER}/32 via 10.99.{n}.2",
            f"-6 route replace {SERVER_V6}/128 via fd99:{n}::2",
        )

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for which in _SPACES:
            subprocess.run(["ip", "netns", "del", self.space(which)], capture_output=True, check=False)

    def _ip(self, which: str, *lines: str) -> None:
        for family in ("-4", "-6"):
            mine = [line.removeprefix("-6 ") for line in lines if line.startswith("-6 ") == (family == "-6")]
            words = ["ip", family, "-n", self.space(which), "-batch", "-"]
            ran = subprocess.run(
                words, input="\n".join(mine) + "\n", capture_output=True, text=True, check=False
            )
            if ran.returncode:
                raise RuntimeError(f"{which}: {ran.stderr.strip()}")

    def _build(self) -> None:
        for which in _SPACES:
            subprocess.run(["ip", "netns", "add", self.space(which)], check=True, capture_output=True)
            switches = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.conf.all.rp_filter=0",
                        "net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.default.accept_dad=0",
                        "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0",
                        "net.ipv4.ping_group_range=0 2147483647"]  # fmt: skip
            self.run(which, "sysctl", "-qw", *switches)
            self._ip(which, "link set lo up")
        for one, other, n in _LINKS:
            words = ["link", "add", f"l{n}", "netns", self.space(one), "type", "veth", "peer", "name", f"l{n}", "netns",
                     self.space(other)]  # fmt: skip
            subprocess.run(["ip", *words], check=True, capture_output=True)
            for which, end in ((one, 1), (other, 2)):
                self._ip(which, f"addr add 10.99.{n}.{end}/24 dev l{n}", f"link set l{n} up",
                         f"-6 addr add fd99:{n}::{end}/64 dev l{n} nodad")  # fmt: skip
        self._ip("server", f"addr add {SERVER}/32 dev lo", f"-6 addr add {SERVER_V6}/128 dev lo nodad")
        self._route("client", ("default", 1, 2))
        self._route("two", ("server", 4, 2), ("client", 2, 1))
        self._route("three", ("server", 5, 2), ("client", 3, 1))
        self._route("server", ("default", 4, 1))
        self.by("two")

    def _route(self, which: str, *ways: tuple[str, int, int]) -> None:
        """Each: where to, over which link, to which end of it."""
        to = {"default": ("default", "default"), "server": (f"{SERVER}/32", f"{SERVER_V6}/128"),
              "client": ("10.99.1.0/24", "fd99:1::/64")}  # fmt: skip
        self._ip(which, *(f"route add {to[each][0]} via 10.99.{n}.{end}" for each, n, end in ways),
                 *(f"-6 route add {to[each][1]} via fd99:{n}::{end}" for each, n, end in ways))  # fmt: skip
