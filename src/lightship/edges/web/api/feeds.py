"""`POST /api/v1/feeds/{name}`: a document for a feed that is handed in: alerts, notices, a deploy, a warning."""

import asyncio

from lightship.edges.feeds.feed import Malformed
from lightship.edges.intake.spoken import HandedIn
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer


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
