"""How long an answer may take before it is late, and before it is given up."""

from lightship.endure.wan.uplinks import TargetKind

SOONEST = {"ping": 0.1, "tcp": 0.15, "dns": 0.3, "http": 1.0}
"""Seconds that any answer may take: below that, this machine's own hiccups would count."""
GIVE_UP = {"ping": 0.6, "tcp": 1.0, "dns": 1.0, "http": 3.0}
LONGEST = 3.0


def late_after(kind: TargetKind, rtt: float | None) -> float:
    """Seconds after which an answer is overdue: three usual round trips.

    >>> late_after("ping", 0.012), late_after("ping", 0.25)
    (0.1, 0.75)
    """
    return min(max(SOONEST[kind], 3.0 * (rtt or 0.0)), LONGEST)


def give_up_after(kind: TargetKind, rtt: float | None) -> float:
    """Seconds after which a probe is lost; later than `late_after` in any case.

    >>> give_up_after("ping", 0.012), give_up_after("ping", 0.6)
    (0.6, 2.3)
    """
    return max(GIVE_UP[kind], late_after(kind, rtt) + 0.5)
