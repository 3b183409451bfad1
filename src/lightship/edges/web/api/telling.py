"""`GET /api/v1/outbox`, `GET /api/v1/mirrors`: how the delivery of letters and the copies of the page stand."""

import asyncio
from pathlib import Path

import msgspec

from lightship.edges.mirrors.pushing import Standing
from lightship.edges.stores.outbox import Outbox
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer
from lightship.tell.outbox.retries import State
from lightship.vocabulary.errors import StoreRefused


class Delivery(msgspec.Struct, frozen=True):
    """Where a hub's outbox and the standing of its mirrors lie: a part for handlers."""

    store: Path
    standing: Path


async def outbox(request: Request) -> Answer:
    """Letters by channel and state."""
    where = request.parts.find(Delivery)
    try:
        return answer({"channels": await asyncio.to_thread(_counts, where.store)})
    except StoreRefused as refused:
        raise Problem(503, str(refused)) from None


def _counts(store: Path) -> dict[str, dict[State, int]]:
    queue = Outbox(store)
    try:
        return queue.counts()
    finally:
        queue.close()


async def mirrors(request: Request) -> Answer:
    """Each copy, as it was seen last; none: no mirror is configured, or none was tried yet."""
    where = request.parts.find(Delivery)
    return answer({"mirrors": await asyncio.to_thread(_standing, where.standing)})


def _standing(path: Path) -> list[Standing]:
    return msgspec.json.decode(path.read_bytes(), type=list[Standing]) if path.is_file() else []
