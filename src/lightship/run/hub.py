"""The hub: log first, decide, commit both in one transaction, then carry out, idempotently, by key.

`serve`, `watch` and `replay` are this same code; they differ in where events come from and what effects do.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec

from lightship.edges.stores.store import Entry, Store
from lightship.run.fold import CoreState, restore, snapshot, step
from lightship.vocabulary.decisions import Decision, Key, Publish
from lightship.vocabulary.events import EffectReported, Event, Logged
from lightship.vocabulary.time import Instant

SNAPSHOT_EVERY = 720
"""Events between snapshots: half a day of ticks; starting again re-folds at most so many."""

Carry = Callable[[CoreState, Instant, tuple[Key, ...]], None]
"""Carries out what was published up to this state: renders the site. May be called again for the same keys."""


@dataclass
class Spent:
    """Seconds that a hub has spent, by what on: by the clock; `processor` of them the machine worked for us."""

    fold: float = 0.0
    render: float = 0.0
    store: float = 0.0
    processor: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Count the time inside."""
        began, worked = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            setattr(self, what, getattr(self, what) + time.perf_counter() - began)
            self.processor[what] = self.processor.get(what, 0.0) + time.process_time() - worked


@dataclass
class Hub:
    """One writer of one store.

    Args:
        group: events that share a transaction, at most; one with an effect always ends its group.
    """

    store: Store
    carry: Carry
    state: CoreState = field(default_factory=CoreState)
    group: int = 1
    seq: int = 0
    last_at: Instant = Instant(0)
    spent: Spent = field(default_factory=Spent)
    _waiting: list[Entry] = field(default_factory=list)
    _kept: int = 0

    @classmethod
    def open(cls, store: Store, carry: Carry, group: int = 1) -> "Hub":
        """Start from the newest snapshot and the later events, effects off; then carry out what was left pending."""
        hub = cls(store, carry, group=group)
        kept = store.newest_snapshot()
        if kept is not None:
            # A snapshot of another version has another shape. It only saves time: the log is the truth.
            with suppress(msgspec.MsgspecError):
                hub.state, hub.seq = restore(kept[1]), kept[0]
            hub._kept = hub.seq
        for logged in store.events(after=hub.seq):
            hub.state, _ = step(hub.state, logged)
            hub.seq, hub.last_at = logged.seq, logged.at
        hub._finish_pending()
        return hub

    def accept(self, at: Instant, event: Event) -> tuple[Decision, ...]:
        """Log an event and decide on it. A clock that went back never takes the log back: its last instant stands.

        With `group` 1 an accepted event is durable; with more, it is durable after the group's commit or `flush`.

        Raises:
            StoreRefused: the commit failed. Nothing of the group was written; open the hub anew.
        """
        at = max(at, self.last_at)
        logged = Logged(self.seq + 1, at, event)
        with self.spent.on("fold"):
            state, decisions = step(self.state, logged)
        entry = Entry(logged, decisions)
        said = tuple(d.key for d in decisions if isinstance(d, Publish))
        if said or len(self._waiting) + 1 >= self.group:
            self._commit(entry)
        else:
            self._waiting.append(entry)
        self.state, self.seq, self.last_at = state, logged.seq, at
        if said:
            self._carry_out(said)
        self._keep_if_due()
        return decisions

    def flush(self) -> None:
        """Commit what waits for its group, and keep a snapshot when one is due."""
        self._commit()
        self._keep_if_due()

    def _keep_if_due(self) -> None:
        if not self._waiting and self.seq - self._kept >= SNAPSHOT_EVERY:
            self.keep_snapshot()

    def keep_snapshot(self) -> None:
        """Keep the state as it stands, so that the next start is quick."""
        self._commit()
        with self.spent.on("store"):
            self.store.keep_snapshot(self.seq, snapshot(self.state))
        self._kept = self.seq

    def close(self) -> None:
        """Commit what waits, keep a snapshot and let go of the store."""
        self.keep_snapshot()
        self.store.close()

    def _commit(self, *more: Entry) -> None:
        with self.spent.on("store"):
            self.store.commit([*self._waiting, *more])
        self._waiting = []

    def _carry_out(self, keys: Sequence[Key]) -> None:
        """The report and the effect's new state are one commit; dying before it means carrying out again, by key."""
        with self.spent.on("render"):
            self.carry(self.state, self.last_at, tuple(keys))
        for key in keys:
            self.accept(self.last_at, EffectReported(key, "sent"))

    def _finish_pending(self) -> None:
        keys = tuple(effect.key for effect in self.store.pending())
        if keys:
            self._carry_out(keys)
            self.flush()
