"""Asks targets over given lines and tells what came of it, late and lost included."""

import asyncio
import heapq
import itertools
import os
import time
from collections.abc import Callable, Sequence

import msgspec

from lightship.edges.links.asking import Asking, Echoes, Names, Pages
from lightship.endure.wan import outcomes
from lightship.endure.wan.patience import give_up_after, late_after
from lightship.endure.wan.uplinks import Uplink

Tell = Callable[[float, int, int, int, float], None]
"""Who is told: monotonic seconds, line, target, outcome, seconds. As `Decider.take` takes it."""


class _Sent(msgspec.Struct):
    """One probe on its way."""

    uplink: int
    target: int
    at: float
    late: bool = False


class Prober:
    """Sends one probe when asked to; what is not answered is told as late, then as lost.

    A probe that the system refuses to send (no route, no carrier) is one that is not answered.

    Args:
        tell: called from within the event loop, in the order of time.
    """

    def __init__(self, uplinks: Sequence[Uplink], tell: Tell, name: str = "example.com") -> None:
        self.uplinks, self.tell = uplinks, tell
        self._serial = itertools.count(1)
        self._sent: dict[int, _Sent] = {}
        self._waiting: list[tuple[float, int]] = []
        self._rtt: dict[tuple[int, int], float] = {}
        number = os.getpid() & 0xFFFF
        self._echoes = [Echoes(each, self._answered, number) for each in uplinks]
        self._ask: list[dict[str, Asking]] = [
            {"ping": self._echoes[n], "dns": Names(each, self._answered, name),
             "tcp": (pages := Pages(each, self._answered)), "http": pages}
            for n, each in enumerate(uplinks)
        ]  # fmt: skip

    def open(self) -> None:
        """Open the sockets. Raises Unreachable where a device is not there."""
        for each in self._ask:
            for asking in each.values():
                asking.open()

    def renew(self, uplink: int) -> None:
        """The device of a line has come back as another: what was bound to the old one is opened anew."""
        self._echoes[uplink].renew()

    def can_ping(self) -> bool:
        """Whether this user may send echo requests."""
        return all(each["ping"].ready for each in self._ask)

    def send(self, uplink: int, target: int) -> None:
        """Ask one target now."""
        serial, at = next(self._serial), time.monotonic()
        self._sent[serial] = _Sent(uplink, target, at)
        kind = self.uplinks[uplink].targets[target].kind
        heapq.heappush(self._waiting, (at + late_after(kind, self._rtt.get((uplink, target))), serial))
        self._ask[uplink][kind].send(target, serial)

    def next_due(self) -> float:
        """When `overdue` has something to tell, in monotonic seconds; infinity while nothing is on its way."""
        while self._waiting and self._waiting[0][1] not in self._sent:
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else float("inf")

    def overdue(self) -> None:
        """Tell what is late and what is lost by now."""
        while self.next_due() <= (now := time.monotonic()):
            _, serial = heapq.heappop(self._waiting)
            sent = self._sent[serial]
            kind, age = self.uplinks[sent.uplink].targets[sent.target].kind, now - sent.at
            if sent.late:
                self._forget(serial)
                self.tell(now, sent.uplink, sent.target, outcomes.LOST, age)
            else:
                sent.late = True
                end = sent.at + give_up_after(kind, self._rtt.get((sent.uplink, sent.target)))
                heapq.heappush(self._waiting, (end, serial))
                self.tell(now, sent.uplink, sent.target, outcomes.LATE, age)

    def _forget(self, serial: int) -> None:
        sent = self._sent.pop(serial)
        kind = self.uplinks[sent.uplink].targets[sent.target].kind
        self._ask[sent.uplink][kind].forget(serial)

    def drop(self) -> None:
        """Forget all that is on its way: we slept, and its silence proves nothing."""
        for serial in list(self._sent):
            self._forget(serial)

    def _answered(self, serial: int, right: bool) -> None:
        sent = self._sent.pop(serial, None)
        if sent is None:
            return
        now = time.monotonic()
        key, took = (sent.uplink, sent.target), now - sent.at
        before = self._rtt.get(key, took)
        self._rtt[key] = before + (took - before) * 0.125
        self.tell(now, *key, outcomes.ANSWERED if right else outcomes.WRONG, took)

    async def close(self) -> None:
        """Close the sockets and end what is on its way."""
        tasks = [task for each in self._ask for asking in each.values() for task in asking.close()]
        await asyncio.gather(*tasks, return_exceptions=True)
