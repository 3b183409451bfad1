"""The bench of the localiser: what is drawn, what counts as right, the baselines, the bars. On a small network."""

import json
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from scipy import sparse

from lightship.prevent.footprints import footprints
from lightship.run.benches.explain import baselines, figures
from lightship.run.benches.explain.answering import answers, explained, scorer
from lightship.run.benches.explain.bars import bars
from lightship.run.benches.explain.baselines import Symptoms
from lightship.run.benches.explain.calibrating import calibration_of
from lightship.run.benches.explain.cases import Case, Conditions
from lightship.run.benches.explain.certain import certain
from lightship.run.benches.explain.form import Form, run
from lightship.run.benches.explain.judging import judge
from lightship.run.benches.explain.plots import by_margin, plots
from lightship.run.benches.explain.report import cells, print_calibration
from lightship.run.benches.explain.scoring import component_right, score, visible
from lightship.run.benches.explain.suites import CONDITIONS, PARTIAL, cases
from lightship.run.benches.explain.watching import Watch, watch
from lightship.run.benches.explain.world import World, world
from lightship.run.certifying.optimum import exact
from lightship.run.cli import cli
from lightship.run.exit_codes import ExitCode
from lightship.simulate.watched import watched
from lightship.simulate.watched.mistaken import mistaken
from lightship.simulate.watched.shape import SMALL, Shape

QUIET = Conditions("A", "0% noise", noise=0.0)


@pytest.fixture(scope="module")
def small() -> World:
    return world(SMALL, 1)


def numbers(of: World, *names: str) -> tuple[int, ...]:
    return tuple(sorted(of.feet.components.index(name) for name in names))


def case(of: World, *names: str, under: Conditions = QUIET) -> Case:
    return Case(under, 0, (1, 2, 3), numbers(of, *names))


def looked(of: World, *names: str, under: Conditions = QUIET, rounds: int = 1) -> Watch:
    seen = watch(of, case(of, *names, under=under))
    for _ in range(rounds):
        seen.look()
    return seen


# --- what is drawn --------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_faults_and_another_seed_others(small: World) -> None:
    drawn = [each.failed for each in cases(small, CONDITIONS["A"][1], 6, 1)]
    assert drawn == [each.failed for each in cases(small, CONDITIONS["A"][1], 6, 1)]
    assert drawn[:3] == [each.failed for each in cases(small, CONDITIONS["A"][1], 3, 1)]
    assert drawn != [each.failed for each in cases(small, CONDITIONS["A"][1], 6, 2)]


def test_two_partial_faults_both_show(small: World) -> None:
    for each in cases(small, CONDITIONS["B"][0], 10, 1):
        kinds = {small.feet.components[one].rpartition("-")[0] for one in each.failed}
        assert len(each.failed) == 2
        assert kinds <= set(PARTIAL)
        assert visible(small, each.failed) == each.failed


def test_one_of_a_pair_does_not_show_and_both_do(small: World) -> None:
    for each in cases(small, CONDITIONS["C"][0], 8, 1):
        assert visible(small, each.failed) == ()
    for each in cases(small, CONDITIONS["C"][2], 8, 1):
        assert len(visible(small, each.failed)) == 2


def test_a_storm_has_as_many_faults_as_it_says(small: World) -> None:
    counts = [len(each.failed) for each in cases(small, CONDITIONS["D"][1], 6, 1)]
    assert min(counts) >= 13
    assert max(counts) <= 30


def test_of_a_mistaken_map_so_many_edges_are_wrong_and_it_still_has_no_circle() -> None:
    right, wrong = watched(SMALL, 1), mistaken(watched(SMALL, 1), 0.1, 1)
    before = [{need.on for gate in each.gates for need in gate.needs} for each in right.components]
    after = [{need.on for gate in each.gates for need in gate.needs} for each in wrong.components]
    lost = sum(len(b - a) for b, a in zip(before, after, strict=True))
    assert 0.06 < lost / sum(map(len, before)) < 0.14
    assert [each.target for each in wrong.probes] == [each.target for each in right.probes]
    assert footprints(wrong).share.nnz > 0
    assert mistaken(right, 0.0, 1).components == right.components


# --- what is seen ---------------------------------------------------------------------------------------------------


