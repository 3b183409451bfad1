"""What earlier outages teach: priors of sites, and how often probes answer though their path is out."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.detect.prior import MISS
from lightship.explain import core as explain
from lightship.explain.history import MOST_LEARNED, YEAR, History, learned, over, watched
from lightship.explain.hypothesis import hypotheses
from lightship.explain.observers import NONE_MISSED, Misses, believed, missed, rates
from lightship.explain.state import ExplainState
from lightship.explain.table import tempered
from lightship.prevent.footprints import footprints
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import ProbeCounts
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.time import Instant, judged_at
from tests.support.explaining import SETTINGS, Drawn, detection, diagnosed, peered, tick

NETWORK = peered({"a": 0.1, "b": 0.2, "c": 0.7}, titles={"a": "House A", "b": "House B"}, vantages=8)
FEET = footprints(NETWORK)
KNOWN = hypotheses(FEET)
A = ComponentId("a-ups")
NOW = Instant(10**12)


def nats(faults: float, years: float = 0.0) -> dict[ComponentId, float]:
    return learned(NETWORK, History(((A, faults),), Instant(NOW - round(years * YEAR))), NOW)


def test_each_fault_raises_the_prior_of_its_component_and_never_by_more_than_fresh_evidence_could_turn() -> (
    None
):
    assert 0.0 < nats(1.0)[A] < nats(2.0)[A] < nats(50.0)[A] == MOST_LEARNED
    assert nats(1.0)[A] == pytest.approx(np.log(2.0), abs=1e-5)


def test_quiet_years_lower_it_again() -> None:
    assert nats(1.0)[A] > nats(1.0, years=2.0)[A] > nats(1.0, years=20.0)[A]
    assert nats(0.0, years=20.0)[A] < 0.0


def test_what_stands_at_the_same_place_learns_half_of_it() -> None:
    network = peered({"a": 0.5, "b": 0.5}, titles={"a": "House", "b": "Other house"})
    found = learned(network, History(((ComponentId("a-site"), 3.0),), NOW), NOW)
    # Both sites of this map stand in London.
    assert found[ComponentId("b-site")] == pytest.approx(np.log(1.0 + 1.5), abs=1e-5)
    assert ComponentId("exchange-1") not in found


def test_an_outage_counts_once_over_its_class_and_a_suspicion_not_at_all() -> None:
    [found] = diagnosed(FEET, {"a-ups": 1.0})
    after = over(History(), (found,))
    assert sum(count for _, count in after.faults) == pytest.approx(1.0, abs=0.05)
    assert {name for name, _ in after.faults} <= set(found.members)
    doubtful = msgspec.structs.replace(found, standing="under investigation")
    assert over(History(), (doubtful,)) == History()


def test_watching_begins_once() -> None:
    assert watched(watched(History(), Instant(5)), Instant(9)).since == 5


def test_what_was_learned_survives_a_restart_and_a_new_map_but_names_nothing_by_itself() -> None:
    state = explain.start(FEET, SETTINGS)
    memory = msgspec.structs.replace(state.memory, history=History(((A, 9.0),), Instant(0)))
    state = explain.restore(explain.snapshot(ExplainState(KNOWN, memory)), FEET, SETTINGS)
    state = explain.start(footprints(NETWORK), SETTINGS, state)
    assert state.memory.history.faults == ((A, 9.0),)
    nothing = Drawn(FEET, 5).evidence({})
    _, said = explain.step(state, FEET, SETTINGS, judged_at(nothing.until), detection(nothing), tick(1000))
    assert all(not each.members for each in said)


def counts(answered: float) -> ProbeCounts:
    """One tick in which this share of all probes answers."""
    rows = [n for n, row in enumerate(FEET.rows) if isinstance(row, ProbeRow)]
    failures = [0 if n < answered * len(rows) else 1 for n in range(len(rows))]
    return ProbeCounts(
        tuple(rows), (1,) * len(rows), tuple(failures), tuple("timeout" if f else None for f in failures)
    )


def test_probes_that_answer_through_what_is_out_are_misses_unless_most_do() -> None:
    out = np.ones(len(FEET.rows))
    some = missed(NONE_MISSED, KNOWN, out, counts(0.25))
    assert sum(answered for _, answered, _ in some.seen) == pytest.approx(0.25 * 24)
    assert missed(NONE_MISSED, KNOWN, out, counts(0.75)) == NONE_MISSED
    assert missed(NONE_MISSED, KNOWN, np.zeros(len(FEET.rows)), counts(0.0)) == NONE_MISSED


@given(st.floats(0.0, 1e4), st.floats(1.0, 1e4))
def test_a_rate_of_misses_errs_high_and_has_a_floor(answered: float, tried: float) -> None:
    rate = rates(Misses((("v0", min(answered, tried), tried),)))["v0"]
    assert MISS <= rate <= 0.5
    assert rate >= min(0.5, min(answered, tried) / (tried + 200.0))


def test_a_vantage_that_often_answers_through_what_is_out_says_less_by_answering() -> None:
    misses = Misses((("v0", 300.0, 1000.0),))
    rows, part = believed(KNOWN, misses)
    assert {getattr(FEET.rows[n], "vantage", "") for n in rows.tolist()} == {"v0"}
    assert np.all((part > 0.0) & (part < 0.5))
    seen = Drawn(FEET).evidence({})
    before, after = tempered(seen, KNOWN), tempered(seen, KNOWN, misses)
    assert np.all(after.value[rows, -1] > before.value[rows, -1])
    others = np.setdiff1d(np.arange(len(FEET.rows)), rows)
    assert np.array_equal(after.value[others], before.value[others])
    assert after.noise.miss is None or after.noise.miss > MISS


def test_the_stage_learns_misses_only_while_a_named_cause_is_out_whole() -> None:
    state = explain.start(FEET, SETTINGS)
    seen = Drawn(FEET).evidence({"a-ups": 1.0})
    for n in range(3):
        state, said = explain.step(
            state, FEET, SETTINGS, judged_at(seen.until), detection(seen), tick(1000 + n, probes=counts(0.0))
        )
        assert said[0].standing == "named to operators"
    assert sum(of for _, _, of in state.memory.misses.seen) == pytest.approx(2 * 8)
