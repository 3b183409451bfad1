"""Asks again sooner while something fails: its end and its beginning are then known to a fraction of the interval."""

import asyncio
from collections.abc import Awaitable, Callable

from lightship.edges.probes.prober import Duty
from lightship.vocabulary.signals import Observation

AGAIN = (1.0, 3.0)
"""Seconds after a first failure, and after the next."""
WHILE_DOWN = 4
"""Parts of the interval between two measurements for as long as it is down."""
LEAST = 2.0
LONG_DOWN = 3600.0
"""Seconds of failing after which its own interval will do."""

Key = tuple[str, str, int]
"""Vantage, address, family."""
Measure = Callable[[Duty], Awaitable[None]]


class Insisting:
    """Hears every observation on the loop's thread, and measures again what fails. `measure` is the prober's."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._failures: dict[Key, int] = {}
        self._since: dict[Key, float] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def heard(self, duty: Duty, seen: Observation) -> None:
        """One measurement."""
        key = (seen.vantage, seen.target, seen.family)
        if seen.outcome == "up":
            self._failures.pop(key, None)
            self._since.pop(key, None)
            self._forget(key)
        elif seen.outcome == "down" and key not in self._timers:
            loop = asyncio.get_running_loop()
            since = self._since.setdefault(key, loop.time())
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            if loop.time() - since < LONG_DOWN:
                self._timers[key] = loop.call_later(wait(failures, duty.every), self._again, key, duty)

    def stop(self) -> None:
        """Nothing is measured again from now on."""
        for key in list(self._timers):
            self._forget(key)
        for task in self._tasks:
            task.cancel()

    def _forget(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _again(self, key: Key, duty: Duty) -> None:
        self._timers.pop(key, None)
        task = asyncio.ensure_future(self._measured(duty))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _measured(self, duty: Duty) -> None:
        await self._measure(duty)


def wait(failures: int, every: float) -> float:
    """Seconds until the next look after so many failures in a row.

    >>> [wait(n, 20.0) for n in (1, 2, 3, 50)]
    [1.0, 3.0, 5.0, 5.0]
    """
    sooner = max(LEAST, every / WHILE_DOWN)
    return min(AGAIN[failures - 1], every) if failures <= len(AGAIN) else min(sooner, every)
