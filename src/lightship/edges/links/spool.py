"""Reports of switches that wait to be delivered: a file each, on disk before anything is sent, in the order they arose.

A report leaves its file only once it was taken. A death between the two sends it again, under the same `id`.
"""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lightship.edges.links.reporting import deliver
from lightship.vocabulary.errors import Unreachable

FOLDER = "reports"
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds. The line has just changed: what fails now may pass in a moment; a hub that is down may be so for hours."""
KEPT_DAYS, MOST = 30, 10_000
"""What is older, or beyond so many, is given up, and that is said."""


class Spool:
    """The reports of one machine.

    Args:
        folder: where the history is; `where`: the address or file that takes reports.
        note: tells people.
    """

    def __init__(self, folder: Path, where: str, note: Callable[[str], None]) -> None:
        self._folder, self._where, self._note = folder / FOLDER, where, note
        self._news = asyncio.Event()
        self._number = 0

    async def put(self, id: str, body: bytes) -> None:
        """On disk when this returns. A disk that takes nothing is told, and does not stop the protection."""
        self._number += 1
        path = self._folder / f"{time.time_ns() // 1_000_000:015d}-{self._number:04d}-{id}.json"
        try:
            await asyncio.to_thread(_write, path, body)
        except OSError as error:
            self._note(f"{path}: the report is not kept ({error.strerror})")
        self._news.set()

    def waiting(self) -> list[Path]:
        """The oldest first."""
        with suppress(FileNotFoundError):
            return sorted(self._folder.glob("*.json"))
        return []

    async def send(self) -> None:
        """Deliver what waits and what comes, until cancelled."""
        pause, said = FIRST_PAUSE, False
        while True:
            self._news.clear()
            try:
                await self._all()
            except Unreachable as error:
                if not said:
                    self._note(f"{error}; {len(self.waiting())} kept on disk, tried again until it is")
                said = True
                await self._sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                if said:
                    self._note("all reports that waited were taken")
                pause, said = FIRST_PAUSE, False
                await self._news.wait()

    async def _all(self) -> None:
        self._give_up()
        for path in self.waiting():
            body = await asyncio.to_thread(path.read_bytes)
            await asyncio.to_thread(deliver, self._where, path.stem.rpartition("-")[2], body)
            path.unlink(missing_ok=True)

    async def _sleep(self, pause: float) -> None:
        """A new switch may mean that there is a way again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), pause)

    def _give_up(self) -> None:
        every = self.waiting()
        before = (time.time() - KEPT_DAYS * 86_400) * 1000
        old = [path for n, path in enumerate(every) if _at(path) < before or n < len(every) - MOST]
        for path in old:
            path.unlink(missing_ok=True)
        if old:
            self._note(f"{len(old)} reports were never taken and are given up: older than {KEPT_DAYS} days")


def _at(path: Path) -> float:
    stamp = path.name.partition("-")[0]
    return float(stamp) if stamp.isdigit() else 0.0


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
