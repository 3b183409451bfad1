"""What feeds notice by themselves, who cannot report any more, and what a TLS probe sees of a date that has passed."""

from collections import Counter

from msgspec.structs import replace

from lightship.simulate.faults import Fault
from lightship.simulate.observers import PassiveModel
from lightship.simulate.problems import problems
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import signals
from lightship.vocabulary.components import ComponentId, FeedSubject
from lightship.vocabulary.signals import FeedEvent, Observation, PassiveCount, Report
from lightship.vocabulary.time import MINUTE
from tests.support.small_scenario import AREAS, BROADBAND, network, scenario, span

METRO = ComponentId("metro-0")
MINE = AREAS[::2]


def with_feeds(**changes: object) -> Scenario:
    """A day with an alarm panel about one metro node and the exchanges behind it."""
    feeds = tuple(FeedSubject("panel", ComponentId(each)) for each in ("metro-0", f"he-{MINE[0]}", "metro-1"))
    return scenario(network=replace(network(), feeds=feeds), **changes)


def events(one: Scenario, seed: int = 1) -> list[FeedEvent]:
    return [each for each in signals(one, seed) if isinstance(each, FeedEvent)]


def test_a_cut_is_seen_as_lost_light_at_all_that_lies_behind_it_and_as_clear_when_it_ends() -> None:
    cut = Fault(span("0s"), "cut", METRO, until=span("1h"), seen_by=("panel",))
    found = events(with_feeds(faults=(cut,)))
    assert Counter((each.subject, each.kind) for each in found) == {
        ("metro-0", "loss-of-signal"): 1, (f"he-{MINE[0]}", "loss-of-signal"): 1,
        ("metro-0", "component-restored"): 1, (f"he-{MINE[0]}", "component-restored"): 1,
    }  # fmt: skip
    assert all(0 < each.at - scenario().t0 < 3 * MINUTE for each in found if each.kind == "loss-of-signal")


def test_batteries_are_told_of_before_power_is_lost() -> None:
    out = Fault(span("0s"), "power_out", METRO, battery=span("30m"), seen_by=("panel",))
    kinds = [each.kind for each in events(with_feeds(faults=(out,))) if each.subject == METRO]
    assert kinds == ["on-battery", "power-lost"]


def test_a_fault_that_nobody_watches_is_told_by_no_feed() -> None:
    assert events(with_feeds(faults=(Fault(span("0s"), "cut", METRO),))) == []


def test_a_feed_that_does_not_speak_of_what_fails_is_complained_of() -> None:
    wrong = with_feeds(faults=(Fault(span("0s"), "cut", ComponentId("dns"), seen_by=("panel",)),))
    assert [each.trail for each in problems(wrong)] == [("faults", 0, "seen_by", 0)]


def reports_in(one: Scenario, areas: tuple[str, ...], hours: tuple[float, float]) -> int:
    low, high = (one.t0 + h * 60 * MINUTE for h in hours)
    return sum(
        isinstance(each, Report) and each.area in areas and low <= each.at < high for each in signals(one, 3)
    )


def test_a_power_cut_that_silences_makes_reports_fall_below_those_of_an_ordinary_day() -> None:
    busy = replace(scenario().reports, baseline_per_million_lines_per_15min=60.0)
    calm = scenario(reports=busy)
    cut = Fault(span("0s"), "power_out", METRO, silences=1.0)
    silent, loud = (scenario(reports=busy, faults=(replace(cut, silences=s),)) for s in (1.0, 0.0))
    during = (0.5, 3.0)
    usual = reports_in(calm, MINE, during)
    assert reports_in(silent, MINE, during) < 0.2 * usual < usual < reports_in(loud, MINE, during)
    elsewhere, as_ever = (reports_in(one, AREAS[1::2], during) for one in (silent, calm))
    assert 0.85 * as_ever < elsewhere < 1.15 * as_ever


def test_sessions_fall_where_nobody_can_report() -> None:
    counts = (PassiveModel(BROADBAND, every=span("5m"), share=0.9, diurnal="flat"),)
    one = scenario(
        passive=counts, faults=(Fault(span("0s"), "power_out", METRO, fraction=0.7, silences=1.0),)
    )
    found = [each for each in signals(one, 1) if isinstance(each, PassiveCount) and each.area == MINE[0]]
    before = [each.value for each in found if each.at < one.t0]
    after = [each.value for each in found if each.at >= one.t0]
    assert 0.9 < min(before) / 90_000 < max(before) / 90_000 < 1.1
    assert 0.25 < min(after) / 90_000 < max(after) / 90_000 < 0.35


def test_a_tls_probe_sees_the_date_that_has_passed() -> None:
    ended = Fault(span("0s"), "expire_at", ComponentId("front-1"), nodes=(ComponentId("front-2"),))
    one = scenario(faults=(ended,))
    failed = [
        each for each in signals(one, 1)
        if isinstance(each, Observation) and each.failure == "certificate-expired"
    ]  # fmt: skip
    assert failed
    assert {(each.stage, each.detail) for each in failed} == {("tls", "not valid after 2024-05-14T09:00:00Z")}
