"""Probes asked for out of turn: when, whom, how often."""

from lightship.detect import core
from lightship.detect.asking import MOST, Asked, belief
from lightship.detect.state import DetectState
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import judged_at
from tests.support.small_network import small
from tests.support.ticks import NOON, Stream

SETTINGS = Settings()


def some_fail(stream: Stream, *vantages: str) -> dict[int, int]:
    rows = stream.probes_of("mail")
    return {row: 1 for row in rows if stream.feet.rows[row].vantage in vantages}  # type: ignore[union-attr]


def judged(
    state: DetectState, feet: Footprints, stream: Stream, n: int, failing: dict[int, int], early: bool = False
) -> tuple[DetectState, tuple[Asked, ...]]:
    tick = stream.tick(NOON + n, failing=failing, early=early)
    state, found = core.step(state, feet, SETTINGS, judged_at(tick.tick), tick)
    return state, found.asked


def test_where_nothing_fails_nothing_is_asked() -> None:
    feet = small()
    stream, state = Stream(feet, 1), core.start(feet, SETTINGS)
    for n in range(5):
        state, asked = judged(state, feet, stream, n, {})
        assert asked == ()


def test_where_networks_differ_the_one_that_answered_is_asked_first_and_at_once() -> None:
    feet = small()
    stream = Stream(feet, 1)
    _, asked = judged(core.start(feet, SETTINGS), feet, stream, 0, some_fail(stream, "v0", "v1"))
    assert [each.row.network for each in asked] == ["as2", "as0", "as1"]
    assert {each.row.target for each in asked} == {"mail"}
    assert all(each.wait == 0 and 0.1 <= each.belief < 0.9 for each in asked)


def test_an_undecided_target_is_asked_ever_more_slowly_and_fifteen_times_at_most() -> None:
    feet = small()
    stream, state = Stream(feet, 1), core.start(feet, SETTINGS)
    state, asked = judged(state, feet, stream, 0, some_fail(stream, "v0", "v1"))
    waits, count = [asked[0].wait], len(asked)
    for _ in range(20):
        state, asked = judged(state, feet, stream, 1, some_fail(stream, "v0", "v1"), early=True)
        count += len(asked)
        waits += [each.wait for each in asked[:1]]
    assert count == MOST
    assert waits == sorted(waits)
    assert waits[-1] > 1


def test_what_is_decided_is_not_asked_again() -> None:
    feet = small()
    stream, state = Stream(feet, 1), core.start(feet, SETTINGS)
    state, asked = judged(state, feet, stream, 0, stream.probes_of("mail"))
    state, asked = judged(state, feet, stream, 1, stream.probes_of("mail"))
    assert asked == ()


def test_when_all_is_well_again_the_next_episode_starts_anew() -> None:
    feet = small()
    stream, state = Stream(feet, 1), core.start(feet, SETTINGS)
    state, _ = judged(state, feet, stream, 0, some_fail(stream, "v0", "v1"))
    assert state.memory.asked
    for n in range(1, 14):
        state, _ = judged(state, feet, stream, n, {})
    assert state.memory.asked == {}
    _, asked = judged(state, feet, stream, 14, some_fail(stream, "v0", "v1"))
    assert asked[0].wait == 0


def test_one_network_against_two_is_decided_already() -> None:
    feet = small()
    stream = Stream(feet, 1)
    _, asked = judged(core.start(feet, SETTINGS), feet, stream, 0, some_fail(stream, "v0"))
    assert asked == ()


def test_a_vantage_whose_own_line_is_in_doubt_is_neither_believed_nor_asked() -> None:
    feet = small(vantages=4)
    stream = Stream(feet, 1)
    own = {n: 1 for n in stream.probes if feet.rows[n].vantage == "v1"}  # type: ignore[union-attr]
    _, asked = judged(core.start(feet, SETTINGS), feet, stream, 0, own | some_fail(stream, "v0", "v2"))
    assert {each.row.vantage for each in asked} == {"v0", "v2", "v3"}


def test_belief_grows_with_what_is_seen() -> None:
    assert belief(0.0) < 0.001 < 0.1 < belief(5.3) < 0.9 < belief(13.0)
