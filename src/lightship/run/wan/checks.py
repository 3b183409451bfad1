"""What must be true before `wan protect` touches a route: it must not cut the machine off, nor decide blind."""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from lightship.edges.links import byte_classes
from lightship.edges.links.history import last_proofs
from lightship.edges.links.instance import is_running
from lightship.edges.links.netlink import Device, preferred
from lightship.edges.links.prober import Prober
from lightship.endure.wan import outcomes
from lightship.endure.wan.uplinks import PATH, Uplink
from lightship.vocabulary.errors import LightshipError, StoreRefused

NET_ADMIN, NET_RAW = 12, 13
"""Numbers of the capabilities (capabilities(7))."""
STRICT = 1
PROVEN_DAYS = 30
ANSWER_WITHIN = 3.0


class Finding(msgspec.Struct, frozen=True):
    """One check. `wrong`: what is wrong and what would mend it; None: it holds."""

    name: str
    wrong: str | None


class Refused(LightshipError):
    """Some check failed: nothing was changed."""

    exit_code = 1


def refuse(findings: Sequence[Finding]) -> None:
    """Raises Refused with every check that failed, each on a line of its own."""
    failed = [each for each in findings if each.wrong]
    if failed:
        lines = "".join(f"\n  {each.name}: {each.wrong}" for each in failed)
        raise Refused(
            f"not started, nothing was changed; {len(failed)} of {len(findings)} checks failed:{lines}"
        )


async def findings(
    uplinks: Sequence[Uplink], known: Mapping[str, Device], folder: Path, capped: bool, alone: bool = False
) -> list[Finding]:
    """All checks, the cheap ones first; what needs an answer from outside last."""
    found = [
        Finding("privilege", privilege()),
        Finding("lines", lines(uplinks, known, alone)),
        Finding("way out", way_out(uplinks, known)),
        Finding("reverse path", reverse_path(uplinks)),
        Finding("another", another(folder)),
        Finding("byte classes", classes(capped)),
    ]
    if any(each.wrong for each in found):
        return found
    return [*found, Finding("answers", await answers(uplinks, known, folder))]


def privilege() -> str | None:
    """Routes may be changed and raw sockets opened."""
    status = Path("/proc/self/status").read_text()
    held = int(next(line for line in status.splitlines() if line.startswith("CapEff:")).split()[1], 16)
    if held >> NET_ADMIN & 1 and held >> NET_RAW & 1:
        return None
    return "routes may be changed by root only; start it with sudo, or as a service with --install"


def lines(uplinks: Sequence[Uplink], known: Mapping[str, Device], alone: bool = False) -> str | None:
    """There is something to switch to; `alone`: there is meant to be nothing."""
    if len(uplinks) < 2 and not alone:
        return f"only {uplinks[0].name}; two at least: lightship wan protect eth0 wwan0; or --profile 4g-only"
    first = known[uplinks[0].name]
    if not first.usable:
        return f"{first.name} has no carrier, no address or no default route; connect it first"
    return None


def way_out(uplinks: Sequence[Uplink], known: Mapping[str, Device]) -> str | None:
    """The machine's present way to the internet is one of the lines, so that it is not taken away from another."""
    for family, word in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
        used = preferred(dict(known), family)
        if used is not None and used not in {each.name for each in uplinks}:
            return f"{word} leaves by {used} now, which is not among the lines; name it, or take its default route away"
    return None


def reverse_path(uplinks: Sequence[Uplink], folder: Path = Path("/proc/sys/net/ipv4/conf")) -> str | None:
    """Answers that arrive by a line that is not in use are not thrown away (RFC 3704)."""
    strict = [each.name for each in uplinks if _filter(folder, each.name) == STRICT]
    if not strict:
        return None
    mend = "; ".join(f"sysctl -w net.ipv4.conf.{name}.rp_filter=2" for name in ("all", *strict))
    return f"strict on {', '.join(strict)}, so that answers over a line in reserve would be dropped: {mend}"


def _filter(folder: Path, device: str) -> int:
    """The larger of "all" and the device's own counts (ip-sysctl.rst)."""
    found = [0]
    for name in ("all", device):
        path = folder / name / "rp_filter"
        if path.exists():
            found.append(int(path.read_text()))
    return max(found)


def another(folder: Path) -> str | None:
    """Two would undo each other's work."""
    return f"another `lightship wan protect` runs with {folder}" if is_running(folder) else None


def classes(capped: bool) -> str | None:
    """A cap needs a filter."""
    if not capped or byte_classes.tool() is not None:
        return None
    return "--cap needs nft, which is not installed: apt-get install nftables"


async def answers(uplinks: Sequence[Uplink], known: Mapping[str, Device], folder: Path) -> str | None:
    """The targets answer over the line in use, now or lately: silence must mean that the line is down."""
    used = preferred(dict(known)) or uplinks[0].name
    number = next(n for n, each in enumerate(uplinks) if each.name == used)
    if await _heard(uplinks[number]) >= min(2, len(_path(uplinks[number]))) or _proven(used, folder):
        return None
    return (
        f"no two targets answer over {used} within {ANSWER_WITHIN:g} s, and none did within {PROVEN_DAYS} days: is a "
        "firewall in the way? Name targets that answer with --target"
    )


def _path(uplink: Uplink) -> list[int]:
    return [n for n, each in enumerate(uplink.targets) if each.kind in PATH]


async def _heard(uplink: Uplink) -> int:
    """How many targets answered."""
    heard: set[int] = set()

    def told(at: float, line: int, target: int, outcome: int, seconds: float) -> None:
        if outcome == outcomes.ANSWERED:
            heard.add(target)

    prober = Prober([uplink], told)
    prober.open()
    end = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < end and len(heard) < len(_path(uplink)):
        for each in _path(uplink):
            prober.send(0, each)
        await asyncio.sleep(0.25)
        prober.overdue()
    await prober.close()
    return len(heard)


def _proven(uplink: str, folder: Path) -> bool:
    try:
        newest = [each.at_ms for each in last_proofs(folder) if each.uplink == uplink]
    except StoreRefused:
        return False
    return bool(newest) and time.time() - newest[0] / 1000 < PROVEN_DAYS * 86400
