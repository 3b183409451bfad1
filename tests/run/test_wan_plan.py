"""From what people say to what is asked, and from what was found to what is shown."""

import socket

import pytest

from lightship.edges.links.netlink import Device, Way, preferred
from lightship.endure.wan import outcomes
from lightship.endure.wan.decider import Decider
from lightship.endure.wan.decisions import (
    AllDown,
    Changed,
    RefuseIPv6,
    SetPace,
    Switch,
    TargetFault,
    UseResolver,
)
from lightship.endure.wan.uplinks import Target, Uplink
from lightship.run.wan.plan import chosen, target, uplinks
from lightship.run.wan.screen import sentence
from lightship.run.wan.tally import Tally
from lightship.run.wan.words import doing, shown
from lightship.vocabulary.errors import BadInput

V4, V6 = socket.AF_INET, socket.AF_INET6
FIBRE = Device(
    "eth0", 2, True, ("192.0.2.2", "2001:db8::2"), (Way(V4, "192.0.2.1", 100), Way(V6, "fe80::1", 1024))
)
MOBILE = Device("wwan0", 3, True, ("198.51.100.2",), (Way(V4, None, 700),))
IDLE = Device("eth1", 4, True)
KNOWN = {each.name: each for each in (MOBILE, FIBRE, IDLE)}


def test_without_names_every_device_with_a_way_out_is_watched_the_preferred_first() -> None:
    assert [each.name for each in chosen((), KNOWN)] == ["eth0", "wwan0"]
    assert preferred(KNOWN) == "eth0"


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BadInput, match=r"device ppp9: not there; one of: wwan0, eth0, eth1"):
        chosen(("eth0", "ppp9"), KNOWN)


def test_a_device_named_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="twice"):
        chosen(("eth0", "eth0"), KNOWN)


def test_without_any_way_out_there_is_nothing_to_watch() -> None:
    with pytest.raises(BadInput, match="no device has a default route"):
        chosen((), {"eth1": IDLE})


def test_a_modem_is_metered_by_its_name_unless_somebody_says_which_is() -> None:
    assert [each.metered for each in uplinks([FIBRE, MOBILE])] == [False, True]
    assert [each.metered for each in uplinks([FIBRE, MOBILE], metered=["eth0"])] == [True, False]
    with pytest.raises(BadInput, match="--metered: eth9"):
        uplinks([FIBRE], metered=["eth9"])


def test_ipv6_targets_are_asked_where_there_is_ipv6() -> None:
    fibre, mobile = uplinks([FIBRE, MOBILE], resolvers=["2001:db8::53", "192.0.2.53"])
    assert [each.kind for each in fibre.targets] == ["ping"] * 5 + ["dns", "dns", "http"]
    assert [each.kind for each in mobile.targets] == ["ping"] * 3 + ["dns", "http"]
    assert {each.size for each in fibre.targets if each.kind == "ping"} == {56, 96}


def test_ipv6_targets_are_not_asked_over_a_line_whose_ipv6_leads_nowhere() -> None:
    local = Device("eth0", 2, True, ("192.0.2.2", "fd00::2"), (Way(V4, "192.0.2.1", 100),))
    assert not any(":" in each.name for each in uplinks([local], portal_check=None)[0].targets)


def test_who_may_not_ping_connects_instead() -> None:
    made = uplinks([FIBRE], can_ping=False, portal_check=None)[0]
    assert made.targets[0] == Target("1.1.1.1:443", "tcp", 280)
    assert any(each.name.startswith("[2606:") for each in made.targets)


def test_targets_that_say_nothing_of_the_path_are_not_enough() -> None:
    with pytest.raises(BadInput, match="--target"):
        uplinks([FIBRE], targets=["http://example.org/204"])


@pytest.mark.parametrize("said", ["example.org", "tcp://1.1.1.1", "tcp://:443", "ftp://x", "", "1.2.3"])
def test_a_target_that_cannot_be_asked_is_refused_with_what_would_do(said: str) -> None:
    with pytest.raises(BadInput, match="--target"):
        target(said)


