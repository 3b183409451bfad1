"""The failover rule on simulated lines: what it leaves, what it stays on, and when it returns."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.endure.wan.decisions import AllDown, Changed, Switch, TargetFault, UseResolver
from lightship.endure.wan.uplinks import Target, Uplink
from lightship.run.wan.simulated import FIBRE_AND_4G, Ran, packets_lost, run
from lightship.simulate.links.conditions import Cause, Trouble
from lightship.simulate.links.weeks import Noise, noisy_week

AT = 50.0


def cut(begins: float = AT, lasts: float = 60.0, uplink: int = 0) -> Trouble:
    return Trouble(begins, begins + lasts, uplink, "cut")


def moves(ran: Ran) -> list[tuple[int, int, str]]:
    return [(each.before, each.to, each.reason) for each in ran.switches]


def kinds(ran: Ran, kind: type) -> list[Any]:
    return [each for each in ran.decisions if isinstance(each, kind)]


@pytest.mark.parametrize("late", [n * 0.019 for n in range(20)])
def test_a_black_hole_is_left_within_a_second_and_returned_from(late: float) -> None:
    ran = run([cut(AT + late)], 200.0)
    assert moves(ran) == [(0, 1, "dead"), (1, 0, "returned")]
    assert ran.switches[0].at - AT - late <= 0.9
    assert ran.switches[0].trouble_at == pytest.approx(AT + late, abs=0.25)
    assert packets_lost(ran) <= 95
    assert 110.0 + 14.0 < ran.switches[1].at < 110.0 + 40.0


@pytest.mark.parametrize("seed", range(4))
def test_a_brown_out_is_left_and_not_returned_to_while_it_lasts(seed: int) -> None:
    ran = run([Trouble(AT, AT + 900, 0, "loss", 0.3)], 940.0, seed=seed)
    assert moves(ran) == [(0, 1, "brown")]
    assert ran.switches[0].at - AT <= 10.0


def test_ten_per_cent_is_left_once() -> None:
    ran = run([Trouble(AT, AT + 1800, 0, "loss", 0.1)], 1800.0, seed=3)
    assert moves(ran) == [(0, 1, "brown")]


def test_one_dead_resolver_changes_the_resolver_and_back_and_not_the_line() -> None:
    ran = run([Trouble(AT, AT + 60, 0, "dns", target=3)], 300.0)
    assert moves(ran) == []
    assert [(each.target, each.uplink) for each in kinds(ran, UseResolver)] == [(4, 0), (3, 0)]
    assert kinds(ran, UseResolver)[0].at - AT <= 5.0


def test_all_resolvers_dead_changes_the_line() -> None:
    ran = run([Trouble(AT, AT + 60, 0, "dns")], 300.0)
    assert moves(ran) == [(0, 1, "no-dns"), (1, 0, "returned")]
    assert ran.switches[0].at - AT <= 5.0


def test_flapping_is_one_way_out_and_one_way_back() -> None:
    ran = run([cut(AT + 18 * n, 6.0) for n in range(6)], 400.0)
    assert moves(ran) == [(0, 1, "dead"), (1, 0, "returned")]


def test_flapping_slowly_is_returned_to_more_and_more_slowly() -> None:
    ran = run([cut(AT + 90 * n, 20.0) for n in range(40)], 3700.0)
    gaps = [each.at for each in ran.switches if each.to == 1]
    assert len(gaps) <= 12
    assert max(b - a for a, b in pairwise(gaps)) >= 600.0


def test_both_down_is_said_once_and_nothing_is_switched() -> None:
    ran = run([cut(), cut(uplink=1)], 300.0)
    assert moves(ran) == []
    assert [each.over for each in kinds(ran, AllDown)] == [False, True]


@pytest.mark.parametrize("later", [0.0, 0.05, 0.1, 0.2])
def test_both_down_is_seen_although_the_other_answered_a_moment_ago(later: float) -> None:
    # The first line was doubted just before, so the other has been asked in earnest until it died.
    ran = run([cut(AT - 3.0, 0.5), cut(), cut(AT + later, 60.0, uplink=1)], 100.0)
    assert moves(ran) == []


def test_a_standby_that_does_not_answer_is_not_switched_to_until_it_does() -> None:
    ran = run([cut(lasts=100.0), cut(AT - 20, 40.0, uplink=1)], 300.0)
    out = ran.switches[0]
    assert AT + 20 <= out.at <= AT + 21
    assert [each.over for each in kinds(ran, AllDown)] == [False, True]


def test_a_portal_is_no_internet() -> None:
    ran = run([Trouble(AT, AT + 100, 0, "portal")], 300.0)
    assert moves(ran)[0][:2] == (0, 1)
    assert "captive" in {each.state for each in kinds(ran, Changed)}


def test_a_target_dead_everywhere_is_its_own_trouble_and_a_cut_is_still_seen() -> None:
    dead = [Trouble(AT, 400.0, n, "target", target=1) for n in (0, 1)]
    ran = run([*dead, cut(200.0, 10.0)], 600.0)
    assert moves(ran) == [(0, 1, "dead"), (1, 0, "returned")]
    assert ran.switches[0].at <= 201.2
    assert {(each.target, each.dead) for each in kinds(ran, TargetFault)} == {(1, True), (1, False)}


@pytest.mark.parametrize("jump", [3600.0, -1800.0, 86400.0 * 30])
def test_a_jump_of_our_own_clock_switches_nothing(jump: float) -> None:
    ran = run([Trouble(0.0, 400.0, 0, "loss", 0.02)], 400.0, jumps=[(100.0, jump)])
    assert moves(ran) == []


def test_cuts_of_less_than_half_a_second_are_sat_out() -> None:
    ran = run([cut(10.0 + 9 * n, 0.5 * (n % 10) / 10) for n in range(100)], 1000.0, usual_loss=0.01)
    assert moves(ran) == []


def test_an_hour_of_noise_switches_nothing() -> None:
    week = noisy_week(5, Noise(cuts=2000), 2, 3)
    ran = run(week, 3600.0, usual_loss=0.02)
    assert moves(ran) == []
    assert ran.results > 20_000


def test_an_idle_day_costs_the_mobile_line_its_share_of_five_megabytes() -> None:
    ran = run([], 86400.0 / 4)
    assert ran.bytes[1] * 4 * 31 <= 5_000_000


def test_three_lines_are_taken_in_their_order() -> None:
    three = (*FIBRE_AND_4G, Uplink("satellite", FIBRE_AND_4G[0].targets, metered=True))
    troubles = [cut(lasts=200.0), cut(AT + 50, 30.0, uplink=1)]
    ran = run(troubles, 400.0, uplinks=three, rtts=(0.012, 0.045, 0.55))
    assert [each.to for each in ran.switches][:2] == [1, 2]
    assert ran.switches[-1].to == 0


def test_a_line_without_resolvers_or_portal_check_is_judged_by_its_path() -> None:
    bare = tuple(Uplink(name, (Target("a"), Target("b")), name == "4g") for name in ("fibre", "4g"))
    assert moves(run([cut()], 200.0, uplinks=bare)) == [(0, 1, "dead"), (1, 0, "returned")]


CAUSES: tuple[Cause, ...] = ("cut", "loss", "target", "dns", "portal", "slow")


@st.composite
def troubles(draw: st.DrawFn) -> list[Trouble]:
    found = []
    for _ in range(draw(st.integers(0, 8))):
        cause = draw(st.sampled_from(CAUSES))
        begins, lasts = draw(st.floats(0.0, 100.0)), draw(st.floats(0.1, 60.0))
        found.append(
            Trouble(begins, begins + lasts, draw(st.integers(0, 1)), cause, draw(st.floats(0.0, 1.0)),
                    draw(st.integers(0, 2)) if cause == "target" else None, draw(st.floats(0.0, 0.5)))
        )  # fmt: skip
    return found


@settings(max_examples=40)
@given(troubles(), st.integers(0, 100))
def test_whatever_happens_switches_chain_and_lines_are_proven(found: list[Trouble], seed: int) -> None:
    ran = run(found, 150.0, seed=seed, usual_loss=0.02)
    active, at, down = 0, 0.0, False
    for each in ran.decisions:
        assert each.at >= at
        at = each.at
        if isinstance(each, Switch):
            assert each.before == active != each.to
            assert each.trouble_at <= each.at
            active = each.to
        if isinstance(each, AllDown):
            assert each.over is down
            down = not each.over


@settings(max_examples=10)
@given(troubles())
def test_the_same_lines_give_the_same_decisions(found: list[Trouble]) -> None:
    assert run(found, 60.0, seed=4).decisions == run(found, 60.0, seed=4).decisions
