"""`POST /api/v1/reports/batch`: many reports at once, from a call centre or a partner; NDJSON or CSV."""

import asyncio
from collections.abc import Mapping

import msgspec

from lightship.edges.clock import Clock
from lightship.edges.intake.desk import handed_in, rows
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.handed_in import Added, Batch, OtherBatch
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer
from lightship.edges.web.reporting import Places

CSV = ("text/csv", "application/csv")
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json")
LONGEST_ID = 100


class Batches:
    """Takes batches. `networks`: what each partner counts as, by the name of its token."""

    def __init__(self, book: Book, places: Places, networks: Mapping[str, int], clock: Clock) -> None:
        self._book, self._places, self._networks, self._clock = book, places, networks, clock
        self._turn = asyncio.Lock()

    async def take(self, partner: str, name: str, body: bytes, is_csv: bool) -> Added:
        """One batch at a time: it is work for a thread, and the page goes first. Raises OtherBatch, StoreRefused."""
        async with self._turn:
            return await asyncio.to_thread(self._add, partner, name, body, is_csv)

    def _add(self, partner: str, name: str, body: bytes, is_csv: bool) -> Added:
        now = self._clock()
        place = self._places.now
        if place is None:
            raise Problem(503, "Nothing has been published here yet.", headers={"retry-after": "5"})
        read = rows.csv_rows(body) if is_csv else rows.ndjson(body)
        checked = rows.checked(read, place.rows(), now)
        networks = self._networks.get(partner, handed_in.NETWORKS)
        return handed_in.add(self._book, Batch(partner, name, handed_in.digest(body), checked, networks), now)


async def take(request: Request) -> Answer:
    """The batch; its id in `Idempotency-Key`, or none."""
    batches = request.parts.find(Batches)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (*CSV, *NDJSON):
        raise Problem(415, f"Content-Type {kind[:40]!r}: send application/x-ndjson or text/csv.")
    name = request.headers.get("idempotency-key", "").strip().strip('"')
    if len(name) > LONGEST_ID or not name.isprintable():
        raise Problem(422, f"Idempotency-Key: at most {LONGEST_ID} printable characters.")
    if not request.body.strip():
        raise Problem(422, "There is nothing in the body: a row a line.")
    try:
        added = await batches.take(request.known.name, name, request.body, kind in CSV)
    except OtherBatch:
        raise Problem(409, "A batch of this id was handed in before, with another content.") from None
    return answer(msgspec.to_builtins(added))
