"""Cuts one line for an exercise: what arrives by it is dropped for some seconds, and the kernel itself ends that."""

from lightship.edges.links.byte_classes import run
from lightship.edges.links.marks import NFT_TABLE

TABLE = f"{NFT_TABLE}_drill"


def cut(device: str, seconds: int) -> None:
    """Drop all that arrives by this device from now on. The set's element expires by itself, whatever becomes of us.

    Raises:
        Unreachable: nft refuses, or is not installed; nothing was changed.
    """
    run(f"""table inet {TABLE} {{
  set cut {{ type ifname; flags timeout; elements = {{ "{device}" timeout {seconds}s }}; }}
  chain arriving {{ type filter hook prerouting priority -310; policy accept; iifname @cut counter drop; }}
}}""")


def mend() -> None:
    """Take the cut away at once. Again changes nothing."""
    run(f"table inet {TABLE}\ndelete table inet {TABLE}")
