"""`POST /api/v1/feeds/{name}`: a document for a feed that is handed in: alerts, notices, a deploy, a warning.
`GET /api/v1/feeds`: how each feed is.
"""

import asyncio
from collections.abc import Callable, Mapping

from lightship.edges.feeds.feed import Malformed
from lightship.edges.intake.spoken import HandedIn
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer


class FeedsShown:
    """What there is to say of the feeds; `look` may wait for the disk."""

    def __init__(self, look: Callable[[], Mapping[str, object]]) -> None:
        self.look = look


async def listed(request: Request) -> Answer:
    """Each feed: when it was heard, what is wrong with it, what holds now; and announced work."""
    return answer(await asyncio.to_thread(request.parts.find(FeedsShown).look))


async def take(request: Request) -> Answer:
    """The document as its kind wants it. Durable when answered."""
    handed_in = request.parts.find(HandedIn)
    feed = handed_in.feeds.get(request.named["name"])
    if feed is None:
        known = ", ".join(handed_in.feeds) or "none"
        raise Problem(404, f"No feed of this name is handed in here; there are: {known}.")
    try:
        counted = await asyncio.to_thread(feed.take, request.body)
    except Malformed as error:
        raise Problem(422, str(error)) from None
    return answer({"new": counted.new, "known": counted.known, "left_out": counted.left_out})
