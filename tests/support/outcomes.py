"""What a replay left behind in its data folder: everything that must be the same however often it died on the way."""

import hashlib
from pathlib import Path

import msgspec

from lightship.edges.stores.sqlite import SqliteStore
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.updates import Update
from tests.support.replays import digest


class Outcome(msgspec.Struct, frozen=True):
    """A finished replay.

    Args:
        log: digest of all events, reports of effects included.
        effects: what is still to be carried out; empty when all was.
        files: digest of each published file, by path.
    """

    log: str
    decisions: str
    incidents: tuple[Incident, ...]
    updates: tuple[Update, ...]
    effects: int
    files: dict[str, str]


def outcome(data: Path) -> Outcome:
    """Read it from the disk."""
    store = SqliteStore(data / "replay.db")
    try:
        return Outcome(
            log_of(store), digest(list(store.decisions())), store.incidents(), store.updates(), len(store.pending()),
            _files(data / "site"),
        )  # fmt: skip
    finally:
        store.close()


def log_of(store: SqliteStore) -> str:
    """Digest of all events."""
    return hashlib.sha256(msgspec.json.encode(list(store.events()))).hexdigest()


def _files(folder: Path) -> dict[str, str]:
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in found}
