"""A turnstile in the event loop: first come, first served, a few a turn, and others get theirs in between."""

import asyncio
from itertools import pairwise

from lightship.edges.web.turnstile import Turnstile


def test_a_few_pass_at_each_turn_in_order_and_others_run_in_between() -> None:
    async def story() -> tuple[list[int], list[int]]:
        stile, passed, between = Turnstile(2), list[int](), list[int]()

        async def one(number: int) -> None:
            await stile.turn()
            passed.append(number)

        async def reader() -> None:
            while len(passed) < 20:
                between.append(len(passed))
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(one(n)) for n in range(21)]
        await asyncio.sleep(0)
        tasks[5].cancel()
        await reader()
        await asyncio.gather(*tasks, return_exceptions=True)
        return passed, between

    passed, between = asyncio.run(story())
    assert passed == [n for n in range(21) if n != 5]
    assert max(b - a for a, b in pairwise(between)) <= 2
