"""`lightship promise` and the operators' files: promised against seen."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run import promising
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.run.fold import CoreState, step
from lightship.run.hub import Hub
from lightship.vocabulary.events import Logged, MapChanged, OperatorAct, SettingsChanged
from lightship.vocabulary.promise import Promise
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant, judged_at, start_of
from tests.support.small_network import network
from tests.support.ticks import NOON, Stream


def store_of(path: Path, ticks: int = 90) -> None:
    hub = Hub.open(SqliteStore(path), lambda state, at, keys: None)
    made = network()
    hub.accept(start_of(NOON), SettingsChanged(Settings(false_alarms_a_year=24.0)))
    hub.accept(start_of(NOON), MapChanged(made))
    assert hub.state.stages is not None
    stream = Stream(hub.state.stages.feet, 1)
    for n in range(ticks):
        tick = stream.tick(NOON + n)
        hub.accept(judged_at(tick.tick), tick)
    hub.close()


def test_a_store_says_what_was_promised_and_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store_of(tmp_path / "lightship.db")
    assert run(["promise", str(tmp_path)]) == ExitCode.OK
    text = capsys.readouterr().out
    assert "24 a year" in text
    assert "seen 0 [0.0, 3.0]" in text
    assert "not yet calibrated here" in text
    assert run(["promise", str(tmp_path / "lightship.db"), "--json"]) == ExitCode.OK
    found = json.loads(capsys.readouterr().out)
    assert found["ticks"] == 90
    assert found["promise"]["a_year"] == 24.0
    assert found["thresholds"]["area"] > found["thresholds"]["probes alone"] - 10


def test_metrics_are_the_text_format_of_prometheus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store_of(tmp_path / "lightship.db", 3)
    assert run(["promise", str(tmp_path), "--metrics"]) == ExitCode.OK
    lines = capsys.readouterr().out.splitlines()
    sample = re.compile(r'lightship_[a-z_]+(\{class="[a-z -]+"\})? -?[0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")} == named
    assert "lightship_false_alarms_budget_per_year 24" in lines


def test_of_a_store_in_use_the_hubs_own_files_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lightship.db"
    store_of(path, 3)
    held = SqliteStore(path)
    assert run(["promise", str(path)]) == ExitCode.STORE_REFUSED
    hub = Hub.open(held, lambda state, at, keys: None)
    found = promising.standing(hub.state, hub.last_at)
    assert found is not None
    promising.write(found, tmp_path / promising.FOLDER)
    assert run(["promise", str(path)]) == ExitCode.OK
    assert "24 a year" in capsys.readouterr().out
    (tmp_path / promising.FOLDER / "promise.json").write_text("{rubbish")
    assert run(["promise", str(path)]) == ExitCode.BAD_INPUT
    held.close()


def test_the_page_stands_alone_and_says_what_is_simulated(tmp_path: Path) -> None:
    store_of(tmp_path / "lightship.db", 3)
    hub = Hub.open(SqliteStore(tmp_path / "lightship.db"), lambda state, at, keys: None)
    found = promising.standing(hub.state, hub.last_at)
    assert found is not None
    page = promising.page(msgspec.structs.replace(found, simulated=True))
    assert "SIMULATED" in page
    assert "<script" not in page
    assert "http" not in page
    assert "simulated" not in promising.page(found).lower()


@pytest.mark.parametrize("where", ["nowhere-at-all", "."])
def test_what_is_no_store_and_no_scenario_is_refused_with_its_name(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["promise", where]) == ExitCode.BAD_INPUT
    assert where in capsys.readouterr().err


def test_an_empty_store_was_never_watched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SqliteStore(tmp_path / "lightship.db").close()
    assert run(["promise", str(tmp_path)]) == ExitCode.BAD_INPUT
    assert "nothing was ever watched" in capsys.readouterr().err


def test_what_a_person_says_of_an_incident_counts_for_its_alarms() -> None:
    state, made = CoreState(), network()
    state, _ = step(state, Logged(1, start_of(NOON), SettingsChanged(Settings())))
    state, _ = step(state, Logged(2, start_of(NOON), MapChanged(made)))
    assert state.stages is not None
    stream, seq = Stream(state.stages.feet, 3), 2
    rows = stream.rows_of("voice", "0110", "0111", "0112", "0113")
    for n in range(150):
        more = rows * 3.0 if n >= 120 else None
        tick, seq = stream.tick(NOON + n, more), seq + 1
        state, _ = step(state, Logged(seq, judged_at(tick.tick), tick))
    (incident,) = state.incidents
    assert promise_of(state).seen == 1
    at = Instant(judged_at(NOON) + 150 * 60_000)
    false, _ = step(state, Logged(seq + 1, at, OperatorAct("op", "suppress", incident.id)))
    assert (promise_of(false).seen, promise_of(false).said_false) == (1, 1)
    true, _ = step(state, Logged(seq + 1, at, OperatorAct("op", "confirm", incident.id)))
    assert (promise_of(true).seen, promise_of(true).confirmed) == (0, 1)


def promise_of(state: CoreState) -> Promise:
    found = promising.standing(state, Instant(0))
    assert found is not None
    return found.promise
