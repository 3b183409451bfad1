"""Workers in processes of their own, killed with SIGKILL at random instants, until every letter is settled."""

import multiprocessing
import os
import random
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as EventType
from pathlib import Path

import msgspec

from lightship.edges.channels.channel import open_channel
from lightship.edges.clock import now
from lightship.edges.delivery.worker import Worker
from lightship.edges.stores.outbox import LEASE, Outbox
from lightship.run.benches.tell.world import MadeUp, network
from lightship.vocabulary.time import Instant

PRELOADED = (
    "lightship.run.benches.tell.lives",
    "lightship.edges.channels.email",
    "lightship.edges.channels.sms",
)
NUMBER = "+4477009{0}"
Options = dict[str, str | int | bool]
OPEN = ("new", "leased", "sending")


class Life(msgspec.Struct, frozen=True):
    """What a worker is to do. `later`: milliseconds that its clock is ahead, so that leases run out without waiting."""

    store: str
    channel: str
    options: Options
    later: int
    address: str


def live(life: Life, begun: EventType) -> None:
    """One worker, until the queue has nothing that is due. `begun` is set before its first claim."""
    writes = MadeUp(network(), life.address)
    outbox = Outbox(Path(life.store))
    channel = open_channel(life.channel, life.options, "bench")
    begun.set()
    Worker(life.channel, channel, outbox, writes, lambda: Instant(now() + life.later), random.random).run(
        threading.Event(), until_empty=True
    )


class Killer:
    """Starts workers and kills them.

    Args:
        seed: of the instants.
    """

    def __init__(self, store: Path, channel: str, options: Options, address: str, seed: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(PRELOADED))
        self._life = Life(str(store), channel, options, 0, address)
        self._chance, self.deaths = random.Random(seed), 0  # noqa: S311 - a drawing that can be repeated

    def run(self, deaths: int, workers: int = 2, longest: float = 0.6) -> None:
        """Kill so many times, then let the last ones finish; fewer where no letter is left before that."""
        later = 0
        while True:
            begun = self._context.Event()
            alive = [self._start(later, begun) for _ in range(workers)]
            if self.deaths < deaths:
                begun.wait(20)
                time.sleep(self._chance.uniform(0.0, longest))
                for each in alive:
                    self._kill(each)
            for each in alive:
                each.join()
            later += LEASE + 60_000 * 31  # leases have run out, and whatever waits is due
            if not self._is_open():
                return

    def _start(self, later: int, begun: EventType) -> BaseProcess:
        life = msgspec.structs.replace(self._life, later=later)
        process = self._context.Process(target=live, args=(life, begun))
        process.start()
        return process

    def _kill(self, process: BaseProcess) -> None:
        if process.is_alive() and process.pid is not None:
            with suppress(ProcessLookupError):  # it has ended by itself just now
                os.kill(process.pid, signal.SIGKILL)
                self.deaths += 1

    def _is_open(self) -> bool:
        outbox = Outbox(Path(self._life.store))
        counts = outbox.counts().get(self._life.channel, {})
        outbox.close()
        return any(counts.get(state, 0) for state in OPEN)  # type: ignore[call-overload]  # states are words
