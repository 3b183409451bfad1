"""The prober's own trouble is nobody's outage: a stalled loop, a locked store, a cut line, and then a real outage.

Time runs 60 times as fast, so that a tick is a second; the probes, the store, the servers and the line are real.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import msgspec
import uvloop

from lightship.edges.clock import SteadyClock
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.benches.mail.server import free_port
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes.targets import running, until_open
from lightship.run.configuration import CheckEntry, Configuration
from lightship.run.hub import Hub
from lightship.run.live import Live
from lightship.run.planning import plan
from lightship.vocabulary.decisions import Decision, OpenIncident
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant, Tick, parse_iso

PACE, WARM, TROUBLE, AFTER, OUTAGE = 60, 4.0, 5.0, 4.0, 8.0
"""Times as fast as real; seconds of each part."""

FAR, CONTROLS = "198.51.100.1", ("198.51.100.10", "198.51.100.11", "198.51.100.12")
BEGUN = parse_iso("2026-03-02T10:00:00Z")

Trouble = Literal["stall", "locked", "cut"]
WHAT: dict[Trouble, str] = {
    "stall": "event loop stalled for 5 s", "locked": "the store locked for 5 s", "cut": "own line cut for 5 s",
}  # fmt: skip


class Told(msgspec.Struct):
    """Incidents opened up to the end of the trouble and a while after, and in the real outage that follows."""

    false: int = 0
    real: int = 0
    suspect: int = 0
    measured: int = 0


def measure() -> Iterator[tuple[str, Measured]]:
    """One bar for each kind of trouble."""
    for trouble, what in WHAT.items():
        if trouble == "cut" and os.geteuid():
            yield trouble, Measured(f"{what}: false incidents", "", None, bar=0, why_not="wants root")
            continue
        found = _far(trouble) if trouble == "cut" else _near(trouble)
        beside: dict[str, float | str] = {
            "incidents in the real outage after (at least 1)": float(found.real), "of": float(found.measured),
            "measurements in doubt": float(found.suspect),
        }  # fmt: skip
        # A watch that sees nothing at all is not innocent but blind.
        figure = float(found.false) if found.real else 99.0
        yield trouble, Measured(f"{what}: false incidents", "", figure, (), 0, beside)


def _near(trouble: Trouble) -> Told:
    with ExitStack() as stack:
        port = free_port()
        server = stack.enter_context(running(_server("127.0.0.1", port)))
        until_open(port)
        return _in_a_process([], trouble, f"http://127.0.0.1:{port}/", server, "")


def _far(trouble: Trouble) -> Told:
    """In a namespace of its own, with a line to another where the servers are."""
    near, far = (f"ls{os.getpid()}-{each}" for each in ("near", "far"))
    with ExitStack() as stack:
        for space in (near, far):
            _ip("netns", "add", space)
            stack.callback(_ip, "netns", "del", space)
        _ip("link", "add", "line0", "netns", near, "type", "veth", "peer", "name", "line1", "netns", far)
        for address in (FAR, *CONTROLS):
            _ip("-n", far, "addr", "add", f"{address}/24", "dev", "line1")
        _ip("-n", near, "addr", "add", "198.51.100.2/24", "dev", "line0")
        for space, device in ((near, "line0"), (far, "line1"), (near, "lo"), (far, "lo")):
            _ip("-n", space, "link", "set", device, "up")
        _ip("-n", near, "route", "add", "default", "via", FAR)
        inside = ["ip", "netns", "exec", far]
        server = stack.enter_context(running([*inside, *_server(FAR, 8080)]))
        stack.enter_context(running([*inside, *_server("0.0.0.0", 8081)]))  # noqa: S104 - in a namespace
        time.sleep(1.5)
        return _in_a_process(["ip", "netns", "exec", near], trouble, f"http://{FAR}:8080/", server, far)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S603, S607 - our own words


def _server(host: str, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "http.server",
        "--bind",
        host,
        "--directory",
        str(Path(__file__).parent),
        str(port),
    ]


def _in_a_process(before: list[str], trouble: Trouble, address: str, server: int, space: str) -> Told:
    words = [*before, sys.executable, "-m", __name__, trouble, address, str(server), space]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own words
    return msgspec.json.decode(done.stdout, type=Told)


class _Ears:
    """Counts."""

    def __init__(self) -> None:
        self.told, self.outage = Told(), False

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        self.told.measured += 1
        self.told.suspect += observation.outcome == "suspect"

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        opened = sum(isinstance(each, OpenIncident) for each in decisions)
        if self.outage:
            self.told.real += opened
        else:
            self.told.false += opened

    def warned(self, at: Instant, text: str) -> None:
        """Terminal's business."""


def _trouble(which: Trouble, store: Path, space: str) -> Callable[[], None]:
    """What begins the trouble, at once."""
    if which == "stall":
        return lambda: time.sleep(TROUBLE)
    if which == "locked":
        return lambda: _lock(store)
    asyncio.get_running_loop().call_later(TROUBLE, _ip, "-n", space, "link", "set", "line1", "up")
    return lambda: _ip("-n", space, "link", "set", "line1", "down")


def _lock(store: Path) -> None:
    held = sqlite3.connect(store, isolation_level=None, timeout=0.2)
    held.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(TROUBLE, held.close)


async def _run(which: Trouble, address: str, server: int, space: str) -> Told:
    ears, begun = _Ears(), time.monotonic()
    controls = [f"tcp://{each}:8081" for each in CONTROLS] if space else []
    file = Configuration([CheckEntry(address, timeout=2.0)], zone="UTC", controls=controls)
    with tempfile.TemporaryDirectory() as name:
        made = plan(file, Path(name))
        store = SqliteStore(made.store)
        hub = Hub.open(store, lambda *_: None)
        often = tuple(Duty(each.check, each.vantage, 0.2) for each in made.duties)
        clock = SteadyClock(
            hub.last_at, lambda: Instant(int(BEGUN + (time.monotonic() - begun) * 1000 * PACE)), lambda: 0.0
        )
        live = Live(hub, made.network, often, ears, lambda _: None, clock)
        task = asyncio.create_task(live.run(made.settings))
        await asyncio.sleep(WARM)
        _trouble(which, made.store, space)()
        await asyncio.sleep(AFTER + (0.0 if which == "stall" else TROUBLE))
        ears.outage = True
        os.kill(server, signal.SIGKILL)
        await asyncio.sleep(OUTAGE)
        if task.done():
            task.result()
        task.cancel()
        await asyncio.wait([task])
        store.close()
    return ears.told


if __name__ == "__main__":
    _, _which, _address, _pid, _space = sys.argv
    sys.stdout.write(msgspec.json.encode(uvloop.run(_run(_which, _address, int(_pid), _space))).decode())  # type: ignore[arg-type]
