"""An agent's process: measures on one loop, keeps results on a thread, talks to its hub on two more.

Neither disk nor hub ever stands in the way of a measurement.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from lightship.edges.agents.own.allowed import Allowed
from lightship.edges.agents.own.clocks import Clocks
from lightship.edges.agents.own.folder import OWN_FILE, SPOOL, Folder, Identity
from lightship.edges.agents.own.hub_line import HubLine
from lightship.edges.agents.own.spool import Spool
from lightship.edges.agents.wire import Orders
from lightship.edges.clock import now
from lightship.edges.probes.insisting import Insisting
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober, Took
from lightship.edges.probes.reach import bounded
from lightship.run.agents.duties import Work, work
from lightship.run.agents.talking import Notes, Talking
from lightship.run.output import counted
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.signals import Observation

ASKED_EVERY = 1.0
"""Seconds between two measurements of one target out of turn, at least."""
FLUSH = 0.5
"""Seconds between two writes to disk; a failure is written at once."""


class Guarded(Prober):
    """A prober that measures what its agent may, and says of the rest that it was not measured."""

    def __init__(self, duties: tuple[Duty, ...], allowed: Allowed, took: Took) -> None:
        super().__init__(duties, took)
        self._allowed, self._hears = allowed, took

    def _in_batches(self, due: Sequence[tuple[str, Duty]]) -> list[tuple[str, Duty]]:
        """Each by itself, so that each is looked at first."""
        return list(due)

    async def measure(self, duty: Duty) -> None:
        """Once, now, if it may be."""
        check = duty.check
        why = await self._allowed.refusal(check.host, check.port)
        if why:
            unmeasured = Observation(now(), duty.vantage, check.address, check.family, "missed", detail=why)
            self._hears(duty, unmeasured, None)
        else:
            with bounded(self._allowed.why_not):
                await super().measure(duty)


class AgentRun:
    """One agent, until cancelled.

    Args:
        says: prints a line for whoever watches. saw: gets every measurement.

    Raises:
        BadInput, StoreRefused: its folder is not sound.
    """

    def __init__(self, folder: Folder, says: Callable[[str], None], saw: Took) -> None:
        self._folder, self._says, self._saw = folder, says, saw
        self._notes, identity, self._own = Notes(says), folder.identity(), folder.own_file()
        own_file = folder.path / OWN_FILE
        self._allowed = Allowed(self._own.own, f"{own_file} own")
        HubLine(self._own.hubs, where=f"{own_file} hubs")  # a mistake in them is said now, not on a thread
        self._orders = self._kept_orders(identity)
        self._spool = Spool(folder.path / SPOOL, Clocks(), int(self._own.spool_mb * 1024 * 1024))
        self._talking = Talking(
            folder,
            identity,
            self._own.hubs,
            self._spool,
            self._notes,
            self._orders.serial,
            self._ordered,
            self._asked,
        )
        self._prober = Guarded((), self._allowed, self._took)
        self._insisting = Insisting(self._prober.measure)
        self._results: queue.SimpleQueue[Observation] = queue.SimpleQueue()
        self._wake, self._ended = threading.Event(), threading.Event()
        self._duties: dict[tuple[str, int], Duty] = {}
        self._asked_at: dict[tuple[str, int], float] = {}
        self._out_of_turn: set[asyncio.Task[None]] = set()

    def _kept_orders(self, identity: Identity) -> Orders:
        """Those of before; where they were altered, none until the hub sends them again."""
        try:
            return self._folder.orders(identity)
        except BadInput as error:
            self._says(str(error))
            return Orders(identity.agent, 0)

    async def run(self) -> None:
        """Until cancelled; what was measured is on disk then."""
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        keeping = threading.Thread(target=self._keep, daemon=True)
        keeping.start()
        self._talking.begin()
        measuring = asyncio.ensure_future(self._prober.run())
        try:
            while True:
                self._changed.clear()
                self._obey(work(self._orders, self._own, self._folder.path))
                changed = asyncio.ensure_future(self._changed.wait())
                done, _ = await asyncio.wait({changed, measuring}, return_when="FIRST_COMPLETED")
                if measuring in done:
                    measuring.result()
        finally:
            measuring.cancel()
            self._insisting.stop()
            self._talking.end()
            self._ended.set()
            self._wake.set()
            keeping.join(5)
            self._spool.close()

    def _obey(self, todo: Work) -> None:
        """By these orders, until there are others."""
        for each in todo.refused:
            self._says(f"not measured: {each.why}")
        self._says(
            f"measuring {counted(len(todo.duties), 'target')}" if todo.duties else "waiting for orders"
        )
        self._insisting.stop()
        self._duties = {(duty.check.address, duty.check.family): duty for duty in todo.duties}
        self._prober.replace(todo.duties)

    def _took(self, duty: Duty, seen: Observation, result: Result | None) -> None:
        self._results.put(seen)
        if seen.outcome == "down":
            self._wake.set()
        self._insisting.heard(duty, seen)
        self._saw(duty, seen, result)

    def _keep(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(FLUSH)
            self._wake.clear()
            self._drain()
        self._drain()

    def _drain(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._spool.add(self._results.get_nowait(), self._talking.hub_time.add)
        self._spool.flush()
        self._notes.tell("disk", self._spool.trouble)

    def _ordered(self, orders: Orders) -> None:
        """On a thread of the hub's: new orders."""
        same = (orders.orders, orders.contact) == (self._orders.orders, self._orders.contact)
        self._orders = orders
        if not same:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)

    def _asked(self, target: tuple[str, int]) -> None:
        """On a thread of the hub's: measure this now."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._measure_now, target)

    def _measure_now(self, target: tuple[str, int]) -> None:
        """A hub that asks without end gets no more than one answer a second."""
        duty, now_ = self._duties.get(target), self._loop.time()
        if duty is not None and now_ - self._asked_at.get(target, -ASKED_EVERY) >= ASKED_EVERY:
            self._asked_at[target] = now_
            task = asyncio.ensure_future(self._prober.measure(duty))
            self._out_of_turn.add(task)
            task.add_done_callback(self._out_of_turn.discard)
