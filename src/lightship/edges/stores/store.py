"""What the hub asks of a store. One writer; everything of one `commit` is written, or nothing of it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from lightship.vocabulary.decisions import Decision, Key
from lightship.vocabulary.events import Logged
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.updates import Update


class Entry(msgspec.Struct, frozen=True):
    """An event and what was decided on it."""

    logged: Logged
    decisions: tuple[Decision, ...]


class Effect(msgspec.Struct, frozen=True):
    """Something to be carried out once, after its commit.

    Args:
        seq: the event that asked for it.
        state: pending until an `EffectReported` event is committed; then that event's outcome.
    """

    key: Key
    seq: int
    kind: str
    state: str = "pending"


class Store(Protocol):
    """A log with projections. Methods raise StoreRefused where the store cannot be used; nothing is then changed."""

    def head(self) -> int:
        """The number of the last committed event; 0 for an empty log."""

    def commit(self, entries: Sequence[Entry]) -> None:
        """Write events, decisions, projections and effects in one transaction, durably."""

    def events(self, after: int = 0) -> Iterator[Logged]:
        """The events with a higher number, in order."""

    def decisions(self, after: int = 0) -> Iterator[tuple[int, Decision]]:
        """The decisions of events with a higher number, in order, each with its event's number."""

    def incidents(self) -> tuple[Incident, ...]:
        """All incidents as they stand, oldest first."""

    def updates(self) -> tuple[Update, ...]:
        """All published messages, oldest first."""

    def pending(self) -> tuple[Effect, ...]:
        """Effects that were committed and not carried out, in order."""

    def newest_snapshot(self) -> tuple[int, bytes] | None:
        """Number of the last event in it, and its bytes."""

    def keep_snapshot(self, seq: int, data: bytes) -> None:
        """Keep one; older ones beyond the last two are dropped."""

    def close(self) -> None:
        """Let go of the store; another hub may open it."""
