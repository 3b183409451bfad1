"""Real lines under the decider: probes go out when it is their turn, results go in, decisions are handed on."""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from lightship.edges.links.prober import Prober
from lightship.endure.wan.decider import LOOK_EVERY, Decider
from lightship.endure.wan.decisions import Decisions, SetPace
from lightship.endure.wan.pacing import Pacer
from lightship.endure.wan.rules import Rules
from lightship.endure.wan.uplinks import Uplink
from lightship.run.wan.tally import Tally

STALLED = 0.25
"""Seconds that we may be late ourselves: beyond them what is on its way is forgotten, it would only look lost."""


class Ears(Protocol):
    """Who hears what is decided, at once and within the event loop."""

    def decided(self, said: Decisions) -> None:
        """Some decisions, in order."""


class Live:
    """The loop. Everything runs in one event loop; nothing here waits for anything else.

    Attributes:
        stalls: how often this machine kept us from looking in time.
    """

    def __init__(
        self, uplinks: Sequence[Uplink], ears: Ears, rules: Rules | None = None, active: int = 0
    ) -> None:
        self.uplinks, self.ears = uplinks, ears
        self.decider = Decider(uplinks, rules, active)
        self.tally = Tally(uplinks)
        self.prober = Prober(uplinks, self._told)
        self.pacer = Pacer(uplinks, time.monotonic())
        self.stalls = 0
        self._timer: asyncio.TimerHandle | None = None
        self._planned = self._look_at = 0.0
        self._running = False

    def start(self) -> None:
        """Open the sockets and begin. Raises Unreachable where a device is not there."""
        self.prober.open()
        now = time.monotonic()
        for number, line in enumerate(self.decider.lines):
            self.pacer.set(now, number, line.pace)
        self._running = True
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._running:
            self._planned = min(self.pacer.first().due, self.prober.next_due(), self._look_at)
            wait = max(0.0, self._planned - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait, self._turn)

    def _turn(self) -> None:
        self._timer = None
        now = time.monotonic()
        if now - self._planned > STALLED and self._look_at:
            self.stalls += 1
            self.prober.drop()
            self.pacer.slept(now)
        while (slot := self.pacer.first()).due <= now:
            self.prober.send(slot.uplink, slot.next())
        self.prober.overdue()
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            self.hand_on(self.decider.look(now))
        self._arm()

    def _told(self, at: float, uplink: int, target: int, outcome: int, seconds: float) -> None:
        self.tally.note(at, uplink, target, outcome, seconds)
        said = self.decider.take(at, uplink, target, outcome, seconds)
        if said:
            self.hand_on(said)

    def hand_on(self, said: Decisions) -> None:
        """Obey what concerns the probes, hand on the rest."""
        quicker = False
        for each in said:
            if isinstance(each, SetPace):
                self.pacer.set(time.monotonic(), each.uplink, each.pace)
                quicker = True
        if said:
            self.ears.decided(said)
        if quicker and self._timer is not None:
            self._arm()

    async def stop(self) -> None:
        """End all that is on its way."""
        self._running = False
        if self._timer is not None:
            self._timer.cancel()
        await self.prober.close()
