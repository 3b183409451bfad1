"""One more observation: scored as a fresh start would score it, and searched for again only where it may matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.detect.evidence import SHARES
from lightship.explain.hypothesis import hypotheses
from lightship.explain.live import Live
from lightship.explain.priors import component_odds
from lightship.explain.solve import solve
from lightship.explain.table import tempered
from lightship.prevent.footprints import footprints
from lightship.vocabulary.observables import ProbeRow
from tests.support.explaining import Drawn, peered

NETWORK = peered({"a": 0.1, "b": 0.2, "c": 0.7}, vantages=8)
FEET = footprints(NETWORK)
KNOWN = hypotheses(FEET)
ODDS = component_odds(NETWORK, {})
PROBES = [n for n, row in enumerate(FEET.rows) if isinstance(row, ProbeRow)]
SILENT = frozenset(PROBES[::3])
SEEN = Drawn(FEET).evidence({"a-ups": 1.0}, silent=SILENT)
SOLVED = solve(KNOWN, SEEN, ODDS)


def fails(*, yes: bool, times: int = 1) -> np.ndarray:
    chance = 0.02 + 0.96 * SHARES
    return np.asarray(times * (np.log(chance / 0.02) if yes else np.log((1 - chance) / 0.98)))


observations = st.lists(st.tuples(st.sampled_from(PROBES), st.booleans(), st.integers(1, 3)), max_size=8)


@given(observations)
@settings(max_examples=40)
def test_what_stands_is_worth_what_a_fresh_table_makes_of_it(said: list[tuple[int, bool, int]]) -> None:
    live = Live.of(SOLVED, SEEN)
    for row, yes, times in said:
        live.observe(row, fails(yes=yes, times=times))
    anew = solve(KNOWN, live.evidence, ODDS)
    held = anew.scorer.fit(SOLVED.fit.parts)
    assert live.total(SOLVED.fit) == pytest.approx(held.total, abs=1e-3)
    for each in live.standing:
        rival = anew.scorer.fit(each.rival.parts)
        assert live.margin(each) == pytest.approx(held.total - rival.total, abs=2e-3)


@given(observations)
@settings(max_examples=40)
def test_when_it_says_that_it_stands_a_search_finds_nothing_else(said: list[tuple[int, bool, int]]) -> None:
    live = Live.of(SOLVED, SEEN)
    for row, yes, times in said:
        live.observe(row, fails(yes=yes, times=times))
    if live.stands:
        members = {frozenset(found.members) for _, found in live.again().solved.classes()}
        assert {frozenset(each.found.members) for each in live.standing} <= members


def test_probes_that_contradict_it_end_its_certainty_and_a_search_takes_them_in() -> None:
    live = Live.of(SOLVED, SEEN)
    assert live.stands
    through = [n for n in PROBES if "beyond-a" in getattr(FEET.rows[n], "target", "")]
    certain = [live.observe(row, fails(yes=False, times=9)) for row in through]
    assert certain[-1] is False
    after = live.again()
    assert all("a-ups" not in {FEET.components[m] for m in each.found.members} for each in after.standing)
    assert after.moved == 0.0


def test_a_row_of_counts_is_refused_since_its_worth_depends_on_the_others() -> None:
    with pytest.raises(ValueError, match="counts reports"):
        Live.of(SOLVED, SEEN).observe(0, np.zeros(len(SHARES)))


def test_with_nothing_named_any_observation_is_worth_a_search() -> None:
    quiet = Drawn(FEET).evidence({}, minutes=3)
    live = Live.of(solve(KNOWN, quiet, ODDS), quiet)
    assert live.stands
    assert live.observe(PROBES[0], fails(yes=True)) is False


def test_the_search_before_keeps_its_own_table() -> None:
    before = SOLVED.scorer.table.value.copy()
    Live.of(SOLVED, SEEN).observe(PROBES[0], fails(yes=True))
    assert np.array_equal(before, SOLVED.scorer.table.value)
    assert np.array_equal(tempered(SEEN, KNOWN).value, before)
