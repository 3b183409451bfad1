"""The parts of the failover rule: silence, loss, resolvers, holds, turns."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.endure.wan.decisions import Pace
from lightship.endure.wan.health import PathHealth
from lightship.endure.wan.hold import Hold
from lightship.endure.wan.pacing import EVERY, IDLE_BYTES_PER_MONTH, Pacer
from lightship.endure.wan.patience import give_up_after, late_after
from lightship.endure.wan.resolvers import Resolvers
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Target, TargetKind, Uplink

THREE = Uplink("eth0", (Target("a"), Target("b"), Target("c")))
RULES = Rules()
MONTH = 31 * 86400.0


def silent(path: PathHealth, count: int, targets: int, since: float = 10.0, every: float = 0.05) -> float:
    """So many probes without an answer; gives the instant of the last LATE."""
    for n in range(count):
        path.late(since + n * every + 0.1, n % targets, 0.1)
    return since + (count - 1) * every + 0.1


def test_a_line_is_dead_after_enough_probes_to_enough_targets_for_long_enough() -> None:
    path = PathHealth(THREE, RULES)
    path.answered(9.9, 0, 0.01)
    last = silent(path, 11, 3)
    assert not path.is_silent(last - 0.02)
    assert path.is_silent(last + 0.01)


def test_few_probes_are_no_silence_however_long_they_are_out() -> None:
    path = PathHealth(THREE, RULES)
    silent(path, 9, 3)
    assert not path.is_silent(60.0)


def test_one_target_of_three_is_no_silence() -> None:
    path = PathHealth(THREE, RULES)
    silent(path, 40, 1)
    assert not path.is_silent(60.0)


def test_a_single_target_has_to_be_silent_for_longer() -> None:
    path = PathHealth(Uplink("eth0", (Target("a"),)), RULES)
    silent(path, 40, 1)
    assert not path.is_silent(10.0 + RULES.confirm_alone - 0.1)
    assert path.is_silent(10.0 + RULES.confirm_alone)


def test_an_answer_to_a_probe_sent_later_makes_a_late_one_no_silence() -> None:
    path = PathHealth(THREE, RULES)
    path.answered(10.0, 1, 0.01)
    assert not path.late(10.05, 0, 0.1)
    assert path.silence.since is None


def test_a_slow_line_gets_more_time() -> None:
    path = PathHealth(THREE, RULES)
    path.answered(9.0, 0, 0.3)
    last = silent(path, 11, 3)
    assert not path.is_silent(last)
    assert path.is_silent(10.0 + RULES.confirm + 0.5)


@given(st.lists(st.floats(0.0, 0.3), min_size=3, max_size=3), st.integers(0, 2), st.integers(50, 400))
def test_one_dead_target_is_never_a_brown_line(rtts: list[float], dead: int, rounds: int) -> None:
    path = PathHealth(THREE, RULES)
    for n in range(rounds):
        for target in range(3):
            if target == dead:
                path.lost(n * 0.6 + 0.6, target, 0.6)
            else:
                path.answered(n * 0.6 + target * 0.2, target, rtts[target])
        assert not path.is_brown()
    assert path.targets[dead].dead


def test_a_dead_target_lives_again_after_some_answers() -> None:
    path = PathHealth(THREE, RULES)
    path.answered(0.0, 1, 0.01)
    died = [path.lost(n * 0.6, 0, 0.6) for n in range(RULES.target_dead + 3)]
    assert died.index(True) == RULES.target_dead - 1
    assert died.count(True) == 1
    assert [path.answered(n, 0, 0.01) for n in range(5)] == [False] * 4 + [True]


def test_the_last_living_target_is_never_taken_for_dead() -> None:
    path = PathHealth(Uplink("eth0", (Target("a"), Target("b"))), RULES)
    for n in range(20):
        path.lost(float(n), 0, 0.6)
        path.lost(float(n), 1, 0.6)
    assert [each.dead for each in path.targets] == [True, False]


def test_the_losses_of_one_cut_count_as_one_and_a_half() -> None:
    path = PathHealth(THREE, RULES)
    path.silence.unanswered(0.0, 1)
    for n in range(7):
        path.lost(n * 0.07, 0, 0.6)
    assert path.targets[0].level == pytest.approx(1.5 * path.loss_step)


def test_loss_on_all_targets_is_brown_and_on_one_it_is_not() -> None:
    path = PathHealth(THREE, RULES)
    for n in range(200):
        for target in range(3):
            if (n + target) % 3 == 0:
                path.lost(float(n), target, 0.6)
            else:
                path.answered(float(n), target, 0.01)
    assert path.is_brown()
    path.begin_anew()
    assert not path.is_brown()
    assert not path.is_lossy()


def test_a_line_with_one_target_has_to_lose_twice_as_much() -> None:
    path = PathHealth(Uplink("eth0", (Target("a"),)), RULES)
    for n in itertools.takewhile(lambda _: not path.is_brown(), itertools.count()):
        path.answered(float(n), 0, 0.01)
        path.lost(float(n), 0, 0.6)
    assert path.targets[0].level >= 2 * RULES.brown


DNS = Uplink("eth0", (Target("a"), Target("r1", "dns"), Target("r2", "dns")))


def test_another_resolver_is_used_before_another_line() -> None:
    names = Resolvers(DNS, RULES)
    names.answered(0.0, 1)
    names.answered(0.5, 2)
    for n in range(6):
        names.unanswered(1.0 + n * 0.5, 1, 0.3)
    names.answered(3.6, 2)
    assert names.better(3.6) == (2, "the resolver in use does not answer")
    assert not names.all_failed()


def test_the_first_resolver_is_used_again_once_it_has_answered_for_a_minute() -> None:
    names = Resolvers(DNS, RULES)
    names.current = 2
    names.answered(100.0, 1)
    names.answered(100.0, 2)
    assert names.better(159.0) is None
    assert names.better(160.0) == (1, "the first resolver answers again")


def test_resolvers_that_never_answered_over_a_line_have_not_failed_there() -> None:
    names = Resolvers(DNS, RULES)
    for n in range(40):
        names.unanswered(1.0 + n * 0.25, 1 + n % 2, 0.3)
    assert not names.all_failed()
    assert not names.suspected()
    assert not names.proven()
    names.answered(20.0, 2)
    for n in range(12):
        names.unanswered(21.0 + n * 0.25, 1 + n % 2, 0.3)
    assert names.all_failed()


def test_where_no_resolver_answers_there_is_none_to_change_to() -> None:
    names = Resolvers(DNS, RULES)
    names.answered(0.0, 1)
    names.answered(0.0, 2)
    for n in range(12):
        names.unanswered(1.0 + n * 0.25, 1 + n % 2, 0.3)
    assert names.all_failed()
    assert names.better(5.0) is None
    assert not names.proven()


def test_a_line_without_resolvers_has_no_trouble_with_names() -> None:
    names = Resolvers(THREE, RULES)
    assert (names.current, names.all_failed(), names.proven(), names.suspected()) == (
        None,
        False,
        True,
        False,
    )
    assert names.better(1.0) is None


def test_a_hold_doubles_with_each_trip_and_ends_at_ten_minutes() -> None:
    hold, at, seen = Hold(RULES), 0.0, []
    for _ in range(8):
        hold.tripped(at)
        seen.append(hold.seconds)
        at = hold.until + 5.0
    assert seen == [20, 40, 80, 160, 320, 600, 600, 600]


def test_a_trip_long_after_the_last_is_a_first_one() -> None:
    hold = Hold(RULES)
    hold.tripped(0.0)
    hold.tripped(700.0)
    assert hold.seconds == 20.0
    hold.forget()
    assert hold.until < 0


@given(st.sampled_from(["ping", "tcp", "dns", "http"]), st.none() | st.floats(0.0, 5.0))
def test_a_probe_is_late_before_it_is_lost(kind: TargetKind, rtt: float | None) -> None:
    assert 0 < late_after(kind, rtt) < give_up_after(kind, rtt)


@pytest.mark.parametrize(("size", "family"), [(56, "IPv4"), (96, "IPv6")])
def test_an_idle_metered_line_spends_no_more_than_five_megabytes_a_month(size: int, family: str) -> None:
    uplink = Uplink(
        "wwan0", (Target("a", size=size), Target("b", size=size), Target("r", "dns", 150)), metered=True
    )
    pacer, spent = Pacer([uplink], 0.0), 0
    pacer.set(0.0, 0, "trickle")
    while (slot := pacer.first()).due < MONTH:
        spent += uplink.targets[slot.next()].size
    assert 0.9 * IDLE_BYTES_PER_MONTH < spent <= IDLE_BYTES_PER_MONTH + size


@given(st.lists(st.tuples(st.sampled_from(list(EVERY)), st.floats(0.01, 20.0)), min_size=1, max_size=12))
def test_turns_never_go_back_and_every_target_gets_one(changes: list[tuple[Pace, float]]) -> None:
    pacer, now, seen = Pacer([DNS], 0.0), 0.0, set()
    for pace, span in changes:
        pacer.set(now, 0, pace)
        until = now + span
        while (slot := pacer.first()).due < until:
            assert slot.due >= now
            now = slot.due
            seen.add(slot.next())
        now = until
    assert 0 in seen


def test_turns_that_were_missed_are_not_made_up_for() -> None:
    pacer = Pacer([THREE], 0.0)
    pacer.set(0.0, 0, "steady")
    pacer.slept(100.0)
    assert [slot.due for slot in pacer.slots] == [100.0]


def test_a_group_that_was_not_asked_is_asked_at_once_when_it_matters() -> None:
    pacer = Pacer([DNS], 0.0)
    pacer.set(0.0, 0, "trickle")
    pacer.set(50.0, 0, "burst")
    assert sorted((slot.group, slot.due) for slot in pacer.slots) == [("dns", 50.0), ("path", 50.0)]
