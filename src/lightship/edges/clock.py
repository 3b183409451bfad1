"""The wall clock. The core never reads it: an event carries the instant at which the shell logged it."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lightship.vocabulary.time import Instant

Clock = Callable[[], Instant]


def now() -> Instant:
    """The present, by this machine's clock, which may jump; the log's own instants never go back."""
    return Instant(time.time_ns() // 1_000_000)


def elapsed() -> float:
    """Milliseconds of a clock that cannot be set; only differences mean something."""
    return time.monotonic() * 1000


class SteadyClock:
    """This machine's clock, except that it never goes back.

    It jumps ahead with the machine's clock. After that one was set back, it runs at half its pace until that one has
    caught up: no tick is left out and none comes twice, each lasts two minutes meanwhile. Safe between threads.

    Args:
        since: not earlier than this: the last instant of the log.
    """

    def __init__(
        self, since: Instant = Instant(0), wall: Clock = now, pace: Callable[[], float] = elapsed
    ) -> None:  # fmt: skip
        self._wall, self._pace = wall, pace
        self._at, self._ran = float(max(since, wall())), pace()
        self._alone = threading.Lock()

    def __call__(self) -> Instant:
        """The present."""
        with self._alone:
            ran = self._pace()
            self._at = max(float(self._wall()), self._at + (ran - self._ran) / 2)
            self._ran = ran
            return Instant(int(self._at))

    def ahead(self) -> int:
        """Milliseconds by which it runs ahead of this machine's clock; 0 unless that one was set back."""
        return max(0, self() - self._wall())


def local_zone() -> str:
    """The IANA name of this machine's zone, as TZ or /etc/localtime say; UTC where neither tells."""
    stated = os.environ.get("TZ", "").removeprefix(":")
    if "/" in stated and not stated.startswith("/"):
        return stated
    _, _, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return name.removeprefix("posix/") or "UTC"
