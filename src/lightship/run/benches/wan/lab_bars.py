"""The bars of failover on real lines: `wan protect` itself in a laboratory of network namespaces. Needs root."""

import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lightship.run.benches.measured import Measured
from lightship.run.benches.wan.lab import Lab, can_run, options

Named = Iterator[tuple[str, Measured]]
DELAY = 0.04
"""Seconds that the mobile line adds to a round trip."""
FLOW_SECONDS = 4
IDLE_SECONDS = 20.0


class _Turn(msgspec.Struct, frozen=True):
    """One fault, by the call's own packets: seconds from the last answer until the route stood; packets lost;
    seconds from the route to the first answer over it, the line's own round trip taken off."""

    switched: float
    lost: int
    beyond: float


class _Keeper:
    """`wan protect --json`, heard."""

    def __init__(self, lab: Lab, data: str) -> None:
        self.lab, self.said = lab, list[dict[str, Any]]()
        words = [
            sys.executable,
            "-m",
            "lightship",
            "wan",
            "protect",
            *options("--json", "--no-resolver", data=data),
        ]
        self.process = lab.start("box", *words, stdout=subprocess.PIPE)
        threading.Thread(target=self._read, daemon=True).start()
        self.wait("lines", lambda each: all(line["heard_seconds_ago"] is not None for line in each["lines"]))

    def _read(self) -> None:
        for line in iter(self.process.stdout.readline, b""):  # type: ignore[union-attr]
            self.said.append({**json.loads(line), "heard": time.monotonic()})

    def wait(
        self, event: str, right: Callable[[dict[str, Any]], bool], seconds: float = 30.0, since: int = 0
    ) -> float:
        """When such an event was heard; raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for each in self.said[since:]:
                if each["event"] == event and right(each):
                    return float(each["heard"])
            time.sleep(0.002)
        raise TimeoutError(f"no {event} within {seconds} s")

    def count(self, event: str, since: int = 0) -> int:
        """How many of them."""
        return sum(each["event"] == event for each in self.said[since:])

    def back(self) -> None:
        """Mended: to the first line at once, and quiet again."""
        self.lab.mend()
        time.sleep(0.5)
        for _ in range(20):
            since = len(self.said)
            self.process.send_signal(signal.SIGUSR2)
            try:
                self.wait("switch", lambda each: each["to"] == "eth0", 1.0, since)
                break
            except TimeoutError:
                continue
        time.sleep(2.5)

    def end(self) -> None:
        """Stop it. What comes next is not to inherit a hold that earlier faults have doubled."""
        self.process.terminate()
        self.process.wait(10)


def bars(runs: int, full: bool) -> Named:
    """Those that a person waits for; `full`: all of them. Without root, it says so."""
    why_not = can_run()
    if why_not is not None:
        yield "lab", Measured("real lines in network namespaces", "s", None, why_not=why_not)
        return
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as data, Lab(delay=DELAY) as lab:
        time.sleep(0.5)
        keeper = _Keeper(lab, data)
        yield from _processor(keeper)
        yield from _cut("black hole", keeper, lab.black_hole, runs)
        yield from _cut("upstream only", keeper, lab.upstream, runs)
        yield from _slow("30% loss", keeper, lambda: lab.loss(0.3), runs, 5.0)
        if not full:
            return
        yield from _slow("10% loss", keeper, lambda: lab.loss(0.1), max(3, runs // 2), 20.0)
        yield from _slow(
            "names only", keeper, lambda: lab.fault("fibre", "udp dport 53"), max(3, runs // 2), 5.0
        )
        yield from _both_down(keeper)
        keeper.end()
        yield from _flapping(_Keeper(lab, data))


def _turn(keeper: _Keeper, fault: Callable[[], None]) -> _Turn:
    call = keeper.lab.start("home", sys.executable, "-m", "lightship.run.benches.wan.flow", str(FLOW_SECONDS),
                            stdout=subprocess.PIPE)  # fmt: skip
    time.sleep(1.2 + random.uniform(0.0, 0.2))  # noqa: S311 - at any moment of the probes' turns
    since = len(keeper.said)
    fault()
    set_at = keeper.wait("note", lambda each: each["text"].startswith("route over wwan0"), 20.0, since)
    missed = json.loads(call.communicate()[0])
    keeper.back()
    return _Turn(set_at - missed["gap_at"], missed["lost"], missed["gap_at"] + missed["gap"] - set_at - DELAY)


def _cut(name: str, keeper: _Keeper, fault: Callable[[], None], runs: int) -> Named:
    turns = [_turn(keeper, fault) for _ in range(runs)]
    waits, lost = [each.switched for each in turns], [each.lost for each in turns]
    beside = {"worst, s": max(waits), "packets lost, median": statistics.median(lost), "runs": runs}
    yield (
        name,
        Measured(
            f"real: {name}, until the route stands", "s", statistics.median(waits), tuple(waits), 0.8, beside
        ),
    )
    yield f"{name}, worst", Measured("real: the same, worst", "s", max(waits), tuple(waits), 1.2)
    yield (
        f"{name}, packets",
        Measured("real: packets lost of a call of 100/s, worst", "packets", max(lost), tuple(lost), 120),
    )
    more = [each.beyond for each in turns]
    what = f"real: an open flow's gap (masquerade) beyond the switch and the new line's {DELAY * 1000:.0f} ms"
    yield f"{name}, open flow", _median(what, more, 0.1, {"worst, s": max(more)})


def _slow(name: str, keeper: _Keeper, fault: Callable[[], None], runs: int, bar: float) -> Named:
    waits = []
    for _ in range(runs):
        since = len(keeper.said)
        fault()
        began = time.monotonic()
        try:
            waits.append(keeper.wait("switch", lambda each: each["to"] == "wwan0", 90.0, since) - began)
        except TimeoutError:
            waits.append(90.0)
        keeper.back()
    beside = {"worst, s": max(waits), "runs": runs}
    yield (
        name,
        Measured(f"real: {name}, until switched", "s", statistics.median(waits), tuple(waits), bar, beside),
    )


def _median(what: str, runs: list[float], bar: float, beside: Mapping[str, float | str]) -> Measured:
    return Measured(what, "s", statistics.median(runs), tuple(runs), bar, beside)


def _processor(keeper: _Keeper) -> Named:
    """What the idle watch costs, by the kernel's own count."""
    stat = Path(f"/proc/{keeper.process.pid}/stat")
    before = _ticks(stat)
    time.sleep(IDLE_SECONDS)
    share = (_ticks(stat) - before) / 100 / IDLE_SECONDS * 100
    yield (
        "processor",
        Measured("real: processor time of an idle `wan protect`", "% of a core", share, bar=2.0),
    )


def _ticks(stat: Path) -> int:
    """Of 10 ms."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _both_down(keeper: _Keeper) -> Named:
    since = len(keeper.said)
    keeper.lab.black_hole("fibre")
    keeper.lab.black_hole("mobile")
    time.sleep(12.0)
    switches, said = keeper.count("switch", since), keeper.count("all-down", since)
    keeper.lab.mend("mobile")
    keeper.lab.mend("fibre")
    time.sleep(5.0)
    yield "both down", Measured("real: both lines down: switches", "switches", switches, bar=0)
    yield "both down, said", Measured("real: the same: messages", "messages", said, bar=1, least=1)


def _flapping(keeper: _Keeper) -> Named:
    since = len(keeper.said)
    for _ in range(6):
        keeper.lab.black_hole()
        time.sleep(6.0)
        keeper.lab.mend()
        time.sleep(12.0)
    time.sleep(45.0)
    count = keeper.count("switch", since)
    yield (
        "flapping",
        Measured("real: 6 s down, 12 s up, six times: switches", "switches", count, bar=2, least=2),
    )
