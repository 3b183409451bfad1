"""Settings for routers that Lightship cannot run on, from what was measured beside them."""

from collections.abc import Sequence

import msgspec

from lightship.endure.wan.uplinks import TargetKind

ENOUGH_MINUTES = 60
"""Below that a percentile is a guess, and none is given."""
MOST_LOSS = 0.05
"""A target that loses more than this in usual times is no monitor."""


class Watched(msgspec.Struct, frozen=True):
    """One target over one line, over all minutes that were measured.

    Args:
        minutes: in which something was asked. loss: share, of the median minute; loss_high: of the 99th percentile.
        rtt: seconds, mean of the median minute; rtt_high: the longest of the 99th percentile.
    """

    uplink: str
    target: str
    kind: TargetKind
    minutes: int
    loss: float
    loss_high: float
    rtt: float
    rtt_high: float


class Advice(msgspec.Struct, frozen=True):
    """What to set for one line, in the units that both kinds of router take.

    Args:
        targets: good monitors, the best first. left_out: those that are none, and why.
        interval_s, down, up, timeout_s: mwan3. latency_ms, loss_percent: pairs (warn, down) for pfSense; for mwan3
            the second is the failure threshold.
        leaves_after_s: how long a dead line would go unnoticed with these, at worst: of mwan3, of pfSense.
    """

    uplink: str
    targets: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    interval_s: int
    timeout_s: int
    down: int
    up: int
    latency_ms: tuple[int, int]
    loss_percent: tuple[int, int]
    window_s: int
    leaves_after_s: tuple[int, int]


def advise(watched: Sequence[Watched], metered: bool = False) -> Advice | None:
    """For one line; None where too little was measured, or no target is a good monitor."""
    pings = [each for each in watched if each.kind == "ping" and each.minutes >= ENOUGH_MINUTES]
    good = sorted(
        (each for each in pings if each.loss <= MOST_LOSS), key=lambda each: (each.loss_high, each.rtt)
    )
    if not good:
        return None
    out = tuple((each.target, _why_not(each)) for each in watched if each.kind == "ping" and each not in good)
    slowest, lossiest = max(each.rtt_high for each in good), max(each.loss_high for each in good)
    timeout = max(1, round(slowest + 0.5))
    interval = 30 if metered else 1
    loss = max(20, min(50, round(lossiest * 100) + 10))
    latency = max(200, round(slowest * 2000 / 50) * 50)
    window = 60 if metered else 10
    mwan3 = 3 * (interval + timeout * min(2, len(good)))
    pfsense = round(window * loss / 100) + 2
    return Advice(
        good[0].uplink, tuple(each.target for each in good), out, interval, timeout, 3, 15,
        (latency // 2, latency), (loss // 2, loss), window, (mwan3, pfsense),
    )  # fmt: skip


def _why_not(each: Watched) -> str:
    if each.minutes < ENOUGH_MINUTES:
        return f"measured for {each.minutes} min only"
    return f"loses {each.loss:.0%} in usual minutes"


def mwan3(advice: Sequence[Advice]) -> str:
    """/etc/config/mwan3, for OpenWrt."""
    lines = [f"# mwan3: from what was measured; {_notice(advice, 0)}"]
    for number, each in enumerate(advice):
        lines += [
            f"config interface '{each.uplink}'", "\toption enabled '1'",
            *(f"\tlist track_ip '{target}'" for target in each.targets[:3]),
            "\toption reliability '1'", "\toption count '1'", f"\toption timeout '{each.timeout_s}'",
            f"\toption interval '{each.interval_s}'", f"\toption down '{each.down}'", f"\toption up '{each.up}'",
            "\tlist flush_conntrack 'ifdown'", "",
            f"config member '{each.uplink}_m'", f"\toption interface '{each.uplink}'",
            f"\toption metric '{number + 1}'", "",
        ]  # fmt: skip
    lines += ["config policy 'failover'", *(f"\tlist use_member '{each.uplink}_m'" for each in advice), ""]
    return "\n".join(
        [
            *lines,
            "config rule 'default'",
            "\toption dest_ip '0.0.0.0/0'",
            "\toption use_policy 'failover'",
            "",
        ]
    )


def pfsense(advice: Sequence[Advice]) -> str:
    """System > Routing > Gateways, one block a gateway, and the group."""
    lines = [f"pfSense: from what was measured; {_notice(advice, 1)}"]
    for number, each in enumerate(advice):
        lines += [
            f"Gateway of {each.uplink} (System > Routing > Gateways > Edit)",
            f"  Monitor IP           {each.targets[min(number, len(each.targets) - 1)]}",
            f"  Latency thresholds   {each.latency_ms[0]} to {each.latency_ms[1]} ms",
            f"  Packet loss          {each.loss_percent[0]} to {each.loss_percent[1]} %",
            f"  Probe interval       {30_000 if each.interval_s == 30 else 500} ms",
            "  Loss interval        2000 ms", f"  Time period          {each.window_s * 1000} ms", "",
        ]  # fmt: skip
    tiers = ", ".join(f"{each.uplink} tier {number + 1}" for number, each in enumerate(advice))
    lines.append(f"Gateway group: {tiers}; trigger level: Packet Loss or High Latency.")
    lines.append(
        "System > Advanced > Miscellaneous: State Killing on Gateway Failure; else open flows stay dead."
    )
    return "\n".join([*lines, ""])


def _notice(advice: Sequence[Advice], which: int) -> str:
    return f"a dead first line is left after about {advice[0].leaves_after_s[which]} s"
