"""A call centre's batch: read, checked, hashed, freed of repeats and durable on disk."""

import tempfile
import time
from pathlib import Path

import msgspec

from lightship.edges.intake.desk import handed_in, rows
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.handed_in import Added, Batch
from lightship.edges.intake.desk.rows import Choices
from lightship.run.benches.measured import Measured
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.time import DAY, HOUR, SECOND, Instant, iso

ROWS = 100_000
LEAST = 100_000.0
RUNS = 3
NOW = Instant(20_000 * DAY + 12 * HOUR)
CHOICES = Choices(frozenset({"broadband"}), frozenset(), AreaId)


def measure() -> Measured:
    """Rows a second, median: rows of an area and a time; with the caller and an id of each stands beside."""
    plain, full = _body(named=False), _body(named=True)
    runs = sorted(ROWS / _seconds(plain) for _ in range(RUNS))
    beside = {"with caller and id of each row, rows/s": round(ROWS / _seconds(full))}
    what = f"a batch of {ROWS:,} reports (NDJSON), durable"
    return Measured(what, "rows/s", runs[RUNS // 2], tuple(runs), None, beside, LEAST)


def _body(named: bool) -> bytes:
    """Calls of an hour from six hundred areas, in no order."""
    lines = []
    for number in range(ROWS):
        at = Instant(NOW - (number * 7919) % HOUR // SECOND * SECOND)
        row = {"service": "broadband", "area": f"01{number % 600 + 200:03}", "at": iso(at)}
        lines.append(
            {**row, "caller": f"{number * 2654435761 % 2**32:08x}", "id": f"T{number}"} if named else row
        )
    return msgspec.json.Encoder().encode_lines(lines)


def _seconds(body: bytes) -> float:
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        book = Book(Path(folder) / "reports.db")
        began = time.perf_counter()
        checked = rows.checked(rows.ndjson(body), CHOICES, NOW)
        added: Added = handed_in.add(book, Batch("bench", "", handed_in.digest(body), checked), NOW)
        spent = time.perf_counter() - began
        book.close()
    assert added.counted == ROWS, "every row is sound and new"
    return spent
