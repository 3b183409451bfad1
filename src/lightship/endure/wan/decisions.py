"""What the decider decides. Times are the monotonic seconds of the result that decided."""

from typing import Literal

import msgspec

State = Literal[
    "good", "suspect", "brown", "dead", "returning", "no-dns", "captive", "metered-out", "no-link"
]
Pace = Literal["trickle", "sparing", "thrifty", "steady", "burst"]
Allowance = Literal["all", "marked", "none"]


class Switch(msgspec.Struct, frozen=True, tag="switch"):
    """Send the traffic over another line.

    Args:
        before, to: numbers of lines. reason: the state of the line that is left, "returned" or "asked".
        trouble_at: when what made us leave began, at the earliest that was seen.
    """

    at: float
    before: int
    to: int
    reason: str
    trouble_at: float


class UseResolver(msgspec.Struct, frozen=True, tag="resolver"):
    """Ask another resolver on the same line; `target` is its number among the line's targets."""

    at: float
    uplink: int
    target: int
    reason: str


class SetPace(msgspec.Struct, frozen=True, tag="pace"):
    """Probe a line at another pace from now on."""

    at: float
    uplink: int
    pace: Pace


class Changed(msgspec.Struct, frozen=True, tag="state"):
    """A line is in another state."""

    at: float
    uplink: int
    state: State
    before: State


class TargetFault(msgspec.Struct, frozen=True, tag="target"):
    """A target answers no more though its neighbours do, or again: its own trouble, and evidence about it."""

    at: float
    uplink: int
    target: int
    dead: bool


class RefuseIPv6(msgspec.Struct, frozen=True, tag="ipv6"):
    """IPv6 leads nowhere on a line that answers on IPv4: programs should hear that at once; or it is well again."""

    at: float
    uplink: int
    refused: bool


class AllDown(msgspec.Struct, frozen=True, tag="all-down"):
    """Every line is down: nothing is switched. Said once; `over` when one is back."""

    at: float
    over: bool = False


Decision = Switch | UseResolver | SetPace | Changed | TargetFault | RefuseIPv6 | AllDown
Decisions = tuple[Decision, ...]
NONE: Decisions = ()
