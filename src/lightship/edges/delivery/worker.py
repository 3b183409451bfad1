"""Carries the letters of one channel: claims them, hands them to senders, writes down what became of each.

A letter that is with a sender when the process dies is tried again when its lease has run out, under the same key; over
a channel that cannot tell repeats it is shown as unknown instead.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

from lightship.edges.channels.channel import Asks, Channel, Parcel, Sent, key_of
from lightship.edges.clock import Clock, elapsed
from lightship.edges.delivery.breakers import OURS, Breakers, Bucket
from lightship.edges.stores.outbox import Mark, Outbox, Row
from lightship.tell.outbox.retries import after_try
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import SECOND, Instant

PER_SENDER = 40
"""Letters claimed for each sender, where repeats can be told; a claim and a mark are a commit each."""
MARKED_TOGETHER, MARKED_AFTER = 100, 0.1
"""Results are written down in one commit when so many wait, or after so many seconds."""
SWEEP_EVERY = 15 * SECOND
IDLE_SECONDS = 0.25
ENDING = 5 * SECOND
"""What is with a sender at the end is waited for so long; after that it stays leased, as after a death."""


class Writes(Protocol):
    """Makes letters of rows, and hears what became of them."""

    def parcels(self, rows: Sequence[Row], at: Instant) -> list[Parcel | str]:
        """Each row's letter, or why there is none."""

    def heard(self, results: Sequence[tuple[Row, Sent]], at: Instant) -> None:
        """What became of letters, after it was written down."""


class _Todo(NamedTuple):
    """A letter to send; without a parcel, one to ask about."""

    row: Row
    domain: str
    parcel: Parcel | None


class _Result(NamedTuple):
    """What became of one. `asked`: it was asked about; `sent` None: nobody can say."""

    row: Row
    domain: str
    sent: Sent | None
    asked: bool


