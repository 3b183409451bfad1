"""Which traffic may use a metered line whose month is nearly used up: nftables, in a table of our own."""

import shutil
import subprocess
from collections.abc import Sequence

from lightship.edges.links.marks import NFT_TABLE
from lightship.endure.wan.decisions import Allowance
from lightship.vocabulary.errors import Unreachable

PATHS = "/usr/sbin:/sbin:/usr/bin:/bin"
MARKED_TCP = (25, 53, 110, 143, 465, 587, 853, 993, 995, 5060, 5061)
"""Mail, names, call signalling."""
MARKED_UDP = (53, 123, 853, 5060, 5061)
"""Names, time, call signalling; the voice itself is known by its mark (DSCP EF, RFC 3246)."""


def tool() -> str | None:
    """Where nft is; None where it is not installed."""
    return shutil.which("nft", path=PATHS)


def allow(device: str, allowance: Allowance, also: Sequence[str] = ()) -> None:
    """Let everything, what is marked, or nothing leave by a device; what arrives in answer is never touched.

    Args:
        also: addresses that are always allowed, such as that of the card terminal's bank.

    Raises:
        Unreachable: nft refuses, or is not installed; nothing was changed.
    """
    run("\n".join([f"table inet {NFT_TABLE}_{_word(device)}", f"delete table inet {NFT_TABLE}_{_word(device)}",
                   *([] if allowance == "all" else _table(device, allowance, also))]))  # fmt: skip


def _table(device: str, allowance: Allowance, also: Sequence[str]) -> list[str]:
    rules = ["meta l4proto { icmp, ipv6-icmp } accept"]  # our own probes, and what keeps IPv6 alive
    if allowance == "marked":
        rules += [
            f"tcp dport {{ {', '.join(map(str, MARKED_TCP))} }} accept",
            f"udp dport {{ {', '.join(map(str, MARKED_UDP))} }} accept",
            "ip dscp ef accept", "ip6 dscp ef accept",
            *(f"{'ip6' if ':' in each else 'ip'} daddr {each} accept" for each in also),
        ]  # fmt: skip
    lines = [f"table inet {NFT_TABLE}_{_word(device)} {{"]
    for hook in ("output", "forward"):
        lines += [f"chain {hook} {{ type filter hook {hook} priority 10; policy accept;",
                  f'oifname != "{device}" accept', *rules, "counter drop", "}"]  # fmt: skip
    return [*lines, "}"]


def clear() -> None:
    """Take away every table of ours. Again changes nothing; nothing to do where nft is not installed."""
    if tool() is None:
        return
    for line in run("list tables").splitlines():
        if f"inet {NFT_TABLE}_" in line:
            run(f"delete {line.strip()}")


def run(script: str) -> str:
    """Give nft a script. Raises Unreachable with what nft said."""
    found = tool()
    if found is None:
        raise Unreachable("nft is not installed; `apt-get install nftables` brings it")
    ran = subprocess.run([found, "-f", "-"], input=script + "\n", capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if ran.returncode:
        raise Unreachable(
            f"nft refuses: {ran.stderr.strip().splitlines()[0] if ran.stderr.strip() else 'no reason'}"
        )
    return ran.stdout


def _word(device: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in device)
