"""Results of agents on the hub's disk: each (agent, epoch, seq) once, however often it is sent."""

import math
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from lightship.edges.agents.hub.tables import connect, refusals, writing
from lightship.edges.agents.wire import LONGEST_DETAIL, Batch, Line
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import DAY, HOUR, SECOND, Instant

KEPT = 7 * DAY
"""How long a single result is kept. What is older is known by its epoch's lowest seq: sent again, it is still known."""
EPOCHS_KEPT = 90 * DAY
AHEAD = 5 * SECOND
"""An instant further ahead of our own clock is no instant that anything can have been measured at."""

_encode = msgspec.msgpack.Encoder().encode
_line = msgspec.msgpack.Decoder(Line)


class Book:
    """One writer, the hub. Raises StoreRefused: nothing of the batch is kept then."""

    def __init__(self, path: Path, patience_ms: int = 5000) -> None:
        self.path = path
        self._db, self._turn, self._swept = connect(path, patience_ms), threading.Lock(), Instant(0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def take(self, batches: Sequence[tuple[str, Batch]], at: Instant) -> list[list[Observation]]:
        """Keep what is new of each agent's batch, all in one commit; gives what was new. Durable on return."""
        with self._turn, refusals(self.path), writing(self._db):
            self._sweep(at)
            return [self._taken(agent, batch, at) for agent, batch in batches]

    def _taken(self, agent: str, batch: Batch, at: Instant) -> list[Observation]:
        floor = self._floor(agent, batch, at)
        wanted = {line.seq: line for line in batch.lines if line.seq > floor}
        known = self._known(agent, batch.epoch, wanted)
        fresh = [line for seq, line in wanted.items() if seq not in known]
        self._db.executemany(
            "INSERT INTO result (agent, epoch, seq, at, body) VALUES (?, ?, ?, ?, ?)",
            [(agent, batch.epoch, line.seq, line.at, _encode(line)) for line in fresh],
        )
        late = sum(line.at < at - 2 * 60 * SECOND for line in fresh)
        self._db.execute(
            "UPDATE agent SET heard_at = ?, epoch = ?, clock = ?, waiting = ?, dropped = ?, trouble = ?, "
            "late = late + ? WHERE name = ?",
            (at, batch.epoch, batch.clock, batch.waiting, batch.dropped, plain(batch.trouble), late, agent),
        )
        return [observation(agent, line, at) for line in fresh]

    def _floor(self, agent: str, batch: Batch, at: Instant) -> int:
        """The seq up to which all is known: what the agent will not send again."""
        row = self._db.execute(
            "INSERT INTO epoch (agent, epoch, lowest, heard_at) VALUES (?, ?, ?, ?) ON CONFLICT (agent, epoch) DO "
            "UPDATE SET heard_at = excluded.heard_at RETURNING lowest", (agent, batch.epoch, 0, at),
        ).fetchone()  # fmt: skip
        floor = int(row[0]) - 1
        if batch.lowest > row[0]:
            self._db.execute(
                "UPDATE epoch SET lowest = ? WHERE agent = ? AND epoch = ?",
                (batch.lowest, agent, batch.epoch),
            )
        return floor

    def _known(self, agent: str, epoch: str, wanted: Iterable[int]) -> set[int]:
        seqs = list(wanted)
        if not seqs:
            return set()
        asked = "SELECT seq FROM result WHERE agent = ? AND epoch = ? AND seq BETWEEN ? AND ?"
        return {row[0] for row in self._db.execute(asked, (agent, epoch, min(seqs), max(seqs)))}

    def since(self, at: Instant) -> list[Observation]:
        """What was measured from an instant on, in the order of measuring."""
        asked = "SELECT agent, body FROM result WHERE at >= ? ORDER BY at, agent, seq"
        with self._turn, refusals(self.path):
            rows = self._db.execute(asked, (at,)).fetchall()
        return [observation(agent, _line.decode(body), None) for agent, body in rows]

    def count(self, agent: str) -> tuple[int, int]:
        """Results of an agent that are kept, and how many different (epoch, seq) they are: equal, or we are wrong."""
        asked = "SELECT count(*), count(DISTINCT epoch || ' ' || seq) FROM result WHERE agent = ?"
        with self._turn, refusals(self.path):
            kept, different = self._db.execute(asked, (agent,)).fetchone()
        return kept, different

    def _sweep(self, at: Instant) -> None:
        """Results go by age, once their epoch vouches for them."""
        if at - self._swept < HOUR:
            return
        self._db.execute(
            "DELETE FROM result WHERE at < ? AND seq < (SELECT lowest FROM epoch WHERE epoch.agent = result.agent "
            "AND epoch.epoch = result.epoch)", (at - KEPT,),
        )  # fmt: skip
        self._db.execute("DELETE FROM epoch WHERE heard_at < ?", (at - EPOCHS_KEPT,))
        self._swept = at


def observation(agent: str, line: Line, at: Instant | None) -> Observation:
    """As the core knows it. The vantage is whoever sent it, never what the line says; `at`: our own clock.

    What claims to come from the future is suspect: it is kept, and is no evidence.
    """
    sound = line.seconds is None or (math.isfinite(line.seconds) and line.seconds >= 0)
    odd = (at is not None and line.at > at + AHEAD) or not sound
    return Observation(
        Instant(min(line.at, at) if at is not None else line.at), agent, line.address, line.family,
        "suspect" if odd else line.outcome, plain(line.stage)[:40], line.failure, line.seconds if sound else None,
        plain(line.detail),
    )  # fmt: skip


def plain(text: str) -> str:
    """Words from elsewhere, safe on a terminal: one line, no control characters, bounded."""
    return "".join(each if each.isprintable() else " " for each in text[:LONGEST_DETAIL])
