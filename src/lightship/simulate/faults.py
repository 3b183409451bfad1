"""What breaks in a scenario, and what people do about it."""

from typing import Literal

import msgspec

from lightship.simulate.offsets import Offset
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.signals import FeedKind

FaultMode = Literal[
    "dead", "partial", "slow", "flap", "slow_recovery", "storm", "wrong_answer", "login_only", "stale_but_green",
    "power_out", "expire_at", "failed_failover", "common_mode", "vendor_push", "cut",
]  # fmt: skip
"""How something fails: a closed list. What each does to its component stands in `simulate.modes`."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something fails, from `at` until `until`, both counted from t0.

    Args:
        node: the component; or several in `nodes`, which fail by the same fault.
        until: absent: to the end of the run.
        fraction: the share of the component that fails, 0-1 (for the modes that grow: at their worst).
        half_life: of what is still lost, in `slow_recovery` and `storm`.
        period, duty: of `flap`: the length of one up and down, and the share of it that is down.
        battery: in `power_out`: how long the batteries carry the load, as a median; they differ by a quarter.
        over: in `expire_at`, `vendor_push` and `storm`: how long it takes until all are hit.
        worse_after: in `failed_failover`: when the failed switch makes a part of the loss the whole of it.
        silences: share of its victims who lose their second way of reporting with it, 0-1; they say nothing of anything
            else either.
        seen_by: feeds of the map that notice it by themselves, each about what it speaks of and the fault takes away.
        tells: what they say when it begins, instead of what the mode suggests.
    """

    at: Offset
    mode: FaultMode
    node: ComponentId | None = None
    nodes: tuple[ComponentId, ...] = ()
    until: Offset | None = None
    fraction: float = 1.0
    half_life: Offset = Offset(60 * 60_000)
    period: Offset = Offset(10 * 60_000)
    duty: float = 0.5
    battery: Offset = Offset(0)
    over: Offset = Offset(0)
    worse_after: Offset = Offset(60 * 60_000)
    silences: float = 0.0
    seen_by: tuple[str, ...] = ()
    tells: FeedKind | None = None
    note: str = ""

    @property
    def hit(self) -> tuple[ComponentId, ...]:
        """All components that it hits, in order."""
        return (*((self.node,) if self.node is not None else ()), *self.nodes)


class Intervention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody moves load away from what failed: what the target has lost through its needs shrinks by `success`.

    Args:
        take: how long the move takes; the gain grows evenly over it.
        success: share of the loss that it takes away, 0-1.
    """

    at: Offset
    act: Literal["reroute"]
    target: ComponentId
    success: float
    take: Offset = Offset(0)
    by: str = "operator"
    note: str = ""
