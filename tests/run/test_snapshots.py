"""Snapshots of a long replay: kept on the way, so that a restart folds the rest alone, and changing nothing."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.hub import SNAPSHOT_EVERY, Hub
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.simulate.offsets import parse_offset
from lightship.vocabulary.events import SettingsChanged
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant
from tests.support.outage_file import write_outage
from tests.support.outcomes import log_of
from tests.support.replays import digest


def test_a_restart_from_a_snapshot_ends_as_if_there_had_been_none(tmp_path: Path) -> None:
    scenario = replace(open_scenario(str(write_outage(tmp_path))), start=parse_offset("-12h"))
    found = []
    for name, stops in (("whole", ()), ("stopped", ("10m", "30m"))):
        for until in (*stops, None):
            store = SqliteStore(tmp_path / name)
            stop = Instant(scenario.t0 + parse_offset(until)) if until else None
            Replay(scenario, store, lambda state, at, keys: None, until=stop).run()
            kept = store.newest_snapshot()
            assert kept is not None
            assert kept[0] >= SNAPSHOT_EVERY
            found.append((log_of(store), digest(list(store.decisions()))))
            store.close()
    assert found[-1] == found[0]


def test_a_snapshot_of_another_version_is_left_aside_and_the_log_is_read_instead(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    hub = Hub.open(store, lambda state, at, keys: None)
    hub.accept(Instant(1), SettingsChanged(Settings(runs_it="the harbour")))
    store.keep_snapshot(hub.seq, msgspec.msgpack.encode({"of": "another version"}))
    store.close()
    again = Hub.open(SqliteStore(tmp_path / "hub.db"), lambda state, at, keys: None)
    assert again.state.settings.runs_it == "the harbour"
    assert again.seq == hub.seq
    again.close()
