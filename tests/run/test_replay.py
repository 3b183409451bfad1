"""Same log, same decisions, to the byte: whatever the hash seed, the truth, or where the process died."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.fold import CoreState, restore, snapshot, step
from lightship.run.replay import Replay
from lightship.simulate.scenario import Scenario
from lightship.simulate.truth import Truth
from lightship.vocabulary.decisions import ChangeIncident, Decision, Keys, OpenIncident, Publish
from lightship.vocabulary.events import EffectReported, Logged
from lightship.vocabulary.time import Instant
from tests.support.replays import decisions, digest, short

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return short()


@pytest.fixture(scope="module")
def log(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> list[Logged]:
    store = SqliteStore(tmp_path_factory.mktemp("log") / "hub.db")
    Replay(scenario, store, lambda state, at, keys: None).run()
    found = list(store.events())
    store.close()
    return found


def folded(log: list[Logged], state: CoreState | None = None) -> list[tuple[int, Decision]]:
    state, found = state or CoreState(), []
    for logged in log:
        state, decided = step(state, logged)
        found += [(logged.seq, each) for each in decided]
    return found


def test_the_outage_is_opened_and_published(log: list[Logged]) -> None:
    kinds = {type(each) for _, each in folded(log)}
    assert {OpenIncident, ChangeIncident, Publish} <= kinds


def test_the_fold_of_the_log_is_what_the_hub_decided(
    scenario: Scenario, log: list[Logged], tmp_path: Path
) -> None:
    assert digest(folded(log)) == digest(decisions(scenario, tmp_path))


def test_decisions_are_the_same_under_every_hash_seed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.support.replays import *;"
        "print(digest(decisions(short(before=6, after=16), Path(sys.argv[1]))))"
    )
    found = []
    for seed in ("0", "1", "2"):
        (tmp_path / seed).mkdir()
        ran = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)], cwd=ROOT, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        )  # fmt: skip
        found.append(ran.stdout.strip())
    assert len(found[0]) == 64
    assert found[0] == found[1] == found[2]


def test_a_false_truth_changes_no_decision(scenario: Scenario, log: list[Logged], tmp_path: Path) -> None:
    lies = tuple(
        Truth(each.question, each.kind, tuple(replace(s, answer="no", items=("thn",), value=0.9) for s in each.spans))
        for each in scenario.truth
    )  # fmt: skip
    assert lies != scenario.truth
    assert digest(decisions(replace(scenario, truth=lies), tmp_path)) == digest(folded(log))


@pytest.mark.parametrize("part", [0.05, 0.3, 0.36, 0.5, 0.77, 0.95])
def test_a_restart_anywhere_changes_nothing(log: list[Logged], part: float) -> None:
    cut = round(part * len(log))
    state = CoreState()
    for logged in log[:cut]:
        state, _ = step(state, logged)
    again = restore(snapshot(state))
    assert snapshot(again) == snapshot(state)
    assert digest(folded(log[cut:], again)) == digest(folded(log[cut:], state))


def test_a_state_is_not_changed_by_stepping_from_it(log: list[Logged]) -> None:
    state = CoreState()
    for logged in log[: len(log) // 2]:
        state, _ = step(state, logged)
    before = snapshot(state)
    folded(log[len(log) // 2 :], state)
    assert snapshot(state) == before


def test_every_decision_has_a_key_of_its_own_and_a_reason(log: list[Logged]) -> None:
    found = folded(log)
    keys = [each.key for _, each in found]
    assert len(keys) == len({*keys})
    for seq, each in found:
        assert each.key.split(".")[0] == str(seq) == Keys(seq).take().split(".")[0]
        assert each.reason


def test_a_replay_that_was_stopped_goes_on_where_it_was(
    scenario: Scenario, log: list[Logged], tmp_path: Path
) -> None:
    for minutes in (-7, 3, 24):
        store = SqliteStore(tmp_path / "hub.db")
        until = Instant(scenario.t0 + minutes * 60_000)
        Replay(scenario, store, lambda state, at, keys: None, until=until).run()
        store.close()
    store = SqliteStore(tmp_path / "hub.db")
    assert list(store.events()) == log
    assert digest(list(store.decisions())) == digest(folded(log))
    store.close()


def test_an_effect_is_carried_out_again_only_if_it_was_not_reported(
    scenario: Scenario, tmp_path: Path
) -> None:
    carried: list[str] = []

    def dies(state: CoreState, at: Instant, keys: tuple[str, ...]) -> None:
        carried.extend(keys)
        raise KeyboardInterrupt

    store = SqliteStore(tmp_path / "hub.db")
    with pytest.raises(KeyboardInterrupt):
        Replay(scenario, store, dies).run()
    assert [each.key for each in store.pending()] == carried
    assert not any(isinstance(each.event, EffectReported) for each in store.events())
    store.close()

    store = SqliteStore(tmp_path / "hub.db")
    Replay(scenario, store, lambda state, at, keys: carried.extend(keys)).run()
    assert carried[0] == carried[1]
    assert len(carried) == 1 + len(store.updates())
    assert store.pending() == ()
    store.close()
