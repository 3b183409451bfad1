"""Is the answer the best there is? Held against trying everything, on networks small enough for that."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from lightship.edges.stores.sqlite import SqliteStore
from lightship.explain.score import Fit, Scorer
from lightship.prevent.health import Wiring
from lightship.run.benches.explain.answering import explained, scorer
from lightship.run.benches.explain.cases import Case, Conditions
from lightship.run.benches.explain.watching import watch
from lightship.run.benches.explain.world import World, world
from lightship.run.certifying.certificate import certificate, counts_speak, steps
from lightship.run.certifying.optimum import exact
from lightship.run.certifying.programme import Ways
from lightship.run.cli import run
from lightship.run.replay import Replay
from lightship.simulate.watched.shape import Shape
from tests.support.replays import short

TINY = Shape(
    areas=2, exchanges=5, ducts=2, grid_feeds=2, metros=2, dual_homed=2, metro_pairs=1, pairs=2, sites=2, site_feeds=2
)  # fmt: skip
NOISY = Conditions("A", "", noise=0.02)


@pytest.fixture(scope="module")
def tiny() -> World:
    return world(TINY, 1)


def answered(of: World, *names: str, rounds: int = 2) -> tuple[Scorer, Fit, frozenset[int]]:
    """The objective, the localiser's answer, and the class of its first diagnosis."""
    failed = tuple(sorted(of.feet.index[name] for name in names))  # type: ignore[index]
    seen = watch(of, Case(NOISY, 0, (1, 2, 3), failed))
    for _ in range(rounds):
        seen.look()
    answer = explained(of, of.fresh, seen.evidence())
    objective = scorer(of, answer.evidence)
    return (
        objective,
        objective.fit(answer.parts),
        frozenset(of.feet.index[each] for each in answer.said[0].members),
    )


def test_an_answer_that_is_the_best_is_proven_with_its_margin(tiny: World) -> None:
    objective, answer, members = answered(tiny, "metro-1")
    found = certificate(objective, answer, members, 30.0)
    assert (found.verdict, found.gap, found.why_not) == ("optimal", 0.0, "")
    everything = set(range(tiny.fresh.known.components)) - members
    without = [(), *combinations(everything, 1), *combinations(everything, 2)]
    rival = max(objective.fit(tuple((one, 1.0) for one in some)).total for some in without)
    assert found.margin_proven
    assert found.margin is not None
    assert 0.0 < found.margin <= answer.total - rival + 1e-3


def test_an_answer_that_is_not_the_best_is_told_with_the_gap_and_the_better_one(tiny: World) -> None:
    objective, answer, _ = answered(tiny, "metro-1", "mail-front")
    worse = objective.fit(answer.parts[:1])
    found = certificate(objective, worse, frozenset(), 30.0)
    assert found.verdict == "better found"
    assert found.gap == pytest.approx(answer.total - worse.total, abs=0.01)
    assert len(found.best) == 2
    assert found.margin is None


def test_a_cause_that_pays_only_as_the_first_one_is_not_missed(tiny: World) -> None:
    objective, _, _ = answered(tiny, "exchange-1", rounds=1)
    best = exact(objective, objective.nothing).fit
    singles = [objective.fit(((one, 1.0),)).total for one in range(tiny.fresh.known.components)]
    assert best.total >= max(0.0, *singles) - 1e-6


def test_a_target_that_fails_by_itself_is_among_what_is_proven(tiny: World) -> None:
    known = tiny.fresh.known
    objective, _, _ = answered(tiny, "dns-1a")
    pseudo = next(n for n, each in enumerate(known.pseudo) if each.name.startswith("map-error@"))
    cause = known.components + pseudo
    rows = known.pseudo[pseudo].rows
    objective.table.value[rows, :] = np.linspace(0.0, 6.0, objective.table.value.shape[1])
    fresh = Scorer(known, objective.table, objective.odds[: known.components] - 30.0)
    best = exact(fresh, fresh.nothing).fit
    alone = fresh.fit(((cause, 1.0),))
    assert best.total >= alone.total - 1e-6


def test_a_gate_that_wants_two_of_three_fails_by_any_two(tiny: World) -> None:
    wiring = tiny.truth.wiring
    one, two, three = 0, 1, 2
    ways = Ways(wiring, frozenset({one, two, three}))
    needs = ((one, 1.0), (two, 1.0), (three, 1.0))
    own = {n: ways.of_component(n) for n in (one, two, three)}
    assert len(ways._of((2, needs))) == 3
    assert {frozenset(members) for members in ways.gates[-3:]} == {
        frozenset(pair) for pair in combinations(own.values(), 2)
    }
    assert ways._of((3, needs)) == frozenset().union(*own.values())
    assert isinstance(wiring, Wiring)


def test_no_time_is_no_proof_and_says_so(tiny: World, monkeypatch: pytest.MonkeyPatch) -> None:
    objective, answer, members = answered(tiny, "metro-1", "grid-2")
    monkeypatch.setattr(optimize, "milp", _too_slow)
    found = certificate(objective, answer, members, 1.0)
    assert found.verdict == "not proven"
    assert not found.margin_proven
    assert "--seconds" in found.why_not


def _too_slow(*_: object, **__: object) -> object:
    """HiGHS' answer when its time is over before it has found anything."""

    class Nothing:
        x = None
        status = 1

    return Nothing()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of some minutes of 20 July 2016."""
    folder = tmp_path_factory.mktemp("hub")
    store = SqliteStore(folder / "replay.db")
    Replay(short(before=10, after=10), store, lambda state, at, keys: None).run()
    store.close()
    return folder


def test_where_reports_have_a_say_it_says_why_there_is_no_proof_and_what_was_tried(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "latest", "--data", str(data), "--certify", "--seconds", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["certificate"]
    assert found["verdict"] in ("not proven", "better found")
    assert found["tried"] > 100
    assert "do not add up" in found["why_not"]
    assert found["margin"] > 10
    assert not found["margin_proven"]
    assert run(["explain", "latest", "--data", str(data), "--certify", "--seconds", "1", "--rows", "0"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Held against the best explanation" in told
    assert "explanations scored" in told


def test_steps_are_as_many_as_the_progress_bar_expects_or_fewer(tiny: World) -> None:
    objective, answer, members = answered(tiny, "metro-1")
    assert not counts_speak(objective)
    done: list[None] = []
    certificate(objective, answer, members, 30.0, lambda: done.append(None))
    assert 0 < len(done) <= steps(objective, answer, members)
