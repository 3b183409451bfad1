"""Where the events come from: a hub's store, or a scenario that is replayed without one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lightship.edges.stores.reading import StoreReader
from lightship.run.fold import CoreState, restore
from lightship.run.replay import Replay
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import Logged
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.time import HOUR, Instant

BEFORE = HOUR
"""What is shown of the time before an incident: a snapshot must be older than that to start from."""

FILE = ".db"


@dataclass(frozen=True)
class Log:
    """Events to fold, and the state that they follow.

    Args:
        origin: what they were read from, in words.
        length: how many there are; None: not known.
        incidents: as the store has them; empty for a scenario: they are found by folding.
    """

    origin: str
    start: CoreState
    events: Iterator[Logged]
    length: int | None
    incidents: tuple[Incident, ...] = ()
    scenario: Scenario | None = None


def of_scenario(scenario: Scenario, until: Instant | None) -> Log:
    """What a replay would log. Nothing is written."""
    events = Replay(scenario, None, lambda state, at, keys: None, until=until).events()  # type: ignore[arg-type]
    numbered = (Logged(n, at, event) for n, (at, event) in enumerate(events, start=1))
    length = (scenario.end - scenario.start) // 60_000
    return Log(f"replay of {scenario.id}, seed {scenario.seed}", CoreState(), numbered, length, (), scenario)


def of_store(data: Path, wanted: str) -> tuple[Log, IncidentId]:
    """The log of a store from the newest snapshot before the incident on, and the incident's id.

    Raises:
        BadInput: no store there, or no such incident in it.
        StoreRefused: the store cannot be read.
    """
    path = store_file(data)
    reader = StoreReader(path)
    incidents = reader.incidents()
    found = _incident(incidents, wanted, path)
    start, seq = _start(reader, found)
    events = _read(reader, seq)
    return Log(str(path), start, events, reader.head() - seq, incidents), found.id


def store_file(data: Path) -> Path:
    """The store in a folder, or the file itself. Raises BadInput."""
    if data.is_file():
        return data
    if not data.is_dir():
        raise BadInput(
            str(data), "no such file or folder", "the folder that `--data` of watch or replay named"
        )
    found = sorted(each for each in data.iterdir() if each.suffix == FILE and each.is_file())
    if len(found) != 1:
        seen = f"{len(found)} files that end in {FILE}" if found else f"no file that ends in {FILE}"
        raise BadInput(str(data), seen, "a folder with one store in it, or the file of the store")
    return found[0]


def _incident(incidents: tuple[Incident, ...], wanted: str, path: Path) -> Incident:
    real = [each for each in incidents if each.status != "merged"]
    if wanted == "latest" and real:
        return real[-1]
    by_id = {each.id: each for each in incidents}
    found = by_id.get(IncidentId(wanted))
    while found is not None and found.merged_into is not None:
        found = by_id.get(found.merged_into)
    if found is None:
        known = ", ".join(each.id for each in real[-8:])
        hint = (
            f"latest, or one of {known}" if known else "wait until there is an incident: this store has none"
        )
        raise BadInput(wanted, f"no such incident in {path}", hint)
    return found


def _start(reader: StoreReader, incident: Incident) -> tuple[CoreState, int]:
    for seq, at, data in reader.snapshots():
        if at < incident.onset.earliest - BEFORE:
            return restore(data), seq
    return CoreState(), 0


def _read(reader: StoreReader, seq: int) -> Iterator[Logged]:
    try:
        yield from reader.events(after=seq)
    finally:
        reader.close()
