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
    """Rows a second of one core, median: rows of an area and a time. By the clock, the disk's part included, and with
    the caller and the id of each, stands beside."""
    plain, full = _body(named=False), _body(named=True)
    runs = [_spent(plain) for _ in range(RUNS)]
    rates = sorted(ROWS / core for core, _ in runs)
    clock = sorted(ROWS / by_the_clock for _, by_the_clock in runs)[RUNS // 2]
    core, by_the_clock = _spent(full)
    beside = {
        "by the clock, rows/s": round(clock), "with caller and id, rows/s": round(ROWS / core),
        "the same by the clock, rows/s": round(ROWS / by_the_clock),
    }  # fmt: skip
    what = f"a batch of {ROWS:,} reports (NDJSON), durable: processor time of one core"
    return Measured(what, "rows/s", round(rates[RUNS // 2]), tuple(rates), None, beside, LEAST)


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


def _spent(body: bytes) -> tuple[float, float]:
    """Seconds of processor time, and by the clock."""
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        book = Book(Path(folder) / "reports.db")
        began, worked = time.perf_counter(), time.process_time()
        checked = rows.checked(rows.ndjson(body), CHOICES, NOW)
        added: Added = handed_in.add(book, Batch("bench", "", handed_in.digest(body), checked), NOW)
        spent = time.process_time() - worked, time.perf_counter() - began
        book.close()
    assert added.counted == ROWS, "every row is sound and new"
    return spent
