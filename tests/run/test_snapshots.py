"""Snapshots of a long replay: kept on the way, so that a restart folds the rest alone, and changing nothing."""

from pathlib import Path

from msgspec.structs import replace

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.hub import SNAPSHOT_EVERY
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.simulate.offsets import parse_offset
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
