"""Intake: a signal enters exactly one row, once; what is no evidence is left out and counted."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lightship.edges.intake.counting import Counting
from lightship.edges.intake.repeats import WINDOW, Repeats
from lightship.edges.probes.address import check
from lightship.run.watched import network, watched
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Failure, Observation, Outcome, Report, Signal
from lightship.vocabulary.time import MINUTE, Instant, Tick, start_of
from tests.support import small_network

TICK = Tick(29_000_000)
NOW = start_of(TICK)
SITE = "https://example.org"


def map_of_one() -> NetworkMap:
    return network("Example", watched([(check(SITE), "", 20.0)]), [check("tcp://192.0.2.1:443")])


def seen(
    outcome: Outcome, failure: Failure | None = None, at: Instant = NOW, target: str = SITE
) -> Observation:
    return Observation(at, "this machine", target, 0, outcome, "answer", failure)


def report(reporter: str, at: Instant = NOW, service: str = "broadband", area: str | None = None) -> Report:
    where = AreaId(area) if area is not None else None
    return Report(at, ServiceId(service), where, "no-service", reporter, f"prefix of {reporter}")


def judged(network: NetworkMap, *signals: Signal) -> TickJudged:
    counting = Counting(network)
    for each in signals:
        counting.take(each)
    return counting.judge(TICK)


def test_failures_are_counted_with_the_kind_seen_most() -> None:
    signals = [seen("up"), seen("down", "timeout"), seen("down", "refused"), seen("down", "refused")]
    probes = judged(map_of_one(), *signals).probes
    assert (probes.attempts, probes.failures, probes.failure) == ((4,), (3,), ("refused",))


def test_missed_and_suspect_measurements_are_no_evidence() -> None:
    counting = Counting(map_of_one())
    for outcome in ("missed", "suspect", "suspect"):
        counting.take(seen(outcome))
    assert counting.judge(TICK).probes.rows == ()
    assert counting.dropped == {"missed": 1, "suspect": 2}


def test_a_target_that_the_map_does_not_know_is_dropped_and_counted() -> None:
    counting = Counting(map_of_one())
    counting.take(seen("down", "timeout", target="https://elsewhere.example"))
    assert counting.judge(TICK).probes.rows == ()
    assert counting.dropped == {"unknown target": 1}


def test_a_signal_of_a_later_tick_waits_for_it() -> None:
    counting = Counting(map_of_one())
    counting.take(seen("up", at=Instant(NOW + MINUTE)))
    assert counting.judge(TICK).probes.rows == ()
    assert counting.judge(Tick(TICK + 1)).probes.attempts == (1,)


def test_late_reports_amend_their_tick_and_late_probes_are_left_out() -> None:
    net = small_network.network()
    counting = Counting(net)
    counting.judge(TICK)
    counting.take(report("a"))
    counting.take(seen("down", "timeout"))
    (amended,) = counting.amendments()
    assert (amended.tick, amended.reports.counts) == (TICK, (1,))
    assert list(counting.amendments()) == []


def test_one_reporter_counts_once_in_six_hours_and_again_after() -> None:
    repeats = Repeats()
    assert [repeats.is_repeat(report("a", Instant(NOW + span))) for span in (0, MINUTE, WINDOW - 1, WINDOW)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_prefix_is_fresh_once_a_service_and_six_hours() -> None:
    counting = Counting(small_network.network())
    for name in ("a", "b"):
        counting.take(replace(report(name), prefix="one"))
    counting.take(replace(report("c"), prefix="two"))
    first = counting.judge(TICK).reports
    assert (first.counts, first.prefixes, first.fresh) == ((3,), (2,), (2,))
    counting.take(replace(report("d", Instant(NOW + MINUTE)), prefix="one"))
    assert counting.judge(Tick(TICK + 1)).reports.fresh == (0,)


def test_a_clock_that_goes_back_does_not_let_a_repeat_in() -> None:
    repeats = Repeats()
    assert not repeats.is_repeat(report("a"))
    assert repeats.is_repeat(report("a", Instant(NOW - 60 * MINUTE)))


@given(st.permutations([report(name) for name in "abcab"] + [seen("up"), seen("down", "reset")]))
def test_order_within_a_tick_does_not_matter(signals: list[Signal]) -> None:
    net = small_network.network()
    first = judged(net, *signals)
    assert first == judged(net, *reversed(signals))
    assert sum(first.reports.counts) == 3
