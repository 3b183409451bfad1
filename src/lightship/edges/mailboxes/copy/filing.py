"""Filing a folder's messages, in the order that a death at any point leaves nothing half or twice.

For each group: every message into `tmp` and on disk (many threads), all renamed into `cur`, the directory on disk, the
catalogue committed. So the catalogue never names a file that is not whole, and a file that it does not name is adopted.
"""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.shelf import Prepared, Shelf, Shelved, Wanted
from lightship.edges.mailboxes.copy.spilling import SpilledFile
from lightship.endure.keeping.flags import letters
from lightship.vocabulary.time import Instant

GROUP_MESSAGES = 500
"""What a death costs to fetch again, at most: two halves of 100, and four commands of 75 that were sent ahead."""
HALF_MESSAGES = 100
"""Of a half, one of which is committed while the other comes; its bytes are the shelf's to say."""
BATCH_MESSAGES, BATCH_BYTES = 8, 256_000
"""What one thread prepares at a time: a thread for each message would only take turns."""


class Arrival(NamedTuple):
    """A message of a folder."""

    uid: int
    flags: str
    received: Instant


class Filing:
    """Takes the messages of one folder. Use it as a context: leaving it waits for the last group.

    Between `add` and the end, nobody else uses the catalogue.

    Args:
        folder: its number; uidvalidity: of the UIDs that are filed.
    """

    def __init__(self, copy: Copy, shelf: Shelf, folder: int, uidvalidity: int, at: Instant) -> None:
        self._copy, self._folder, self._uidvalidity, self._at = copy, folder, uidvalidity, at
        self.shelf = shelf
        self._pool = ThreadPoolExecutor(shelf.writers, "mail-write")
        self._clerk = ThreadPoolExecutor(1, "mail-commit")
        self._half: list[Arrival] = []
        self._prepared: list[Future[list[Prepared]]] = []
        self._batch: list[tuple[bytes | SpilledFile, Instant]] = []
        self._held = self._held_in_batch = 0
        self._committing: Future[None] | None = None
        copy.about_to_write()

    def __enter__(self) -> "Filing":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """File what came, whatever ended it: a cut connection loses nothing that had arrived."""
        try:
            self._close_half()
            self._wait()
        finally:
            self._pool.shutdown(cancel_futures=True)
            self._clerk.shutdown()

    def add(self, uid: int, body: bytes | SpilledFile, flags: str, received: Instant) -> None:
        """One message. Raises what went wrong with an earlier one (a full disk, the catalogue)."""
        size = body.size if isinstance(body, SpilledFile) else len(body)
        self._half.append(Arrival(uid, flags, received))
        self._batch.append((body, received))
        self._held += size
        self._held_in_batch += size
        if len(self._batch) >= BATCH_MESSAGES or self._held_in_batch >= BATCH_BYTES:
            self._close_batch()
        if len(self._half) >= HALF_MESSAGES or self._held >= self.shelf.half_bytes:
            self._close_half()

    def _close_batch(self) -> None:
        if self._batch:
            self._prepared.append(self._pool.submit(self.shelf.prepare, self._batch))
        self._batch, self._held_in_batch = [], 0

    def _close_half(self) -> None:
        self._close_batch()
        self._wait()
        if self._half:
            self._committing = self._clerk.submit(self._commit, self._half, self._prepared)
        self._half, self._prepared, self._held = [], [], 0

    def _wait(self) -> None:
        if self._committing is not None:
            self._committing.result()
            self._committing = None

    def _commit(self, group: Sequence[Arrival], prepared: Sequence[Future[list[Prepared]]]) -> None:
        ready = [each for batch in prepared for each in batch.result()]
        known = _numbers(self._copy.db, [each.hash for each in ready])
        wanted = [
            Wanted(one, letters(each.flags), known.get(one.hash))
            for each, one in zip(group, ready, strict=True)
        ]
        # A group may bring the same message twice; the second finds the first in its place.
        first = {each.prepared.hash: each for each in reversed(wanted)}
        shelved = dict(zip(first, self.shelf.shelve(list(first.values())), strict=True))
        for each in wanted:
            if each is not first[each.prepared.hash]:
                self.shelf.drop(each.prepared)
        self._record(group, ready, shelved)

    def _record(
        self, group: Sequence[Arrival], ready: Sequence[Prepared], shelved: dict[bytes, Shelved]
    ) -> None:
        with writing(self._copy.db) as db:
            db.executemany(
                """INSERT OR IGNORE INTO message
                   (hash, size, message_id, received, kept_at, segment, start, length)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                [
                    (one.hash, one.size, one.message_id, each.received, self._at, *shelved[one.hash])
                    for each, one in zip(group, ready, strict=True)
                ],
            )
            db.executemany(
                """INSERT OR REPLACE INTO place (folder, uidvalidity, uid, message, flags, received, seen_at)
                   SELECT ?, ?, ?, id, ?, ?, ? FROM message WHERE hash = ?""",
                [
                    (self._folder, self._uidvalidity, each.uid, each.flags, each.received, self._at, one.hash)
                    for each, one in zip(group, ready, strict=True)
                ],
            )
            db.executemany(
                """UPDATE message SET damaged = '', segment = ?, start = ?, length = ?
                   WHERE hash = ? AND damaged != ''""",
                [(*shelved[one.hash], one.hash) for one in ready],
            )
            db.executemany(
                "DELETE FROM missing WHERE folder = ? AND uidvalidity = ? AND uid = ?",
                [(self._folder, self._uidvalidity, each.uid) for each in group],
            )


def _numbers(db: sqlite3.Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    marks = ",".join("?" * len(hashes))
    return dict(
        db.execute(
            f"SELECT hash, id FROM message WHERE damaged = '' AND hash IN ({marks})", hashes
        ).fetchall()
    )
