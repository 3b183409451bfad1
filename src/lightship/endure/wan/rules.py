"""The thresholds of failover, each with its reason. Seconds unless the name says otherwise."""

import msgspec


class Rules(msgspec.Struct, frozen=True):
    """What has to be seen before a line is left, and before it is taken again.

    Silence, for a dead line: nothing at all is answered.
        confirm: how long, from the sending of the first unanswered probe; two round trips above 50 ms are added on top.
            Cuts of up to half a second pass unpunished.
        unanswered: how many probes at least; to so many `targets`. `confirm_alone`: the time where one target is left.
        raise_after: unanswered probes after which the other lines are asked in earnest, before they are needed.

    Loss, for a brown-out: a sequential test (CUSUM, Page 1954) of each target, 1 % against 15 % lost.
        usual_loss, bad_loss: the two hypotheses, as shares. brown: the log-likelihood ratio that says bad.
        clean_after_death, clean_after_brown: log-likelihood ratio of good against bad that says it is well again.
            At 5 probes a second without loss, 11 takes 14 s and 20 takes 26 s.

    Targets: `target_dead`: losses in a row, while others answer, after which a target is its own trouble;
        `target_back`: answers in a row that end it.

    DNS: `dns_unanswered` queries over `dns_confirm` seconds; `dns_back`: how long the first resolver must have answered
        before it is used again.

    Returning: `hold`: no return within it; doubles with each trip within `hold_memory` of the last, up to `hold_most`.

    proof: how fresh the answer must be that proves a line before it is switched to. doubt: how long that line's own
        probes may be unanswered (three round trips are added); longer, and it may have died just now.
    down_after: how long the others may take to wake up before "all lines are down" is said; a sleeping modem needs 2 s.
    captive: wrong answers in a row that make a portal.
    stall: without any result for so long we slept ourselves, and what was in flight proves nothing.
    """

    confirm: float = 0.55
    confirm_alone: float = 2.5
    unanswered: int = 10
    targets: int = 2
    raise_after: int = 3
    usual_loss: float = 0.01
    bad_loss: float = 0.15
    brown: float = 11.0
    clean_after_death: float = 11.0
    clean_after_brown: float = 20.0
    target_dead: int = 8
    target_back: int = 5
    dns_unanswered: int = 4
    dns_confirm: float = 1.5
    dns_back: float = 60.0
    hold: float = 20.0
    hold_most: float = 600.0
    hold_memory: float = 600.0
    proof: float = 1.0
    doubt: float = 0.25
    down_after: float = 3.0
    captive: int = 2
    stall: float = 5.0


FOUR_G_ONLY = Rules(
    confirm=6.0, confirm_alone=20.0, unanswered=5, dns_confirm=3.0, down_after=10.0, stall=60.0
)
"""One mobile line and nothing beside it: a modem may take seconds to wake up, and there is nothing to hurry to."""
