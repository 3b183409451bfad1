"""The parts of the stage one by one: kinds of cause, redundancy, calibration, misnamed services, the next test."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.detect.evidence import SHARES
from lightship.detect.prior import MISS
from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import NAMED_AT, naming_margin, probability_right
from lightship.explain.hypothesis import hypotheses
from lightship.explain.levels import COMBINED, LEVELS, levels, spread_over_levels, spread_probes
from lightship.explain.lookalikes import lookalikes
from lightship.explain.misnamed import less_misnamed
from lightship.explain.priors import component_odds, log_odds, probability
from lightship.explain.redundancy import redundancy_lost
from lightship.explain.score import Scorer
from lightship.explain.separate import information
from lightship.explain.table import CAP, tempered
from lightship.prevent.footprints import footprints
from lightship.vocabulary.components import ComponentId, FeedSubject
from lightship.vocabulary.observables import CountRow
from tests.core.test_explain_search import GATED, gated
from tests.support.explaining import Drawn, diagnosed, peered


@given(st.floats(0.0, 200.0), st.floats(0.0, 200.0))
def test_a_larger_margin_is_never_less_probable(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert probability_right(low, SHIPPED) <= probability_right(high, SHIPPED) < 1.0


def test_ten_nats_name_a_cause() -> None:
    assert naming_margin(SHIPPED) == pytest.approx(10.0)
    assert probability_right(9.9, SHIPPED) < NAMED_AT


def test_a_member_down_behind_a_gate_that_holds_is_redundancy_lost() -> None:
    known_map = hypotheses(GATED)
    names = known_map.names
    assert redundancy_lost(known_map, ((names.index("dns-a"), 1.0),)) == (names.index("dns-a"),)
    both = ((names.index("dns-a"), 1.0), (names.index("dns-b"), 1.0))
    assert redundancy_lost(known_map, both) == ()
    assert redundancy_lost(known_map, ((names.index("exchange0"), 1.0),)) == ()


def test_probes_of_a_member_that_nobody_misses_say_redundancy_lost() -> None:
    [found] = diagnosed(GATED, {"dns-a": 1.0})
    assert found.members == ("dns-a",)
    assert found.redundancy_lost == ("dns-a",)


def test_a_feed_alone_does_not_make_a_class_larger() -> None:
    watched = msgspec.structs.replace(gated(), feeds=(FeedSubject("panel", ComponentId("dns-b")),))
    [found] = diagnosed(watched, {"dns-a": 1.0})
    assert found.members == ("dns-a",)


def test_reports_that_name_the_wrong_service_say_nothing() -> None:
    """Phone calls get a quarter of broadband's reports everywhere: no second fault."""
    feet = GATED
    known_map = hypotheses(feet)
    spill = np.array([2e-4 if isinstance(r, CountRow) and r.service == "voice" else 0.0 for r in feet.rows])
    seen = Drawn(feet, 2).evidence({"dns-a": 1.0, "dns-b": 1.0}, extra=spill)
    first = int(known_map.counted.sum())
    says = np.ones((first, 2)) * [-1.0, 1.0]
    kept = less_misnamed(says, seen, known_map)[:, 1]
    voice = [n for n, row in enumerate(feet.rows) if isinstance(row, CountRow) and row.service == "voice"]
    broadband = [
        n for n, row in enumerate(feet.rows) if isinstance(row, CountRow) and row.service == "broadband"
    ]
    assert float(kept[voice].mean()) < 0.2
    assert float(kept[broadband].mean()) == 1.0


def test_quiet_areas_of_a_service_that_speaks_for_trouble_do_not_speak_against_it() -> None:
    """Fewer reports than people misname: what the quiet areas say against is less by what the others say for it."""
    known_map = hypotheses(GATED)
    rows = GATED.rows
    spill = np.array([5e-5 if isinstance(r, CountRow) and r.service == "voice" else 0.0 for r in rows])
    seen = Drawn(GATED, 2).evidence({"dns-a": 1.0, "dns-b": 1.0}, extra=spill)
    first = int(known_map.counted.sum())
    voice = np.array(
        [n for n, r in enumerate(rows[:first]) if isinstance(r, CountRow) and r.service == "voice"]
    )
    for loud, left in ((0.0, 1.0), (0.4, 0.0)):
        says = np.full((first, 1), -1.0)
        says[voice[: round(loud * len(voice))]] = 2.0
        quiet = voice[says[voice, 0] < 0.0]
        assert less_misnamed(says, seen, known_map)[quiet].mean() == pytest.approx(-left, abs=0.35)