class Worker:
    """One channel's worker; any number may share an outbox.

    Args:
        chance: gives a number from [0, 1), for the jitter.
    """

    def __init__(
        self, kind: str, channel: Channel, outbox: Outbox, writes: Writes, clock: Clock, chance: Callable[[], float]
    ) -> None:  # fmt: skip
        self._kind, self._channel, self._outbox, self._writes = kind, channel, outbox, writes
        self._clock, self._chance = clock, chance
        self._breakers, self._bucket, self._swept = (
            Breakers(),
            Bucket(channel.a_second),
            Instant(-SWEEP_EVERY),
        )
        self._todo: queue.SimpleQueue[_Todo | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        self._out = 0
        self._most = channel.connections * (PER_SENDER if channel.repeatable else 1)

    def run(self, stop: threading.Event, until_empty: bool = False) -> None:
        """Carry letters until told to stop (or until none is due); what is with a sender then is waited for a little.

        Raises:
            StoreRefused: the outbox cannot be written.
        """
        senders = [threading.Thread(target=self._send, daemon=True) for _ in range(self._channel.connections)]
        for each in senders:
            each.start()
        try:
            while not stop.is_set():
                claimed = self._fill()
                marked = self._collect()
                if until_empty and not (claimed or marked or self._out):
                    break
                if not (claimed or marked):
                    stop.wait(IDLE_SECONDS if not self._out else 0.0)
        finally:
            self._give_back()
            for _ in senders:
                self._todo.put(None)
            with suppress(StoreRefused):
                ends = elapsed() + ENDING
                while self._out and elapsed() < ends:
                    self._collect()

    def _fill(self) -> int:
        """Claim what there is room for; gives how many rows."""
        now = self._clock()
        if now - self._swept >= SWEEP_EVERY or now < self._swept:
            self._outbox.sweep(now)
            self._swept = now
            self._ask(now)
        room = self._room(now)
        if room <= 0:
            return 0
        rows = self._outbox.claim(self._kind, now, room)
        self._bucket.back(room - len(rows))
        if rows:
            self._dispatch(rows, now)
        return len(rows)

    def _ask(self, now: Instant) -> None:
        """Have the channel asked about doubts, where it can be."""
        if isinstance(self._channel, Asks) and not self._out:
            doubts = self._outbox.doubts(self._kind, now, self._channel.connections)
            self._out += len(doubts)
            for row in doubts:
                self._todo.put(_Todo(row, OURS, None))

    def _room(self, now: Instant) -> int:
        """How many to claim: refilled when half is out, so that commits stay few. One alone tries a broken end."""
        if self._out * 2 > self._most:
            return 0
        pause = self._breakers.until(OURS)
        if pause is not None:
            return 1 if now >= pause and not self._out else 0
        return self._bucket.take(self._most - self._out, now)

    def _dispatch(self, rows: Sequence[Row], now: Instant) -> None:
        put_back: list[Mark] = []
        going: list[_Todo] = []
        for row, parcel in zip(rows, self._writes.parcels(rows, now), strict=True):
            if isinstance(parcel, str):
                put_back.append(Mark(row, "suppressed", said=parcel))
                continue
            domain = self._channel.domain(parcel.address)
            if domain != OURS and not self._breakers.lets_through(domain, now):
                until = max(self._breakers.until(domain) or now, now) + int(self._chance() * 30 * SECOND)
                put_back.append(Mark(row, "new", Instant(until), "its domain does not answer", untried=True))
            else:
                going.append(_Todo(row, domain, parcel))
        if put_back:
            self._outbox.mark(put_back, now)
        if going and not self._channel.repeatable:
            self._outbox.hand_over([each.row for each in going])
        self._out += len(going)
        for each in going:
            self._todo.put(each)

    def _send(self) -> None:
        """One sender's thread."""
        with self._channel.sender() as sender:
            while (todo := self._todo.get()) is not None:
                try:
                    sent = self._asked(todo.row) if todo.parcel is None else sender.send(todo.parcel)
                except Exception as error:  # noqa: BLE001 - a plug-in's mistake must not stop the channel
                    failed = Sent("unknown", f"the channel failed: {error.__class__.__name__}")
                    sent = failed if todo.parcel is not None else None
                self._done.put(_Result(todo.row, todo.domain, sent, todo.parcel is None))

    def _asked(self, row: Row) -> Sent | None:
        assert isinstance(self._channel, Asks), "only those are asked"
        return self._channel.ask(key_of(row.incident, row.number, row.subscriber, row.channel))

    def _collect(self) -> int:
        """Write down what has come back; gives how many."""
        results: list[_Result] = []
        with suppress(queue.Empty):
            ends = elapsed() + MARKED_AFTER * SECOND
            while self._out > len(results) and len(results) < MARKED_TOGETHER:
                results.append(self._done.get(timeout=max(0.0, ends - elapsed()) / SECOND))
        if results:
            now = self._clock()
            tried = [(each, each.sent) for each in results if each.sent is not None and not each.asked]
            self._outbox.mark([self._mark(each, sent, now) for each, sent in tried], now)
            for each in results:
                if each.asked and each.sent is not None:
                    self._outbox.cleared(each.row, each.sent.outcome == "sent", each.sent.said, now)
            self._out -= len(results)
            self._writes.heard([(each.row, sent) for each, sent in tried], now)
        return len(results)

    def _mark(self, result: _Result, sent: Sent, now: Instant) -> Mark:
        row = result.row
        worked = sent.outcome in ("sent", "refused", "gone")
        self._breakers.after(OURS, not sent.ours, now)
        if not sent.ours:
            self._breakers.after(result.domain, worked, now)
        what = after_try(
            sent.outcome, row.tries, row.created, now, self._chance(), self._channel.repeatable, sent.asked
        )
        return Mark(row, what.state, what.due, sent.said)

    def _give_back(self) -> None:
        """What no sender has begun goes back into the queue."""
        left: list[Mark] = []
        with suppress(queue.Empty):
            while True:
                todo = self._todo.get_nowait()
                self._out -= todo is not None
                if todo is not None and todo.parcel is not None:
                    left.append(Mark(todo.row, "new", said="not tried: the worker ended", untried=True))
        if left:
            with suppress(StoreRefused):
                self._outbox.mark(left, self._clock())