def test_without_noise_exactly_what_is_down_fails(small: World) -> None:
    seen = looked(small, "metro-3")
    tests = small.fresh.known.is_probe
    assert (seen.seen[tests] == small.lost(seen.case.failed)[tests]).all()
    table = seen.evidence()
    assert (table.ell[tests & (seen.seen > 0), -1] > 0).all()
    assert (table.ell[tests & (seen.seen == 0), -1] < 0).all()
    assert table.has_data.sum() == tests.sum()


def test_a_partial_fault_takes_its_share_of_the_tests(small: World) -> None:
    seen = looked(small, "peering-1", rounds=20)
    hit = small.fresh.known.is_probe & (seen.down > 0)
    assert seen.seen[hit].sum() / 20 == pytest.approx(seen.down[hit].sum(), rel=0.1)


def test_noise_hits_tests_either_way_and_silent_vantages_say_nothing(small: World) -> None:
    under = Conditions("E", "test", noise=0.1, silent=0.5)
    seen = looked(small, "dns-config", under=under, rounds=10)
    tests = seen.speaking
    assert 0.4 < tests.sum() / small.fresh.known.is_probe.sum() < 0.6
    assert seen.seen[tests & (seen.down == 0)].mean() / 10 == pytest.approx(0.1, abs=0.02)
    assert seen.seen[tests & (seen.down == 1)].mean() / 10 == pytest.approx(0.9, abs=0.03)
    assert not seen.evidence().has_data[small.fresh.known.is_probe & ~tests].any()


def test_what_is_learnt_of_noise_errs_high_and_misstated_noise_is_misstated(small: World) -> None:
    known = watch(small, case(small, "sso", under=Conditions("A", "", noise=0.1)))
    told = watch(small, case(small, "sso", under=Conditions("E", "", noise=0.1, stated=0.2)))
    tests = small.fresh.known.is_probe
    assert 0.08 < known.wrong[tests].mean() < 0.11
    assert 0.015 < told.wrong[tests].mean() < 0.03


def test_seen_by_reports_alone_hit_areas_report_more() -> None:
    counted = world(SMALL, 1, "reports")
    seen = looked(counted, "dns-config", rounds=3)
    table = seen.evidence()
    broadband = np.flatnonzero(seen.down > 0.9)
    assert table.seen[broadband].sum() > 10 * table.expected[broadband].sum()
    assert table.ell[broadband].max(axis=1).min() > 0


# --- what counts as right -------------------------------------------------------------------------------------------


def test_a_set_is_right_only_if_all_that_shows_is_named_and_nothing_false(small: World) -> None:
    failed = numbers(small, "duct-1", "mail-front")
    assert score(small, failed, failed).set_right
    less, more = numbers(small, "duct-1"), numbers(small, "duct-1", "mail-front", "portal")
    assert not score(small, less, failed).set_right
    assert (score(small, less, failed).right, score(small, less, failed).found) == (1, 1)
    assert not score(small, more, failed).set_right
    assert (score(small, more, failed).named, score(small, more, failed).right) == (3, 2)


def test_a_hidden_fault_is_not_missed_when_nobody_names_it_and_right_when_somebody_does(small: World) -> None:
    failed = numbers(small, "dns-1a", "portal")
    unnamed = score(small, numbers(small, "portal"), failed)
    assert (unnamed.visible, unnamed.found, unnamed.set_right) == (1, 1, True)
    assert score(small, failed, failed).right == 2


def test_components_that_take_the_same_symptoms_count_as_one(small: World) -> None:
    metro, feed = numbers(small, "metro-1"), numbers(small, "metro-feed-1")
    assert score(small, feed, metro).set_right
    assert component_right(small, feed[0], metro)
    assert not component_right(small, numbers(small, "metro-2")[0], metro)
    nodes, feeds = numbers(small, "core-1a", "core-1b"), numbers(small, "core-feed-1", "core-1b")
    assert score(small, nodes, feeds).set_right


def test_two_sites_and_the_feed_under_both_are_one_answer(small: World) -> None:
    assert score(small, numbers(small, "site-feed-1"), numbers(small, "peering-1", "peering-4")).set_right


def test_a_hidden_component_stands_for_no_other_hidden_one(small: World) -> None:
    assert not component_right(small, numbers(small, "dns-1a")[0], numbers(small, "dns-2a"))


# --- the baselines --------------------------------------------------------------------------------------------------


def table_of(*rows: str, down: str) -> Symptoms:
    """One line a component: x where it touches the row."""
    touches = np.array([[float(cell == "x") for cell in row] for row in rows])
    return Symptoms(sparse.csr_array(touches), np.array([float(cell == "x") for cell in down]))


