"""What people and the machine tell the decider beside the probes."""

from lightship.endure.wan import outcomes
from lightship.endure.wan.decider import Decider
from lightship.endure.wan.decisions import AllDown, Decision, RefuseIPv6, SetPace, Switch, TargetFault
from lightship.endure.wan.rules import FOUR_G_ONLY
from lightship.endure.wan.uplinks import Target, Uplink

TARGETS = (Target("a"), Target("b"))
TWO = (Uplink("eth0", TARGETS), Uplink("wwan0", TARGETS, metered=True))


class Desk:
    """A decider whose lines answer or not as told, five times a second."""

    def __init__(self) -> None:
        self.decider, self.at, self.said = Decider(TWO), 0.0, list[Decision]()

    def live(self, seconds: float, *answering: int) -> list[Switch]:
        """Gives the switches of that time."""
        before, end = len(self.said), self.at + seconds
        while self.at < end:
            self.at += 0.05
            for uplink in (0, 1):
                for target in (0, 1):
                    self._probe(uplink, target, uplink in answering)
        return [each for each in self.said[before:] if isinstance(each, Switch)]

    def _probe(self, uplink: int, target: int, answers: bool) -> None:
        if answers:
            self.said += self.decider.take(self.at, uplink, target, outcomes.ANSWERED, 0.01)
        else:
            self.said += self.decider.take(self.at, uplink, target, outcomes.LATE, 0.1)


def test_a_carrier_that_goes_is_left_at_once() -> None:
    desk = Desk()
    desk.live(2.0, 0, 1)
    said = desk.decider.link(desk.at, 0, up=False)
    assert [(each.to, each.reason) for each in said if isinstance(each, Switch)] == [(1, "no-link")]


def test_a_metered_line_that_is_used_up_is_left_for_none_and_not_taken() -> None:
    desk = Desk()
    desk.live(2.0, 0, 1)
    desk.decider.allow(desk.at, 1, "none")
    assert desk.live(5.0, 1) == []
    assert any(isinstance(each, AllDown) for each in desk.said)
    said = desk.decider.allow(desk.at, 1, "marked")
    assert [each.to for each in said if isinstance(each, Switch)] == [1]


def test_stay_keeps_a_line_that_would_be_returned_from_until_back_is_said() -> None:
    desk = Desk()
    desk.live(1.0, 0, 1)
    assert [each.to for each in desk.live(2.0, 1)] == [1]
    desk.decider.ask(desk.at, "stay")
    assert desk.live(120.0, 0, 1) == []
    said = desk.decider.ask(desk.at, "back")
    assert [(each.to, each.reason) for each in said if isinstance(each, Switch)] == [(0, "asked")]
    assert desk.live(30.0, 0, 1) == []


def test_stay_does_not_keep_a_line_that_dies() -> None:
    desk = Desk()
    desk.live(1.0, 0, 1)
    desk.live(2.0, 1)
    desk.decider.ask(desk.at, "stay")
    assert [each.to for each in desk.live(5.0, 0)] == [0]


def test_back_to_a_line_that_does_not_answer_changes_nothing() -> None:
    desk = Desk()
    desk.live(1.0, 0, 1)
    desk.live(2.0, 1)
    assert not [each for each in desk.decider.ask(desk.at, "back") if isinstance(each, Switch)]


def test_back_does_not_wait_for_the_hold() -> None:
    desk = Desk()
    desk.live(1.0, 0, 1)
    desk.live(2.0, 1)
    assert desk.live(1.0, 0, 1) == []
    said = desk.decider.ask(desk.at, "back")
    assert [each.to for each in said if isinstance(each, Switch)] == [0]


def test_the_standby_is_asked_in_earnest_before_it_is_needed() -> None:
    desk = Desk()
    desk.live(2.0, 0, 1)
    desk.live(2.0, 1)
    paces = [(each.uplink, each.pace) for each in desk.said if isinstance(each, SetPace)]
    switch = next(n for n, each in enumerate(desk.said) if isinstance(each, Switch))
    raised = next(n for n, each in enumerate(desk.said) if isinstance(each, SetPace) and each.uplink == 1)
    assert raised < switch
    assert (0, "burst") in paces
    assert (1, "steady") in paces


