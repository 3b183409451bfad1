"""From a margin in nats to the probability that the named class is right: a curve that was fitted, and says to what."""

import msgspec


class MarginCurve(msgspec.Struct, frozen=True):
    """P(class right) at a margin: straight lines between points.

    Args:
        version: digest of the points and of what they were fitted to.
        margins: nats, ascending, the first 0; chances: parallel, 0-1, never falling.
        draws: classes with a known truth that it was fitted to. 0: assumed.
        source: what was drawn, in words: map, suites, seeds, day.
        simulated: fitted to simulated faults.
    """

    version: str
    margins: tuple[float, ...]
    chances: tuple[float, ...]
    draws: int = 0
    source: str = ""
    simulated: bool = True