def test_the_shared_ancestor_is_what_most_failing_rows_have_in_common_and_the_smallest_such() -> None:
    assert baselines.shared_ancestor(table_of("xxxxxx", "xxx...", "xx....", down="xxx...")) == (1,)
    assert baselines.shared_ancestor(table_of("xx", down="..")) == ()


def test_risk_groups_take_what_explains_most_among_those_hit_enough() -> None:
    groups = table_of("xxxxxx", "xxx...", "....x.", down="xxx.x.")
    assert baselines.risk_groups(groups, 0.8) == (1, 2)
    assert baselines.risk_groups(groups, 0.5) == (0,)


def test_plain_greedy_finds_one_fault_and_cannot_find_a_pair(small: World) -> None:
    one = baselines.greedy(scorer(small, looked(small, "grid-2").evidence()))
    assert score(small, [cause for cause, _ in one.parts], numbers(small, "grid-2")).set_right
    pair = baselines.greedy(scorer(small, looked(small, "core-1a", "core-1b").evidence()))
    named = [cause for cause, _ in pair.parts if cause < small.fresh.known.components]
    assert not score(small, named, numbers(small, "core-1a", "core-1b")).set_right


def test_the_constant_answer_does_not_look_at_anything(small: World) -> None:
    assert baselines.constant(small) == numbers(small, "dns-config")


# --- the exact optimum ----------------------------------------------------------------------------------------------


TINY = Shape(
    areas=2, exchanges=5, ducts=2, grid_feeds=2, metros=2, dual_homed=2, metro_pairs=1, pairs=2, sites=2, site_feeds=2
)  # fmt: skip


@pytest.fixture(scope="module")
def tiny() -> World:
    return world(TINY, 1)


@pytest.mark.parametrize("failed", [
    ("metro-1",), ("metro-1", "grid-2"), ("core-feed-1", "core-feed-2"), ("dns-1a", "dns-1b"), ("sso", "exchange-3"),
    ("peering-1",), ("peering-2", "duct-1"), ("radius-1a",),
])  # fmt: skip
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_the_exact_optimum_is_that_of_trying_everything(
    tiny: World, failed: tuple[str, ...], noise: float
) -> None:
    objective = scorer(
        tiny, looked(tiny, *failed, under=Conditions("A", "", noise=noise), rounds=2).evidence()
    )
    found = exact(objective, objective.nothing)
    everything = range(tiny.fresh.known.components)
    tried = [(), *combinations(everything, 1), *combinations(everything, 2)]
    best = max(objective.fit(tuple((one, 1.0) for one in some)).total for some in tried)
    assert found.proven
    assert found.fit.total >= best - 1e-6


def test_the_optimum_without_a_component_does_not_use_it(tiny: World) -> None:
    objective = scorer(tiny, looked(tiny, "metro-1", rounds=2).evidence())
    best = exact(objective, objective.nothing).fit
    without = frozenset(cause for cause, _ in best.parts)
    less = exact(objective, objective.nothing, without)
    assert less.proven
    assert less.fit.total <= best.total
    assert without.isdisjoint(cause for cause, _ in less.fit.parts)


def test_exact_says_for_which_faults_there_is_evidence_enough(tiny: World) -> None:
    drawn = case(tiny, "metro-1", "mail-store-2", under=Conditions("A", "", noise=0.02))
    seen = watch(tiny, drawn)
    (answer,) = answers(seen, (2,))
    assert certain(tiny, drawn, answer) == numbers(tiny, "metro-1")


# --- judging and bars -----------------------------------------------------------------------------------------------


def test_a_plain_fault_is_named_published_and_scored_from_end_to_end(small: World) -> None:
    found = judge(small, case(small, "duct-3"))
    assert found.named == found.failed == found.reported == ("duct-3",)
    assert found.scores["ours"].set_right
    assert found.totals.answer == found.totals.truth > 0
    assert all(said.published and said.right for said in found.said)


def test_an_update_by_one_observation_is_a_step_of_its_own(small: World) -> None:
    seen = looked(small, "duct-3")
    first = explained(small, small.fresh, seen.evidence(), "first")
    second = explained(small, first.state, seen.evidence(), "first")
    assert second.said == first.said


def test_bars_that_were_not_drawn_are_not_measured_and_none_is_left_out(small: World) -> None:
    judged = [judge(small, case(small, "duct-3"))]
    named = dict(bars(judged))
    assert named["A recall"].figure == named["A precision"].figure == 1.0
    assert named["B set"].verdict == "not measured"
    assert named["A set, beside exact"].why_not
    assert len(named) == 14


