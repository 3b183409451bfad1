"""Keeping the feeds going: asking, looking, listening, on a thread of its own; what they say goes into the inbox.

A feed's trouble is that feed's: it is remembered, told once, and asked less often. It never stops another one, and
never the hub.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, cast
from urllib.parse import urlsplit

from lightship.edges.clock import Clock
from lightship.edges.feeds.feed import Malformed, Measures
from lightship.edges.feeds.fetching import Tags, Unheard, fetch, pause
from lightship.edges.feeds.growing import Documents, Lines
from lightship.edges.feeds.listening import LONGEST, WAITING, Allowed, Datagrams, Streams
from lightship.edges.intake.hearing import health
from lightship.edges.intake.inbox import Inbox
from lightship.edges.intake.spoken import HandedIn, Spoken
from lightship.run.feeds_file import PlannedFeed
from lightship.vocabulary.errors import BadInput, StoreRefused

Warns = Callable[[str], None]
Message = tuple[bytes, str]
"""What came to a port, and from which address."""

LOOK = 1.0
"""Seconds between two looks at a file that grows, and at messages that wait."""


class Going(NamedTuple):
    """A feed of the plan, at work."""

    planned: PlannedFeed
    spoken: Spoken


class Feeding:
    """All feeds, going while the block runs.

    Args:
        warns: told of silence and of its end, once each; from the thread of the feeds.

    Raises:
        BadInput: a port cannot be listened on.
    """

    def __init__(
        self, feeds: Sequence[PlannedFeed], inbox: Inbox, clock: Clock, warns: Warns, contact: str = ""
    ) -> None:
        self.inbox, self._clock, self._warns, self._contact = inbox, clock, warns, contact
        made = [(each, Spoken(each.name, each.feed, each.trust, inbox, clock)) for each in feeds]
        self._feeds = [Going(planned, spoken) for planned, spoken in made]
        self.handed_in = HandedIn(each.spoken for each in self._feeds if each.planned.way == "push")
        self._silent: dict[str, None] = {}
        self._loop: asyncio.AbstractEventLoop
        self._open, self._trouble = threading.Event(), list[BaseException]()
        self._ended: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="feeds", daemon=True)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        self._open.wait()
        if self._trouble:
            raise self._trouble[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ended is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._go())
        except BaseException as trouble:  # noqa: BLE001 - raised again in the thread that waits for us
            self._trouble.append(trouble)
        finally:
            self._open.set()
            self._loop.close()

    async def _go(self) -> None:
        self._ended = asyncio.Event()
        async with AsyncExitStack() as stack:
            work = {"ask": self._ask, "file": self._watch, "follow": self._follow, "measure": self._measure}
            going = [work[each.planned.way](each) for each in self._feeds if each.planned.way in work]
            for each in self._feeds:
                if each.planned.way == "listen":
                    going.append(self._drain(each, await self._listen(each, stack)))
            tasks = [asyncio.create_task(each) for each in (*going, self._look_after())]
            self._open.set()
            await self._ended.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, each: Going) -> None:
        tags, failures, wait = Tags(), 0, 0.0
        planned = each.planned
        url = planned.feed.address(planned.source)
        while True:
            try:
                document, tags = await asyncio.to_thread(fetch, url, tags, self._contact, planned.token.value)
                if document is None:
                    await asyncio.to_thread(each.spoken.unchanged)
                else:
                    await asyncio.to_thread(each.spoken.take, document)
                failures, wait = 0, 0.0
            except (Unheard, Malformed, StoreRefused) as error:
                failures, wait, tags = failures + 1, getattr(error, "wait", 0.0), Tags()
                await self._complain(each, str(error))
            await asyncio.sleep(pause(planned.every, failures, wait))

    async def _measure(self, each: Going) -> None:
        feed, failures = cast("Measures", each.planned.feed), 0
        while True:
            try:
                await asyncio.to_thread(each.spoken.heard, await feed.measure(self._clock()))
                failures = 0
            except (Malformed, StoreRefused) as error:
                failures += 1
                await self._complain(each, str(error))
            await asyncio.sleep(pause(each.planned.every, failures))

    async def _watch(self, each: Going) -> None:
        """A broken file does not hide the others, and stays told until it is mended."""
        documents, failures, broken = Documents(Path(each.planned.source)), 0, dict[Path, str]()
        while True:
            try:
                for path, document in await asyncio.to_thread(lambda: list(documents.look())):
                    broken.pop(path, None)
                    try:
                        counted = await asyncio.to_thread(each.spoken.take, document)
                        if counted.left_out:
                            broken[path] = f"{path.name}: {counted.left_out[0]}"
                    except Malformed as error:
                        broken[path] = f"{path.name}: {error}"
                await asyncio.to_thread(each.spoken.unchanged)
                failures = 0
                if broken:
                    await self._complain(each, next(iter(broken.values())))
            except (Unheard, StoreRefused) as error:
                failures += 1
                await self._complain(each, str(error))
            await asyncio.sleep(pause(each.planned.every, failures))

    async def _follow(self, each: Going) -> None:
        lines = Lines(Path(each.planned.source), each.planned.feed.dated)
        while True:
            try:
                await self._each_of(each, [(line, "") for line in await asyncio.to_thread(lines.look)])
            except Unheard as error:
                await self._complain(each, str(error))
                await asyncio.sleep(each.planned.every)
            await asyncio.sleep(LOOK)

    async def _listen(self, each: Going, stack: AsyncExitStack) -> deque[Message]:
        """Open the port; gives where its messages wait."""
        waiting: deque[Message] = deque()
        parts, allowed = urlsplit(each.planned.source), Allowed(each.planned.allow)

        def took(message: bytes, sender: str) -> bool:
            if len(waiting) >= WAITING:
                return False
            waiting.append((message, sender))
            return True

        try:
            if parts.scheme == "udp":
                transport, _ = await self._loop.create_datagram_endpoint(
                    lambda: Datagrams(took, allowed), (parts.hostname or "", parts.port or 0)
                )
                stack.callback(transport.close)
            else:
                server = await asyncio.start_server(
                    Streams(took, allowed), parts.hostname, parts.port, limit=LONGEST
                )
                stack.callback(server.close)
        except OSError as error:
            raise BadInput(
                f"feed {each.planned.name}", f"{each.planned.source} cannot be listened on ({error.strerror})",
                "stop what listens there, or name another port",
            ) from None  # fmt: skip
        return waiting

    async def _drain(self, each: Going, waiting: deque[Message]) -> None:
        while True:
            messages = [waiting.popleft() for _ in range(len(waiting))]
            if len(messages) >= WAITING:
                await self._complain(each, f"more than {WAITING} messages a second: the rest is dropped")
            await self._each_of(each, messages)
            await asyncio.sleep(LOOK)

    async def _each_of(self, each: Going, messages: Sequence[Message]) -> None:
        if messages:
            try:
                complaint = await asyncio.to_thread(each.spoken.take_all, messages)
            except StoreRefused as error:
                complaint = str(error)
            if complaint:
                await self._complain(each, complaint)

    async def _complain(self, each: Going, why: str) -> None:
        try:
            await asyncio.to_thread(each.spoken.failed, why)
        except StoreRefused as error:
            self._warns(str(error))

    async def _look_after(self) -> None:
        """Says once that a feed is silent, and once that it speaks again."""
        began = self._clock()
        while True:
            await asyncio.sleep(LOOK * 10)
            for each in self._feeds:
                await asyncio.to_thread(self._is_silent, each.planned, began)

    def _is_silent(self, planned: PlannedFeed, began: int) -> None:
        now, name = self._clock(), planned.name
        if planned.silent_after == 0 or now - began < planned.silent_after:
            return
        found = health(self.inbox, name)
        if found.silent(now, planned.silent_after) and name not in self._silent:
            self._silent[name] = None
            self._warns(f"feed {name} is silent: {found.words(now)}; what it watches is unknown, not well")
        elif not found.silent(now, planned.silent_after) and name in self._silent:
            del self._silent[name]
            self._warns(f"feed {name} speaks again")