def test_half_of_what_rises_is_no_better_explanation_than_all_of_it_however_long_it_lasts() -> None:
    """Noise that areas share grows with every report counted: naming fewer areas must not make less of it."""
    feet, known_map = GATED, hypotheses(GATED)
    both = {"dns-a": 1.0, "dns-b": 1.0}
    seen = Drawn(feet).evidence(both, minutes=20_000, propensity=0.05, assumed_propensity=0.05)
    scorer = Scorer(known_map, tempered(seen, known_map), component_odds(feet.network, {}))
    everywhere = scorer.fit(tuple((feet.index[ComponentId(name)], 1.0) for name in both))
    exchanges = [n for n, each in enumerate(feet.network.components) if each.kind == "exchange"]
    some = scorer.fit(tuple((n, 1.0) for n in exchanges[: len(exchanges) // 2]))
    group = int(known_map.group[np.flatnonzero(everywhere.touched)[0]])
    most, less = (float(fit.by_report_level[:, group].max()) for fit in (everywhere, some))
    assert scorer.nothing.clutter[group] > 1.0
    assert most > less > 0.0


def test_rows_without_data_are_silent_whatever_stands_in_their_cells() -> None:
    feet = footprints(peered({"a": 0.5, "b": 0.5}))
    seen = Drawn(feet).evidence({"a-site": 1.0}, silent=frozenset(range(len(feet.rows))))
    seen.ell[:] = 5.0
    assert not tempered(seen, hypotheses(feet)).value.any()


def test_a_row_keeps_the_shape_of_what_it_says_under_the_cap() -> None:
    feet = footprints(peered({"a": 0.5, "b": 0.5}))
    table = tempered(Drawn(feet).evidence({"a-site": 1.0}, minutes=300), hypotheses(feet))
    probe = next(
        n for n, row in enumerate(feet.rows) if getattr(row, "target", "") == "https://beyond-a.example"
    )
    assert table.value[probe, -1] == pytest.approx(CAP)
    assert table.value[probe, levels(np.array(0.05))] < 0.7 * CAP


def test_levels_of_two_losses_combine_as_the_losses_do() -> None:
    one, other = levels(np.array(0.5)), levels(np.array(0.5))
    assert COMBINED[one, other] == levels(np.array(0.75))
    assert COMBINED[0, other] == other
    assert spread_over_levels(np.ones((1, 15)))[0, 0] == 0.0
    assert spread_over_levels(np.ones((1, 15)))[0, 1:].tolist() == [1.0] * (LEVELS - 1)


@given(st.floats(1e-6, 1 - 1e-6))
def test_log_odds_and_probability_are_inverse(chance: float) -> None:
    assert probability(log_odds(chance)) == pytest.approx(chance)


def test_lookalikes_are_of_one_kind_and_place() -> None:
    network = peered({"a": 0.4, "b": 0.4, "c": 0.2}, titles={"a": "House A", "b": "House B"})
    found = [network.components[n].id for n in lookalikes(network, (ComponentId("a-site"),))]
    assert found == ["b-site"]


def test_a_test_that_all_rivals_expect_to_end_alike_brings_nothing() -> None:
    weights = np.array([0.7, 0.3])
    assert information(weights, np.array([[0.9], [0.9]]))[0] == pytest.approx(0.0)
    assert information(weights, np.array([[0.95], [0.05]]))[0] > 0.3


SHARE_OF_LEVEL = np.exp2(np.linspace(np.log2(SHARES[0]), 0.0, LEVELS - 1))


@pytest.mark.parametrize("wrong", [0.005, 0.02, 0.1])
@pytest.mark.parametrize(("failed", "answered"), [(0, 5), (1, 4), (5, 0)])
def test_between_two_grades_probes_are_worth_what_their_likelihood_says(
    wrong: float, failed: int, answered: int
) -> None:
    """A straight line is short by up to 0.05 nats, which thousands of rows turn into a wrong cause."""

    def nats(share: np.ndarray) -> np.ndarray:
        fails = share * (1.0 - MISS) + (1.0 - share) * wrong
        return np.asarray(failed * np.log(fails / wrong) + answered * np.log((1.0 - fails) / (1.0 - wrong)))

    found = spread_probes(nats(SHARES)[None, :], np.array([wrong]))[0, 1:]
    assert found == pytest.approx(nats(SHARE_OF_LEVEL), abs=0.01 * (failed + answered))


def test_between_two_grades_counts_are_worth_what_their_likelihood_says() -> None:
    def nats(share: np.ndarray) -> np.ndarray:
        return np.asarray(40.0 * np.log1p(300.0 * share / 2.0) - 300.0 * share)

    found = spread_over_levels(nats(SHARES)[None, :])[0, 1:]
    straight = np.interp(np.linspace(0, 14, LEVELS - 1), np.arange(15), nats(SHARES))
    assert found == pytest.approx(nats(SHARE_OF_LEVEL), abs=1.3)
    assert np.abs(straight - nats(SHARE_OF_LEVEL)).max() > 10.0