def test_a_wrong_published_cause_is_counted_once_however_long_it_stands(small: World) -> None:
    found = judge(small, case(small, "duct-3"))
    wrong = tuple(msgspec.structs.replace(said, right=False) for said in found.said)
    words = figures.published([msgspec.structs.replace(found, said=wrong)])
    assert [each.right for each in words] == [False]
    assert dict(bars([msgspec.structs.replace(found, said=wrong)]))["A-D published"].verdict == "BROKEN"


def test_the_bar_of_five_per_cent_does_not_count_cases_with_fifteen(small: World) -> None:
    found = judge(small, case(small, "duct-3"))
    wrong = tuple(msgspec.structs.replace(said, right=False) for said in found.said)
    five = msgspec.structs.replace(found, suite="E", cell="5 % of edges wrong")
    fifteen = msgspec.structs.replace(found, suite="E", cell="15 % of edges wrong", said=wrong)
    told = dict(bars([five, fifteen]))
    assert told["E 5 % published"].figure == 1.0
    assert told["E 15 % published"].figure == 0.0


def test_an_answer_below_the_truth_breaks_its_bar(small: World) -> None:
    found = judge(small, case(small, "duct-3"))
    totals = msgspec.structs.replace(found.totals, answer=found.totals.truth - 1.0)
    assert dict(bars([msgspec.structs.replace(found, totals=totals)]))["A-D below the truth"].figure == 1.0


def test_margins_are_grouped_and_each_plot_is_drawn(small: World) -> None:
    judged = [judge(small, case(small, name)) for name in ("duct-3", "portal")]
    said = [each for one in judged for each in one.said]
    assert sum(found.of for _, _, found in by_margin(said)) == len(said)
    drawn = plots(judged, cells(judged))
    assert set(drawn) == {"calibration", "noise", "suites"}
    assert all(svg.startswith("<svg ") and svg.count("<svg") == svg.count("</svg>") for svg in drawn.values())


def test_a_curve_is_fitted_to_one_half_and_held_against_the_other(
    small: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found = judge(small, case(small, "duct-3"))
    low = msgspec.structs.replace(found.said[0], margin=2.0, right=False)
    high = msgspec.structs.replace(found.said[0], margin=50.0, right=True)
    half = [msgspec.structs.replace(found, number=n, said=(low, high)) for n in range(100)]
    made = calibration_of(half, "a test")
    assert made is not None
    assert made.curve.draws == 100
    assert made.new.brier < 0.01
    assert made.in_use.named == figures.Share(50, 50)
    assert calibration_of(half[:2], "a test") is None
    print_calibration(half)
    told = " ".join(capsys.readouterr().out.split())
    assert "in use: a cause is named from 10.0 nats; of the other half's, 50 of 50 so named are right" in told


def test_a_share_of_nothing_is_unknown() -> None:
    assert figures.Share(0, 0).value is None
    assert figures.Share(0, 0).interval is None
    assert figures.Share(5, 5).interval == (0.566, 1.0)


def test_all_suites_run_and_the_same_form_gives_the_same_cases() -> None:
    form = Form(seed=5, suites=("A", "F"), count=1, shape=SMALL, exact=False)
    once, again = ([_without_time(each) for each in run(form)] for _ in range(2))
    assert once == again
    assert len(once) == form.total == 6


def _without_time(judged: object) -> object:
    return msgspec.structs.replace(judged, seconds=0.0, update_seconds=0.0)  # type: ignore[type-var]


def test_the_command_prints_bars_and_writes_results_plots_and_every_case(tmp_path: Path) -> None:
    asked = [
        "bench",
        "explain",
        "--size",
        "small",
        "--suite",
        "B",
        "--no-exact",
        "--cases",
        "1",
        "--json",
        "--output",
        str(tmp_path),
    ]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code in (ExitCode.OK, ExitCode.CHECK_FAILED), done.output
    assert {line["name"] for line in json.loads(done.stdout)} >= {"B set", "explain", "update"}
    document = json.loads((tmp_path / "explain.json").read_bytes())
    assert document["simulated"] is True
    assert len(document["cases"]) == 3
    assert (tmp_path / "calibration.svg").read_text().startswith("<svg ")
    assert "Simulated" in (tmp_path / "explain.html").read_text()
