"""A process that measures for a hub: it is told its duties, and tells what it saw. It ends when the hub does."""

import asyncio
import os
import signal
import socket
import sys
import time
from typing import Any

import uvloop

from lightship.edges.probes.frames import framed, next_frame
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.vocabulary.signals import Observation

TOGETHER = 0.02
"""Seconds for which what was seen is gathered, so that a thousand measurements a second are fifty messages."""

ABOUT_OURSELVES = 1.0
"""Seconds between two words on how late we are."""


class Hand:
    """One shard of the duties, by their numbers."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer, self._numbers = writer, dict[int, int]()
        self._kept: list[Duty] = []
        self._seen: list[tuple[int, Observation, Result | None, float]] = []
        self._round = 0
        self.prober = Prober((), self._took)

    def hear(self, frame: tuple[Any, ...]) -> None:
        """What the hub says: all duties anew, or one that is to be measured now."""
        if frame[0] == "duties":
            _, self._round, numbered = frame
            self._flush()
            self._kept = [duty for _, duty in numbered]
            self._numbers = {id(duty): number for number, duty in numbered}
            self._by_number = dict(numbered)
            self.prober.replace(self._kept)
        elif (duty := self._by_number.get(frame[1])) is not None:
            task = asyncio.ensure_future(self.prober.measure(duty))
            self._tasks = {each for each in getattr(self, "_tasks", set()) if not each.done()} | {task}

    def _took(self, duty: Duty, seen: Observation, result: Result | None) -> None:
        number = self._numbers.get(id(duty))
        if number is None:
            return  # of duties from before
        if not self._seen:
            asyncio.get_running_loop().call_later(TOGETHER, self._flush)
        self._seen.append((number, seen, result, time.monotonic()))

    def _flush(self) -> None:
        if self._seen:
            self._writer.write(framed(("seen", self._round, self._seen)))
            self._seen = []

    async def tell_about_ourselves(self) -> None:
        """Until cancelled."""
        watch = self.prober.watch
        while True:
            await asyncio.sleep(ABOUT_OURSELVES)
            self._writer.write(
                framed(("ourselves", list(watch.started), watch.late_seconds, watch.stalls, watch.lateness))
            )


async def _run(number: int) -> None:
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=number))
    hand = Hand(writer)
    tasks = [asyncio.create_task(hand.prober.run()), asyncio.create_task(hand.tell_about_ourselves())]
    while (frame := await next_frame(reader)) is not None:
        hand.hear(frame)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the hub's business; we end with it
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    uvloop.run(_run(int(sys.argv[1])))
    os._exit(0)  # nothing is left to be done; the packet engine's thread waits for ever
