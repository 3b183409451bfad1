"""Short replays for tests: half an hour around the onset of a shipped scenario, through a real store."""

import hashlib
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.simulate.offsets import Offset
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.time import MINUTE


def short(name: str = "bt-2016-07-20", before: int = 12, after: int = 24) -> Scenario:
    """A shipped scenario cut to minutes before and after its onset."""
    return replace(open_scenario(name), start=Offset(-before * MINUTE), end=Offset(after * MINUTE))


def decisions(scenario: Scenario, folder: Path, name: str = "hub.db") -> list[tuple[int, Decision]]:
    """All decisions of a replay, as the store has them."""
    store = SqliteStore(folder / name)
    Replay(scenario, store, lambda state, at, keys: None).run()
    found = list(store.decisions())
    store.close()
    return found


def digest(found: list[tuple[int, Decision]]) -> str:
    """Equal for equal decisions, byte for byte."""
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest()
