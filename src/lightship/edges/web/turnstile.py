"""Lets a few through at each turn of the event loop, so that readers of the page get theirs in between.

Without it a flood of reports is worked on in one go, connection after connection, and a reader waits for all of them.
"""

import asyncio
from collections import deque


class Turnstile:
    """First come, first served. Of one event loop.

    Args:
        at_once: let through at each turn.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once, self._turning = at_once, False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Returns at one of the next turns."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        if not self._turning:
            self._turning = True
            loop.call_soon(self._next)
        await mine

    def _next(self) -> None:
        for _ in range(min(self._at_once, len(self._waiting))):
            each = self._waiting.popleft()
            if not each.done():
                each.set_result(None)
        self._turning = bool(self._waiting)
        if self._turning:
            asyncio.get_running_loop().call_soon(self._next)