def test_strangers_who_answer_twice_are_a_portal() -> None:
    targets = (*TARGETS, Target("check", "http", 800))
    decider = Decider([Uplink("eth0", targets), Uplink("wwan0", targets, metered=True)])
    for n in range(5):
        for uplink in (0, 1):
            decider.take(n / 5, uplink, n % 2, outcomes.ANSWERED, 0.01)
    decider.take(1.0, 0, 2, outcomes.WRONG, 0.05)
    seen = [decider.lines[0].state]
    for at, outcome in ((1.1, outcomes.WRONG), (1.2, outcomes.LATE), (1.3, outcomes.ANSWERED)):
        decider.take(at, 0, 2, outcome, 0.05)
        seen.append(decider.lines[0].state)
    assert seen == ["suspect", "captive", "captive", "good"]
    assert decider.active == 1


def test_a_time_that_goes_back_is_read_as_standing_still() -> None:
    decider = Decider(TWO)
    decider.take(100.0, 0, 0, outcomes.ANSWERED, 0.01)
    decider.take(50.0, 0, 0, outcomes.LATE, 0.1)
    assert decider.look(20.0) == ()
    assert decider.active == 0


def test_a_target_that_dies_alone_is_told_of() -> None:
    decider, said = Decider(TWO), list[Decision]()
    for n in range(20):
        said += decider.take(n * 0.2, 0, 0, outcomes.ANSWERED, 0.01)
        said += decider.take(n * 0.2, 0, 1, outcomes.LATE, 0.1)
        said += decider.take(n * 0.2, 0, 1, outcomes.LOST, 0.1)
    for n in range(20, 30):
        said += decider.take(n * 0.2, 0, 1, outcomes.ANSWERED, 0.01)
    assert [each.dead for each in said if isinstance(each, TargetFault)] == [True, False]


def test_an_idle_standby_that_was_dead_is_well_after_five_answers() -> None:
    decider, standby = Decider(TWO), list[str]()
    for n in range(1200):  # a standby that is asked every half a minute, beside a first line that answers
        decider.take(n * 1.0, 0, n % 2, outcomes.ANSWERED, 0.01)
        if n % 30 == 0:
            outcome = outcomes.LATE if n < 600 else outcomes.ANSWERED
            decider.take(n * 1.0 + 0.3, 1, (n // 30) % 2, outcome, 0.3)
            standby.append(decider.lines[1].state)
    assert standby[10] == "dead"
    assert standby[20:25] != ["good"] * 5
    assert standby[-1] == "good"
    assert standby.index("good", 20) <= 25


def test_a_mobile_line_that_is_alone_is_asked_sparingly() -> None:
    decider = Decider(TWO[1:], FOUR_G_ONLY)
    for n in range(30):
        decider.take(n * 10.0, 0, n % 2, outcomes.ANSWERED, 0.3)
    paces = [decider.lines[0].pace]
    decider.take(310.0, 0, 0, outcomes.LATE, 1.0)
    paces.append(decider.lines[0].pace)
    assert paces == ["sparing", "burst"]


def test_ipv6_that_leads_nowhere_is_refused_and_allowed_again() -> None:
    both = (*TARGETS, Target("2001:db8::1", size=96), Target("2001:db8::2", size=96))
    decider, said = Decider([Uplink("eth0", both)]), list[Decision]()
    for n in range(60):
        for target in range(4):
            at = n * 0.2 + target * 0.05
            if target < 2 or n >= 30:
                said += decider.take(at, 0, target, outcomes.ANSWERED, 0.01)
            else:
                said += decider.take(at, 0, target, outcomes.LATE, 0.1)
                said += decider.take(at, 0, target, outcomes.LOST, 0.6)
    assert [each.refused for each in said if isinstance(each, RefuseIPv6)] == [True, False]
    assert decider.lines[0].state == "good"