TARGETS = (Target("a"), Target("b"), Target("r1", "dns"))
TWO = [Uplink("eth0", TARGETS), Uplink("wwan0", TARGETS, metered=True)]


def test_loss_is_unknown_until_something_was_asked_and_counts_the_last_minute() -> None:
    tally = Tally(TWO)
    assert tally.loss(0.0, 0) is None
    tally.note(0.0, 0, 0, outcomes.LOST, 0.6)
    tally.note(30.0, 0, 0, outcomes.ANSWERED, 0.02)
    tally.note(30.0, 0, 1, outcomes.LATE, 0.1)
    tally.note(30.0, 0, 2, outcomes.LOST, 1.0)  # a resolver: not the path's loss
    assert tally.loss(40.0, 0) == 0.5
    assert tally.loss(70.0, 0) == 0.0
    minutes = tally.minute(9)
    assert [(each.target, each.answered, each.lost, each.rtt_max) for each in minutes] == [
        ("ping a", 1, 1, 0.02), ("dns r1", 0, 1, 0.0)
    ]  # fmt: skip
    assert tally.minute(10) == []


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Switch(10.0, 0, 1, "dead", 9.3), "the traffic would go over wwan0 instead of eth0: eth0: nothing is answered"
         " (0.7 s after the first sign)"),
        (Switch(10.0, 1, 0, "returned", 10.0),
         "the traffic would go over eth0 instead of wwan0: eth0: it is well again"),
        (Changed(1.0, 0, "brown", "suspect"), "eth0: brown: loses too many packets"),
        (Changed(1.0, 0, "suspect", "good"), None),
        (Changed(1.0, 0, "good", "suspect"), None),
        (UseResolver(1.0, 0, 2, "the resolver in use does not answer"),
         "eth0: names would be asked of r1: the resolver in use does not answer"),
        (TargetFault(1.0, 0, 1, True), "eth0: target b does not answer, others do: its own trouble"),
        (TargetFault(1.0, 0, 1, False), "eth0: target b answers again"),
        (RefuseIPv6(1.0, 0, True), "eth0: IPv6 leads nowhere, IPv4 answers: IPv6 would be refused, so that programs"
         " do not wait"),
        (RefuseIPv6(1.0, 0, False), "eth0: IPv6 leads somewhere again"),
        (AllDown(1.0), "every line is down (eth0 and wwan0): nothing is switched, and all go on being asked"),
        (AllDown(1.0, True), "a line is back"),
        (SetPace(1.0, 0, "burst"), None),
    ],
)  # fmt: skip
def test_a_decision_is_a_sentence(decision: Switch, said: str | None) -> None:
    assert sentence(decision, TWO, acting=False) == said


def test_a_line_that_was_never_heard_is_unknown_and_not_good() -> None:
    decider = Decider(TWO)
    assert [shown(line) for line in decider.lines] == ["unknown", "unknown"]
    assert doing(0.0, 0, decider, acting=False) == "nothing heard yet"
    decider.take(0.2, 0, 0, outcomes.ANSWERED, 0.01)
    assert [shown(line) for line in decider.lines] == ["good", "unknown"]


def test_what_is_done_with_each_line_is_said() -> None:
    decider = Decider(TWO)
    for n in range(10):
        decider.take(n / 5, 0, n % 2, outcomes.ANSWERED, 0.01)
        decider.take(n / 5, 1, n % 2, outcomes.ANSWERED, 0.05)
    assert doing(2.0, 0, decider, acting=True) == "carries the traffic"
    assert doing(2.0, 1, decider, acting=False) == "ready, should eth0 fail"
    decider.link(2.0, 0, up=False)
    assert doing(2.0, 0, decider, acting=True) == "not used: no carrier or no route"
    decider.link(2.5, 0, up=True)
    assert doing(2.5, 0, decider, acting=True) == "well again; back in 20 s"
    decider.ask(2.5, "stay")
    assert "--back" in doing(2.5, 0, decider, acting=True)
    decider.link(2.6, 1, up=False)
    decider.link(2.6, 0, up=False)
    assert doing(2.6, 0, decider, acting=True).endswith("kept, no other line is proven to be better")
