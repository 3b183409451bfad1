"""How far our round trips are off, with the web probed beside: the truth is what a packet socket saw on the device."""

import asyncio
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvloop

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.echo import SO_TIMESTAMPNS
from lightship.edges.probes.packets import BITS, Burst, packets, stamp
from lightship.run.benches.mail.programs import program
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes.targets import Targets, pin

SECONDS, ECHOES, PAGES = 6.0, 1_000, 500
_ALL, _OUTGOING, _ICMP = 0x0003, 4, 1


def measure() -> Measured:
    """Errors at 1,000 echoes a second beside 500 pages a second, 99 in 100 of them."""
    what = f"RTT error at {ECHOES:,} echoes/s beside {PAGES} pages/s, p99"
    missing = [each for each in ("nginx", "knotd") if program(each) is None]
    if os.geteuid() or missing:
        why = f"not here: {', '.join(missing)}" if missing else "wants root"
        return Measured(what, "us", None, bar=100.0, why_not=why)
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as name:
        targets = Targets(Path(name))
        with targets.up(), _watched() as seen:
            words = [sys.executable, "-m", __name__, f"http://127.0.0.1:{targets.plain}/"]
            done = subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words
            time.sleep(0.2)
        ours = msgspec.json.decode(done.stdout, type=dict[int, float])
    return _judged(what, ours, seen.truth())


def _judged(what: str, ours: dict[int, float], truth: dict[int, float]) -> Measured:
    both = [token for token in ours if token in truth]
    off = sorted(abs(ours[token] - truth[token]) * 1e6 for token in both)
    half, most = off[len(off) // 2], off[len(off) * 99 // 100]
    beside: dict[str, float | str] = {
        "p50, us (bar 20)": half, "echoes compared": float(len(both)), "of": float(len(ours)),
        "true round trip p50, us": sorted(truth[token] * 1e6 for token in both)[len(both) // 2],
    }  # fmt: skip
    return Measured(what, "us", most if half <= 20.0 else max(most, 1e3), (), 100.0, beside)


class _Seen:
    """When each echo request left and its reply came, by a packet socket on loopback."""

    def __init__(self) -> None:
        self.stop, self._left, self._came = False, dict[int, int](), dict[int, int]()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL))
        self._socket.bind(("lo", 0))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self._socket.settimeout(0.1)

    def watch(self) -> None:
        while not self.stop:
            try:
                data, told, _, where = self._socket.recvmsg(128, 64)
            except TimeoutError:
                continue
            if len(data) < 36 or data[9] != _ICMP:
                continue
            kind, token = struct.unpack_from("!B7xQ", data, 20)
            if kind == 8 and where[2] == _OUTGOING:
                self._left[token] = stamp(told)
            elif kind == 0 and where[2] != _OUTGOING:
                self._came[token] = stamp(told)

    def truth(self) -> dict[int, float]:
        return {
            token: (self._came[token] - at) / 1e9 for token, at in self._left.items() if token in self._came
        }


@contextmanager
def _watched() -> Iterator[_Seen]:
    """Watches from a thread of this process, which does nothing else meanwhile."""
    cores = os.sched_getaffinity(0)
    pin(0, 1)
    seen = _Seen()
    thread = threading.Thread(target=seen.watch)
    thread.start()
    try:
        yield seen
    finally:
        seen.stop = True
        thread.join()
        os.sched_setaffinity(0, cores)


async def _run(page: str) -> dict[int, float]:
    loop, engine, found = asyncio.get_running_loop(), packets(), dict[int, float]()
    made, probe, tasks = check(page), probe_for("http"), set[asyncio.Task[object]]()
    began, sent, asked = time.monotonic(), 0, 0
    while (gone := time.monotonic() - began) < SECONDS:
        while sent < gone * ECHOES:
            burst = _Kept(loop, found)
            engine.submit([burst])
            sent += 1
        while asked < gone * PAGES:
            task: asyncio.Task[object] = asyncio.create_task(probe.measure(made))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            asked += 1
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.3)
    return found


class _Kept(Burst):
    """One echo, whose token is kept with its time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, found: dict[int, float]) -> None:
        super().__init__(socket.AF_INET, ["127.0.0.1"], 1, 0.0, 2.0, loop, self._keep)
        self._found = found

    def _keep(self, _: int, times: list[float], __: OSError | None) -> None:
        if times:
            self._found[self._number << BITS] = times[0]


if __name__ == "__main__":
    pin(0, 0)
    sys.stdout.write(msgspec.json.encode(uvloop.run(_run(sys.argv[1]))).decode())
