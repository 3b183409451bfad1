"""What kind of cause: each kind by its own evidence, several at once, and none by the absence of anything else."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.explain import core as explain
from lightship.explain.kinds import BY_AUTOMATION, KINDS, KNOWN_FROM, kinds
from lightship.explain.kinds.scene import Scene
from lightship.prevent.footprints import footprints
from lightship.vocabulary.components import Component, ComponentId
from lightship.vocabulary.diagnosis import Category, Kind
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.signals import Failure, FeedEvent, FeedKind
from lightship.vocabulary.time import MINUTE, SECOND, Instant, judged_at
from tests.support.explaining import SETTINGS, Drawn, detection, part, peered, tick

UPS, DNS, DUCT, CORE, CERTIFICATE, SETUP = (
    ComponentId(name) for name in ("ups", "dns", "duct", "core", "certificate", "setup")
)
SITE, BUILDING, NEXT = (ComponentId(name) for name in ("site", "building", "next"))
PARTS: dict[ComponentId, Component] = {
    UPS: part("ups", "ups", owner="somebody else", place="House"), DNS: part("dns", "dns"), DUCT: part("duct", "duct"),
    CORE: part("core", "core", place="Town"), CERTIFICATE: part("certificate", "certificate"),
    SETUP: part("setup", "configuration"), SITE: part("site", "peering", place="House"),
    BUILDING: part("building", "building", place="House"), NEXT: part("next", "core", place="Village"),
}  # fmt: skip
SAID: tuple[FeedKind, ...] = get_args(FeedKind)
FAILED: tuple[Failure, ...] = get_args(Failure)


def event(kind: FeedKind, subject: ComponentId, at: int = 0, feed: str = "panel") -> FeedEvent:
    return FeedEvent(Instant(at), feed, subject, kind)


def found(
    member: ComponentId, *said: FeedEvent, failures: tuple[Failure, ...] = (), **more: object
) -> dict[str, Kind]:
    scene = Scene({member: 1.0}, PARTS, said, failures, **more)  # type: ignore[arg-type]
    return {each.name: each for each in kinds(scene)}


def known(of: dict[str, Kind]) -> set[str]:
    return {name for name, kind in of.items() if kind.probability >= KNOWN_FROM}


@pytest.mark.parametrize("member", sorted(PARTS))
def test_without_evidence_the_kind_of_cause_is_not_known(member: ComponentId) -> None:
    assert known(found(member)) == set()


@pytest.mark.parametrize(
    ("member", "said", "kind"),
    [
        (UPS, ("power-lost",), "power"), (DUCT, ("loss-of-signal",), "fibre-cut"),
        (DUCT, ("fibre-break",), "fibre-cut"), (UPS, ("grid-outage", "dying-gasp"), "power"),
        (CORE, ("equipment-alarm", "restarted"), "equipment"), (SETUP, ("change-made",), "software-or-configuration"),
        (CERTIFICATE, ("certificate-expired",), "certificate"),
        (SITE, ("traffic-anomaly", "utilisation-high"), "capacity-or-ddos"),
    ],
)  # fmt: skip
def test_typed_words_of_feeds_make_their_kind_known(
    member: ComponentId, said: tuple[FeedKind, ...], kind: str
) -> None:
    of = found(member, *(event(each, member) for each in said))
    assert kind in known(of)
    assert [each.nats > 0.0 for each in of[kind].evidence_for] == [True] * len(of[kind].evidence_for) != []


def test_weather_needs_a_warning_and_more_than_one_point_under_it() -> None:
    warning = event("weather-warning", UPS)
    lost = (event("power-lost", UPS), event("power-lost", CORE, feed="other"))
    assert "weather" not in known(found(UPS, warning))
    assert {"weather", "power"} <= known(found(UPS, warning, *lost))
    assert "weather" not in found(UPS, *lost)


@pytest.mark.parametrize(
    ("member", "supports", "against", "kind"),
    [
        (UPS, "on-battery", "tenants-well", "power"), (DUCT, "loss-of-signal", "power-lost", "fibre-cut"),
        (CORE, "equipment-alarm", "power-lost", "equipment"), (UPS, "weather-warning", "weather-clear", "weather"),
        (SETUP, "change-made", "loss-of-signal", "software-or-configuration"),
        (SITE, "utilisation-high", "power-lost", "capacity-or-ddos"),
        (SITE, "supplier-statement", "others-well", "third-party"),
    ],
)  # fmt: skip
def test_what_speaks_against_a_kind_is_listed_and_lowers_it(
    member: ComponentId, supports: FeedKind, against: FeedKind, kind: str
) -> None:
    before = found(member, event(supports, member))[kind]
    after = found(member, event(supports, member), event(against, member)).get(kind)
    assert after is None or after.probability < before.probability or kind == "third-party"
    assert after is None or after.evidence_against


def test_the_same_word_twice_from_one_feed_counts_once() -> None:
    once = found(SETUP, event("change-made", SETUP))
    assert once == found(SETUP, event("change-made", SETUP), event("change-made", SETUP, at=5))


def test_batteries_that_run_out_later_and_a_whole_place_at_once_point_to_power() -> None:
    staged = found(SITE, event("on-battery", UPS), event("power-lost", UPS, at=20 * MINUTE))["power"]
    assert "first on battery, then out" in [each.observation for each in staged.evidence_for]
    whole = found(SITE, out=frozenset((UPS, SITE, BUILDING)))["power"]
    assert whole.evidence_for[0].observation == "all 3 components that stand there are out"


def test_no_light_at_two_ends_within_seconds_is_a_cut() -> None:
    both = (event("loss-of-signal", DUCT), event("loss-of-signal", CORE, at=2 * SECOND))
    late = (event("loss-of-signal", DUCT), event("loss-of-signal", CORE, at=9 * MINUTE))
    at_once, apart = (found(CORE, *each)["fibre-cut"].probability for each in (both, late))
    assert at_once > apart > found(CORE, both[0])["fibre-cut"].probability


def test_things_beside_it_that_are_out_as_well_speak_against_its_equipment() -> None:
    alone, together = found(SITE), found(SITE, out=frozenset((SITE, UPS)))
    assert together.get("equipment", Kind("equipment", 0.0)).probability < alone["equipment"].probability


def test_a_change_shortly_before_and_in_several_places_points_to_software() -> None:
    soon = event("change-made", CORE, at=50 * MINUTE), event("restarted", NEXT, at=61 * MINUTE)
    of = found(CORE, *soon, onset=Instant(60 * MINUTE))["software-or-configuration"]
    assert len(of.evidence_for) == 3
    late = event("change-made", CORE, at=5 * MINUTE)
    assert len(found(CORE, late, onset=Instant(60 * MINUTE))["software-or-configuration"].evidence_for) == 1


def test_probes_that_find_no_name_point_to_dns_unless_addresses_fail_as_well() -> None:
    names: tuple[Failure, ...] = ("resolver-failed",) * 3
    assert "dns" in known(found(DNS, failures=names))
    assert "dns" not in known(found(DNS, failures=(*names, *(("unreachable",) * 5))))


def test_a_certificate_that_probes_find_expired_is_known_unless_nothing_connects() -> None:
    shown: tuple[Failure, ...] = ("certificate-expired",) * 2
    assert "certificate" in known(found(CERTIFICATE, failures=shown))
    assert "certificate" not in known(found(CERTIFICATE, failures=(*shown, *(("refused",) * 6))))


def test_a_hard_step_to_nothing_speaks_against_too_much_traffic() -> None:
    busy = event("utilisation-high", SITE)
    hard = found(SITE, busy, failures=("refused",) * 8)["capacity-or-ddos"]
    assert hard.probability < found(SITE, busy)["capacity-or-ddos"].probability


events = st.lists(
    st.builds(
        event,
        st.sampled_from(SAID),
        st.sampled_from(sorted(PARTS)),
        st.integers(0, 10**7),
        st.sampled_from("ab"),
    )
)


@given(st.sampled_from(sorted(PARTS)), events, st.lists(st.sampled_from(FAILED), max_size=12))
def test_automation_never_knows_cyber_or_third_party(
    member: ComponentId, said: list[FeedEvent], failures: list[Failure]
) -> None:
    of = found(member, *said, failures=tuple(failures))
    assert {"cyber", "third-party"}.isdisjoint(known(of))
    assert all(of[name].probability <= BY_AUTOMATION for name in ("cyber", "third-party") if name in of)
    if "threat-indicator" not in {each.kind for each in said}:
        assert "cyber" not in of


@given(st.sampled_from(sorted(PARTS)), events, st.lists(st.sampled_from(FAILED), max_size=12))
def test_no_kind_is_known_without_evidence_of_its_own(
    member: ComponentId, said: list[FeedEvent], failures: list[Failure]
) -> None:
    of = found(member, *said, failures=tuple(failures))
    assert all(of[name].evidence_for for name in known(of))


@given(st.sampled_from(sorted(PARTS)), st.frozensets(st.sampled_from(get_args(Category))))
def test_what_a_person_states_is_known(member: ComponentId, stated: frozenset[Category]) -> None:
    assert stated <= known(found(member, stated=stated))


def test_every_kind_of_the_vocabulary_has_one_rule() -> None:
    assert [rule.name for rule in KINDS] == list(get_args(Category))


def test_a_person_names_the_kind_and_it_stands_until_all_is_over() -> None:
    feet = footprints(peered({"a": 0.1, "b": 0.2, "c": 0.7}, vantages=8))
    seen = Drawn(feet).evidence({"a-ups": 1.0})
    state = explain.start(feet, SETTINGS)
    act = OperatorAct("op", "name-kind", category="cyber")
    assert explain.tell_act(state, feet, SETTINGS, Instant(0), act) == state
    state, _ = explain.step(state, feet, SETTINGS, judged_at(seen.until), detection(seen), tick(1000))
    state = explain.tell_act(state, feet, SETTINGS, Instant(0), act)
    state, said = explain.step(state, feet, SETTINGS, judged_at(seen.until), detection(seen), tick(1001))
    assert said[0].categories[0].name == "cyber"
    over = detection(seen, alarms=())
    state, _ = explain.step(state, feet, SETTINGS, judged_at(seen.until), over, tick(1002))
    assert state.memory.kinds == ()
