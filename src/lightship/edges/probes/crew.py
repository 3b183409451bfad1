"""Several processes that measure, for more than one core; and so that nothing the hub does makes a measurement late.

Each check belongs to one of them, by its name. One that dies is started again; what it had to measure meanwhile is not
measured, which is no evidence of anything.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b

from msgspec.structs import replace

from lightship.edges.clock import Clock, now
from lightship.edges.probes.frames import framed, next_frame
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Took, names
from lightship.edges.probes.selfwatch import SelfWatch
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant

MOST = 64
AGAIN = 1.0
"""Seconds after which one that died is started again."""

SPARE = 2.0
"""Seconds beyond a check's own timeout that a measurement out of turn is waited for."""


class Crew:
    """Has the face of a `Prober`.

    Args:
        size: processes. warned: gets what an operator should know.
    """

    def __init__(
        self, size: int, duties: Sequence[Duty], took: Took, clock: Clock = now,
        warned: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._size, self._took, self._clock, self._warned = size, took, clock, warned
        self._writers: dict[int, asyncio.StreamWriter] = {}
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}
        self._told: dict[int, tuple[list[int], float, int, float]] = {}
        self.watch, self._round = SelfWatch(), 0
        self.replace(duties)

    def replace(self, duties: Sequence[Duty]) -> None:
        """Other duties from here on. One that stays keeps its process and its phase."""
        self._duties, self._round = tuple(duties), self._round + 1
        self._shards: list[list[tuple[int, Duty]]] = [[] for _ in range(self._size)]
        self._place: dict[int, int] = {}
        self._numbers = {_key(duty): number for number, duty in enumerate(duties)}
        for number, (name, duty) in enumerate(zip(names(duties), duties, strict=True)):
            shard = int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) % self._size
            self._shards[shard].append((number, duty))
            self._place[number] = shard
        for shard in self._writers:
            self._tell(shard)

    async def run(self) -> None:
        """Until cancelled; then all of them end."""
        keepers = [asyncio.create_task(self._keep(shard)) for shard in range(self._size)]
        try:
            await asyncio.gather(*keepers)
        finally:
            for each in keepers:
                each.cancel()
            await asyncio.wait(keepers)

    async def measure(self, duty: Duty) -> None:
        """Once, now, by the process whose duty it is. One that is not there just now is not waited for."""
        number = self._numbers.get(_key(duty))
        writer = self._writers.get(self._place[number]) if number is not None else None
        if number is None or writer is None:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(number, []).append(done)
        writer.write(framed(("measure", number)))
        with suppress(TimeoutError):
            async with asyncio.timeout(duty.check.timeout + SPARE):
                await done

    async def _keep(self, shard: int) -> None:
        """One process, and another when it dies."""
        while True:
            ours, theirs = socket.socketpair()
            words = [sys.executable, "-m", "lightship.edges.probes.hand", str(theirs.fileno())]
            child = subprocess.Popen(words, pass_fds=[theirs.fileno()])  # noqa: S603, ASYNC220 - starts at once
            theirs.close()
            reader, writer = await asyncio.open_connection(sock=ours)
            try:
                self._writers[shard] = writer
                self._tell(shard)
                while (frame := await next_frame(reader)) is not None:
                    self._hear(shard, frame)
            finally:
                del self._writers[shard]
                writer.transport.abort()
                child.kill()
                child.wait()
            self._warned(
                f"a process that measures has died (exit code {child.returncode}) and is started again; "
                f"{len(self._shards[shard])} checks were not measured meanwhile"
            )
            await asyncio.sleep(AGAIN)

    def _tell(self, shard: int) -> None:
        self._writers[shard].write(framed(("duties", self._round, self._shards[shard])))

    def _hear(self, shard: int, frame: tuple[object, ...]) -> None:
        match frame:
            case ("seen", int(round), list(seen)):
                if round == self._round:  # what was on its way when the duties changed is of the ones before
                    for each in seen:
                        self._saw(*each)
            case ("ourselves", list(started), float(late), int(stalls), float(lateness)):
                self._told[shard] = started, late, stalls, lateness
                self._add_up()
            case _:
                raise AssertionError(f"not of ours: {frame[0]!r}")

    def _saw(self, number: int, seen: Observation, result: Result | None, at: float) -> None:
        """By the hub's clock, of which the processes know nothing."""
        age = max(0, int((time.monotonic() - at) * 1000))
        self.watch.outcomes[seen.outcome] += 1
        self._took(self._duties[number], replace(seen, at=Instant(self._clock() - age)), result)
        for each in self._waiting.pop(number, ()):
            if not each.done():
                each.set_result(None)

    def _add_up(self) -> None:
        told = list(self._told.values())
        self.watch.started = [sum(counts) for counts in zip(*(each[0] for each in told), strict=True)]
        self.watch.late_seconds = sum(each[1] for each in told)
        self.watch.stalls = sum(each[2] for each in told)
        self.watch.lateness = max(each[3] for each in told)


def _key(duty: Duty) -> tuple[str, str, int]:
    return duty.vantage, duty.check.address, duty.check.family
