"""Redundancy lost is a state of its own: known while nothing is open, told once, over when the member is back."""

import msgspec

from lightship.explain import core as explain
from lightship.explain.short import BELIEVED_FOR, changes, in_words, told
from lightship.explain.state import ExplainState
from lightship.prevent.footprints import footprints
from lightship.vocabulary.components import ComponentId, FeedSubject, NetworkMap, ServiceArea, ServiceNeeds
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.redundancy_lost import RedundancyLost
from lightship.vocabulary.services import Service
from lightship.vocabulary.signals import FeedEvent, FeedKind
from lightship.vocabulary.time import MINUTE, Instant, Tick, judged_at
from tests.support.explaining import BROADBAND, SETTINGS, Drawn, detection, need, part, tick

A, B, LONE = ComponentId("core-a"), ComponentId("core-b"), ComponentId("portal")


def paired() -> NetworkMap:
    cores = [part(each, "core", title=f"Node {each[-1]}") for each in (A, B)]
    return NetworkMap(
        id="pair", version="1", provider="Sample", brands=(), services=(Service(BROADBAND, "broadband"),),
        components=(*cores, part(LONE, "portal")),
        service_needs=(ServiceNeeds(BROADBAND, (need(A, B, at_least=1), need(LONE))),),
        service_areas=tuple(ServiceArea(BROADBAND, AreaId(f"0{n}"), 1000.0) for n in (1, 2)),
        feeds=tuple(FeedSubject("panel", each) for each in (A, B, LONE)),
    )  # fmt: skip


FEET = footprints(paired())
QUIET = detection(Drawn(FEET).evidence({}), alarms=())


def after(
    *said: tuple[ComponentId, FeedKind], state: ExplainState | None = None, at: int = 1000
) -> ExplainState:
    state = state or explain.start(FEET, SETTINGS)
    for n, (subject, kind) in enumerate(said):
        event = FeedEvent(Instant((at + n) * MINUTE), "panel", subject, kind)
        state, found = explain.step(
            state, FEET, SETTINGS, judged_at(Tick(at + n)), QUIET, tick(at + n, feeds=(event,))
        )
        assert found == ()
    return state


def test_a_member_that_is_out_while_nothing_is_open_is_known_with_what_carries_its_load() -> None:
    [lost] = after((A, "power-lost")).memory.short
    assert (lost.component, lost.held_by, lost.spare, lost.of) == (A, (B,), 0, "broadband")
    assert lost.lines == 2000.0
    assert lost.since == 1000 * MINUTE
    assert in_words(lost, FEET.network) == (
        "Node a is out (panel: power lost); Node b carries broadband; the next one takes 2,000 lines with it"
    )


def test_what_has_no_redundancy_is_no_redundancy_lost() -> None:
    assert after((LONE, "equipment-alarm")).memory.short == ()


def test_it_is_over_when_the_member_is_back() -> None:
    assert after((A, "power-lost"), (A, "power-restored")).memory.short == ()
    assert after((A, "power-lost"), (B, "component-restored")).memory.short != ()


def test_when_both_are_out_it_shows_and_is_no_longer_silent() -> None:
    both = after((A, "power-lost"), (B, "power-lost"))
    assert both.memory.short == ()
    [lost] = after((B, "power-restored"), state=both, at=1010).memory.short
    assert (lost.component, lost.since) == (A, 1000 * MINUTE)


def test_it_survives_a_restart_and_a_quiet_hour() -> None:
    state = after((A, "power-lost"))
    state = explain.restore(explain.snapshot(state), FEET, SETTINGS)
    state, _ = explain.step(state, FEET, SETTINGS, judged_at(Tick(1060)), QUIET, tick(1060))
    assert [each.component for each in state.memory.short] == [A]


def test_a_word_that_nothing_follows_is_not_believed_for_ever() -> None:
    word = FeedEvent(Instant(0), "panel", A, "power-lost")
    held = told((), Instant(0), (word,))
    assert told(held, Instant(BELIEVED_FOR - 1), ()) == held
    assert told(held, Instant(BELIEVED_FOR + 1), ()) == ()


def test_operators_are_told_once_when_it_begins_and_once_when_it_ends() -> None:
    [lost] = after((A, "power-lost")).memory.short
    assert [reason for reason, _ in changes((), (lost,))] == ["redundancy lost"]
    later = msgspec.structs.replace(lost, lines=1.0)
    assert changes((lost,), (later,)) == ()
    assert [each.component for _, each in changes((lost,), ())] == [A]
    assert isinstance(lost, RedundancyLost)


def test_a_feed_of_little_trust_is_not_taken_at_its_word() -> None:
    now = Instant(1000 * MINUTE)
    sure = FeedEvent(now, "noc", A, "power-lost", trust=0.5)
    unsure = msgspec.structs.replace(sure, trust=0.4)
    assert [each.component for each in told((), now, (sure,))] == [A]
    assert told((), now, (unsure,)) == ()
    back = msgspec.structs.replace(unsure, kind="power-restored")
    assert told(told((), now, (sure,)), now, (back,)) != ()
