"""One run of `wan watch` or `wan protect`: lines, decider, screen and history, put together and taken down."""

import asyncio
import signal
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from lightship.edges.links.history import History, Minute, Proof, Switched
from lightship.edges.links.netlink import Device, changes
from lightship.endure.wan.decider import Wish
from lightship.endure.wan.decisions import Decision, Decisions, RefuseIPv6, Switch, UseResolver
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Uplink
from lightship.run.wan.live import Live
from lightship.run.wan.screen import Row, Screen
from lightship.run.wan.words import doing, shown
from lightship.vocabulary.errors import StoreRefused


class Hands(Protocol):
    """Who carries decisions out. `wan watch` has none."""

    async def switch(self, decision: Switch) -> None:
        """Send the traffic over another line."""

    async def resolver(self, decision: UseResolver) -> None:
        """Ask another resolver."""

    async def ipv6(self, decision: RefuseIPv6) -> None:
        """Refuse IPv6 on a line, or no more."""

    async def renewed(self, devices: Mapping[str, Device]) -> None:
        """Addresses or routes have changed."""

    async def second(self, live: Live) -> None:
        """A second has passed."""


class Session:
    """What happens between the start and the end.

    Args:
        hands: None to change nothing. seconds: end after so many; None: when interrupted.
    """

    def __init__(
        self, uplinks: Sequence[Uplink], screen: Screen, history: History | None, *, hands: Hands | None = None,
        rules: Rules | None = None, active: int = 0,
    ) -> None:  # fmt: skip
        self.uplinks, self.screen, self.history, self.hands = uplinks, screen, history, hands
        self.live = Live(uplinks, self, rules, active)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: BaseException | None = None
        self._turn = asyncio.Lock()
        self.ended = asyncio.Event()

    def ask(self, wish: Wish) -> None:
        """A person's wish, at once."""
        self.screen.note(f"asked: {wish}")
        self.live.hand_on(self.live.decider.ask(time.monotonic(), wish))

    async def end_by(self, task: "asyncio.Task[None]") -> None:
        """End the task that runs us."""
        self.ended.set()
        await task

    async def run(self, seconds: float | None = None) -> None:
        """Until the time is over. A signal raises KeyboardInterrupt, once all is taken down."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._signalled)
        loop.set_exception_handler(self._broke)
        self.live.start()
        self._go(self._devices())
        self._go(self._seconds())
        try:
            async with asyncio.timeout(seconds):
                await self.ended.wait()
        except TimeoutError:
            pass
        finally:
            await self._end()
        if self._failed is not None:
            raise self._failed

    def _broke(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What fails in a callback ends the whole, too: whoever read our output has gone, say."""
        error = context.get("exception")
        if error is None:
            loop.default_exception_handler(context)
            return
        self._failed = self._failed or error
        self.ended.set()

    def _signalled(self) -> None:
        self._failed = self._failed or KeyboardInterrupt()
        self.ended.set()

    async def _end(self) -> None:
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.live.stop()

    def _go(self, course: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(course)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        """A part that fails ends the whole: what is half alive protects nobody, and a start anew may mend it."""
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()) is not None:
            self._failed = self._failed or failed
            self.ended.set()

    def decided(self, said: Decisions) -> None:
        """Show each decision, carry it out, keep it."""
        for each in said:
            self.screen.said(each, self.uplinks, self.hands is not None)
            if isinstance(each, Switch | UseResolver | RefuseIPv6):
                self._go(self._carry(each))

    async def _carry(self, decision: Decision) -> None:
        async with self._turn:  # one after the other, in the order of the decisions
            if self.hands is not None and isinstance(decision, Switch):
                await self.hands.switch(decision)
            if self.hands is not None and isinstance(decision, UseResolver):
                await self.hands.resolver(decision)
            if self.hands is not None and isinstance(decision, RefuseIPv6):
                await self.hands.ipv6(decision)
        if isinstance(decision, Switch) and self.history is not None:
            before, to = self.uplinks[decision.before].name, self.uplinks[decision.to].name
            took = decision.at - decision.trouble_at
            row = Switched(_now(), before, to, decision.reason, took, self.hands is not None)
            await asyncio.to_thread(self.history.switched, row)

    async def _devices(self) -> None:
        index: dict[str, int] = {}
        async for known in changes():
            for number, each in enumerate(self.uplinks):
                device = known.get(each.name)
                if device is not None and index.setdefault(each.name, device.index) != device.index:
                    index[each.name] = device.index
                    self.live.prober.renew(number)
                up = device is not None and device.usable
                if up != self.live.decider.lines[number].link:
                    self.live.hand_on(self.live.decider.link(time.monotonic(), number, up))
            if self.hands is not None:
                await self.hands.renewed(known)

    async def _seconds(self) -> None:
        minute = int(time.time() // 60)
        try:
            while True:
                await asyncio.sleep(1.0)
                self.screen.show(self.rows())
                if self.hands is not None:
                    await self.hands.second(self.live)
                if int(time.time() // 60) != minute:
                    await self._keep(minute)
                    minute = int(time.time() // 60)
        except StoreRefused as error:  # a full disk must not end the protection
            self.screen.note(f"history not kept: {error}")
            self.history = None
            self._go(self._seconds())
        except asyncio.CancelledError:
            await self._last(minute)
            raise

    async def _last(self, minute: int) -> None:
        try:
            await self._keep(minute)
        except StoreRefused as error:
            self.screen.note(f"history not kept: {error}")

    async def _keep(self, minute: int) -> None:
        rows = self.live.tally.minute(minute)
        if self.history is not None:
            await asyncio.to_thread(self._write, self.history, rows)

    def _write(self, history: History, rows: list[Minute]) -> None:
        history.minutes(rows)
        history.proven(self._proofs())

    def _proofs(self) -> list[Proof]:
        now, wall, found = time.monotonic(), _now(), []
        for each in self.live.decider.lines:
            if each.path.rtt is not None:
                at = wall - int((now - each.path.last_answer) * 1000)
                found.append(Proof(each.uplink.name, each.uplink.metered, at, each.path.rtt))
        return found

    def rows(self) -> list[Row]:
        """The lines as they are now."""
        now, decider = time.monotonic(), self.live.decider
        return [
            Row(line.uplink.name, shown(line), n == decider.active, line.uplink.metered, self.live.tally.loss(now, n),
                line.path.rtt, now - line.path.last_answer, doing(now, n, decider, self.hands is not None))
            for n, line in enumerate(decider.lines)
        ]  # fmt: skip


def _now() -> int:
    return time.time_ns() // 1_000_000
