"""Where agents are heard: results of many in one commit, and what the hub wants to know from each at once."""

import asyncio
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.edges.agents.hub.book import Book
from lightship.edges.agents.hub.tables import beside
from lightship.edges.agents.wire import Batch, Signed
from lightship.edges.clock import Clock, now
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.signals import Observation, Signal
from lightship.vocabulary.time import SECOND, Instant

WAITING, TOGETHER = 256, 64
"""Batches that may wait, and those of one commit."""
TOLD = 150 * SECOND
"""Older results are history: they are kept, and judge nothing any more."""
ASKED_FOR = 10 * SECOND
"""A question that was not fetched by then is not asked any more."""

Target = tuple[str, int]
"""Address and family."""


BURST, A_SECOND = 1_500_000.0, 500.0
"""Results of one agent: at once, and a second from then on."""
TWINS_WITHIN = 120 * SECOND
"""Two processes that speak as one agent in turns within this are two."""


class Twins:
    """Notices an identity that is used twice at a time: a cloned disk, or a token in the wrong hands."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[str, Instant]] = {}

    def heard(self, agent: str, run: str, at: Instant) -> bool:
        """Whether this run speaks again although another one began to speak after it."""
        runs = self._runs.setdefault(agent, {})
        before, since = runs.get(run), [seen for other, seen in runs.items() if other != run]
        self._runs[agent] = {each: seen for each, seen in runs.items() if at - seen < TWINS_WITHIN} | {
            run: at
        }
        return before is not None and any(seen > before and at - seen < TWINS_WITHIN for seen in since)


class Quotas:
    """How much each agent may fill of our disk: a bucket of results that fills slowly.

    An hour at a hundred a second is taken at once, sent four times over.
    """

    def __init__(self, clock: Clock, burst: float = BURST, a_second: float = A_SECOND) -> None:
        self._clock, self._burst, self._a_second = clock, burst, a_second
        self._left: dict[str, tuple[float, Instant]] = {}

    def allow(self, agent: str, results: int) -> bool:
        """Whether so many more are taken now."""
        at = self._clock()
        left, since = self._left.get(agent, (self._burst, at))
        left = min(self._burst, left + max(0, at - since) / SECOND * self._a_second)
        enough = left >= results
        self._left[agent] = (left - results if enough else left, at)
        return enough


class DeskFull(Exception):
    """More batches than can be written down just now."""


class AgentDesk:
    """Takes batches from any thread and writes them down on its own.

    Args:
        clock: by which ticks are judged; may be set later.

    `twins_at` says when two processes last spoke as one agent.
    """

    def __init__(self, store: Path, clock: Clock = now) -> None:
        self.clock, self._book = clock, Book(beside(store))
        self._waiting: queue.Queue[tuple[str, Batch, Future[int]] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._work, name="agents", daemon=True)
        self._took: Callable[[Signal], None] | None = None
        self._orders: Mapping[str, tuple[int, Signed]] = {}
        self._questions: dict[str, dict[Target, Instant]] = {}
        self._bells: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}
        self._alone = threading.Lock()
        self.quotas = Quotas(lambda: self.clock())
        self._twins, self.twins_at = Twins(), dict[str, Instant]()

    def tell(self, took: Callable[[Signal], None]) -> None:
        """From now on `took` hears each new result that is not history yet."""
        self._took = took

    def since(self, at: Instant) -> Sequence[Observation]:
        """Results on disk from an instant on."""
        return self._book.since(at)

    @property
    def book(self) -> Book:
        """What is on disk."""
        return self._book

    def submit(self, agent: str, batch: Batch) -> "Future[int]":
        """Write it down soon; the future gives how many were new. Raises DeskFull at once."""
        taken: Future[int] = Future()
        try:
            self._waiting.put_nowait((agent, batch, taken))
        except queue.Full:
            raise DeskFull from None
        return taken

    def issue(self, orders: Mapping[str, tuple[int, Signed]]) -> None:
        """From now on these are the orders, by agent: serial and bytes."""
        self._orders = orders
        for agent in orders:
            self._ring(agent)

    def orders(self, agent: str) -> tuple[int, Signed] | None:
        """The latest orders of an agent."""
        return self._orders.get(agent)

    def ask(self, agent: str, targets: Sequence[Target]) -> None:
        """Have this measured now, by an agent that is listening."""
        with self._alone:
            at = self.clock()
            self._questions.setdefault(agent, {}).update(dict.fromkeys(targets, at))
        self._ring(agent)

    def questions(self, agent: str) -> tuple[Target, ...]:
        """What an agent was asked since it last came; each is handed out once."""
        with self._alone:
            asked, at = self._questions.pop(agent, {}), self.clock()
        return tuple(target for target, when in asked.items() if at - when < ASKED_FOR)

    async def news(self, agent: str, seconds: float) -> None:
        """Wait until there is something for this agent, or so long. On the loop of the interface."""
        bell = asyncio.Event()
        with self._alone:
            self._bells[agent] = asyncio.get_running_loop(), bell
            if self._questions.get(agent):
                return
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            pass

    def _ring(self, agent: str) -> None:
        with self._alone:
            found = self._bells.get(agent)
        if found is not None and not found[0].is_closed():
            found[0].call_soon_threadsafe(found[1].set)

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
            first = self._waiting.get()
            batch = [] if first is None else [first]
            ended = first is None
            while not ended and len(batch) < TOGETHER and not self._waiting.empty():
                each = self._waiting.get()
                ended = each is None
                batch += [] if each is None else [each]
            if batch:
                self._write(batch)

    def _write(self, together: Sequence[tuple[str, Batch, Future[int]]]) -> None:
        at = self.clock()
        try:
            found = self._book.take([(agent, batch) for agent, batch, _ in together], at)
        except StoreRefused as refused:
            for _, _, taken in together:
                taken.set_exception(refused)
            return
        for (agent, batch, taken), fresh in zip(together, found, strict=True):
            if self._twins.heard(agent, batch.run, at):
                self.twins_at[agent] = at
            if self._took is not None:
                for seen in fresh:
                    if seen.at > at - TOLD:
                        self._took(seen)
            taken.set_result(len(fresh))
