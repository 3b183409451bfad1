"""Customers' reports by HTTP: how many are durable in a second on one core, and what readers of the page feel."""

import asyncio
import itertools
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import uvloop

from lightship.run.benches.mail.server import free_port
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes.asking import at_full_speed, clients, paced
from lightship.run.benches.probes.targets import pin, running, until_open

SECONDS, REPORTERS, READERS, EVERY = 5.0, 64, 4, 0.02
"""Of each part; connections that report as fast as they are answered, and that read, each so often."""

LEAST, MOST = 2_000.0, 1.5
START_SECONDS = 60.0

_FILE = """\
zone: UTC
page: {{listen: "127.0.0.1:{0}"}}
controls: []
reports: {{proxies: ["127.0.0.1"]}}
checks: [{{url: "tcp://127.0.0.1:{0}", name: broadband}}]
"""

_numbers = itertools.count(1)


class Felt(NamedTuple):
    """Latencies of the page in seconds, sorted, before and during the flood; and what the reports were answered."""

    calm: list[float]
    flooded: list[float]
    answers: Counter[int]


def measure() -> Iterator[tuple[str, Measured]]:
    """A real hub on the first core; who reads and who reports on the second."""
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as name:
        folder, port = Path(name), free_port()
        (folder / "lightship.yaml").write_text(_FILE.format(port))
        cores = os.sched_getaffinity(0)
        with running([sys.executable, "-m", "lightship", "serve", str(folder / "lightship.yaml")], 0):
            until_open(port, START_SECONDS)
            pin(0, 1)
            try:
                felt = uvloop.run(_run(port))
            finally:
                os.sched_setaffinity(0, cores)
        with closing(sqlite3.connect(folder / "lightship.reports.db")) as book:
            written = int(book.execute("SELECT count(*) FROM report").fetchone()[0])
    yield "reports", _rate(felt, written)
    yield "page", _page(felt)


def _rate(felt: Felt, written: int) -> Measured:
    """What the book holds counts, not what was answered; the two are told beside each other."""
    turned_away = sum(many for status, many in felt.answers.items() if status != 200)
    beside: dict[str, float | str] = {
        "accepted": float(felt.answers[200]), "in the book": float(written), "turned away": float(turned_away),
    }  # fmt: skip
    figure = written / SECONDS if written >= felt.answers[200] else 0.0
    return Measured("reports by HTTP, durable, one core", "1/s", figure, (), None, beside, LEAST)


def _page(felt: Felt) -> Measured:
    calm, flooded = _part(felt.calm, 0.99), _part(felt.flooded, 0.99)
    beside: dict[str, float | str] = {
        "calm p50, ms": _part(felt.calm, 0.5) * 1e3, "calm p99, ms": calm * 1e3,
        "flooded p50, ms": _part(felt.flooded, 0.5) * 1e3, "flooded p99, ms": flooded * 1e3,
        "pages read in the flood": float(len(felt.flooded)),
    }  # fmt: skip
    return Measured(
        "the page while reports flood, p99 / p99 before", "ratio", flooded / calm, (), MOST, beside
    )


def _part(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _report() -> bytes:
    """Each from another sender, spread over networks as customers are."""
    number = next(_numbers) * 2654435761 % (1 << 32)
    sender = f"{(number >> 24) % 200 + 11}.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}"
    body = b"service=broadband&area=&symptom=no-service"
    head = (
        f"POST /report HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {sender}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _page_asked() -> bytes:
    return b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"


async def _run(port: int) -> Felt:
    await asyncio.sleep(2.0)  # the first page is published
    calm = await _read(port)
    reporters = await clients(REPORTERS, port, _report)
    until = time.perf_counter() + SECONDS
    flood = asyncio.gather(*(at_full_speed(each, until) for each in reporters))
    flooded = await _read(port)
    await flood
    return Felt(calm, flooded, sum((each.statuses for each in reporters), Counter[int]()))


async def _read(port: int) -> list[float]:
    readers, begun = await clients(READERS, port, _page_asked), time.perf_counter()
    starts = [begun + EVERY * place / READERS for place in range(READERS)]
    await asyncio.gather(
        *(paced(each, at, EVERY, begun + SECONDS) for each, at in zip(readers, starts, strict=True))
    )
    return sorted(taken for each in readers for taken in each.times)
