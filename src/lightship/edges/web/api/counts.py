"""`POST /api/v1/counts`: sessions, logins and calls, per service and area, this minute."""

import asyncio

import msgspec

from lightship.edges.intake.counts import Counts
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer


async def take(request: Request) -> Answer:
    """JSON, one object a line or a list of them."""
    counts = request.parts.find(Counts)
    if not request.body.strip():
        raise Problem(422, "There is nothing in the body: send one JSON object a line.")
    taken = await asyncio.to_thread(counts.take, request.known.name, request.body)
    if taken.refused and not taken.counted and not taken.known:
        errors = [
            (f"line {each.line} {each.column}".strip(), f"{each.found}; {each.would_do}")
            for each in taken.errors
        ]
        raise Problem(422, "None of the rows can be counted.", errors)
    return answer(msgspec.to_builtins(taken))
