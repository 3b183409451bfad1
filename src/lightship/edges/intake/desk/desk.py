"""Many drafts at once, one commit for all that wait: accepted means durable, and a full desk says so at once."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.edges.clock import Clock
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.draft import Draft
from lightship.vocabulary.errors import StoreRefused

WAITING = 4096
"""Drafts that may wait; the next is turned away."""

TOGETHER = 1024
"""Drafts of one commit, at most."""

Accepted = Future[bool]
"""True: counted. False: the same voice named the service within the last six hours. Raises StoreRefused."""


class DeskFull(Exception):
    """More reports than can be written down just now."""


class Desk:
    """Takes drafts from any thread and writes them down on its own. Who counts them reads the book."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._book, self._clock = Book(path), clock
        self._waiting: queue.Queue[tuple[Draft, Accepted] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._work, name="reports", daemon=True)

    @property
    def book(self) -> Book:
        """What is on disk."""
        return self._book

    def submit(self, draft: Draft) -> Accepted:
        """Write it down soon. Raises DeskFull at once where too many wait."""
        accepted: Accepted = Future()
        try:
            self._waiting.put_nowait((draft, accepted))
        except queue.Full:
            raise DeskFull from None
        return accepted

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What waits is written down first."""
        self._waiting.put(None)
        self._thread.join(10)
        self._book.close()

    def _work(self) -> None:
        ended = False
        while not ended:
            batch, ended = self._next()
            if batch:
                self._write(batch)

    def _next(self) -> tuple[list[tuple[Draft, Accepted]], bool]:
        """All that waits, and whether the end has come. Waits for the first."""
        batch: list[tuple[Draft, Accepted]] = []
        each = self._waiting.get()
        while each is not None:
            batch.append(each)
            if len(batch) >= TOGETHER or self._waiting.empty():
                return batch, False
            each = self._waiting.get()
        return batch, True

    def _write(self, batch: Sequence[tuple[Draft, Accepted]]) -> None:
        try:
            found = self._book.take([draft for draft, _ in batch], self._clock())
        except StoreRefused as refused:
            for _, accepted in batch:
                accepted.set_exception(refused)
            return
        for (_, accepted), report in zip(batch, found, strict=True):
            accepted.set_result(report is not None)
