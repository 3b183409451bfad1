"""What is known of the lines beforehand: their names, what they cost, what is asked over them."""

from typing import Literal

import msgspec

TargetKind = Literal["ping", "tcp", "dns", "http"]
"""`ping`, `tcp`: does the path carry packets? `dns`: does a resolver answer? `http`: is it the real internet?"""

PATH: tuple[TargetKind, ...] = ("ping", "tcp")
"""The kinds that say whether packets arrive."""


class Target(msgspec.Struct, frozen=True):
    """One thing that is asked over a line.

    Args:
        name: as people write it, an address mostly; `kind`: how it is asked.
        size: bytes that one question and its answer take on the line, IP headers included.
    """

    name: str
    kind: TargetKind = "ping"
    size: int = 56


class Uplink(msgspec.Struct, frozen=True):
    """One way to the world.

    Args:
        name: the device, as the system calls it.
        targets: at least one of a kind that says whether packets arrive.
        metered: its bytes cost money, so it is asked rarely while it is not needed.
    """

    name: str
    targets: tuple[Target, ...]
    metered: bool = False
