"""The way in for events from outside: what people and programs do, from any thread, into the log."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import Event

Decisions = tuple[Decision, ...]


class DoorClosed(StoreRefused):
    """The hub is not up (yet, or any more)."""

    def __init__(self) -> None:
        super().__init__("the hub is not up")


class Door:
    """Closed until the hub is up; then every event goes through the hub's own thread, in order."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._way: tuple[ThreadPoolExecutor, Callable[[Event], Decisions]] | None = None
        self._opened = threading.Event()

    def submit(self, event: Event) -> "Future[Decisions]":
        """Log an event; durable, and carried out, when the future is done. It raises StoreRefused where it is not.

        Raises:
            DoorClosed: nobody listens.
        """
        with self._turn:
            if self._way is None:
                raise DoorClosed
            thread, accept = self._way
            try:
                return thread.submit(accept, event)
            except RuntimeError:
                raise DoorClosed from None

    def open(self, thread: ThreadPoolExecutor, accept: Callable[[Event], Decisions]) -> None:
        """From now on."""
        with self._turn:
            self._way = thread, accept
        self._opened.set()

    def wait(self, seconds: float) -> bool:
        """Whether it has been opened, at the latest after so long."""
        return self._opened.wait(seconds)

    def close(self) -> None:
        """What came before is still done."""
        with self._turn:
            self._way = None
