"""What a probe costs us: in a process of its own, through the prober that `serve` runs, to the observation."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from itertools import count

import msgspec
import uvloop

from lightship.edges.probes.address import check
from lightship.edges.probes.packets import Burst, packets
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.edges.probes.stages import verified
from lightship.run.benches.probes.targets import pin
from lightship.vocabulary.signals import Observation


class Cost(msgspec.Struct, frozen=True):
    """CPU seconds for one probe in the mean; how many were up, of how many."""

    seconds: float
    up: int
    many: int


def cost(how: str, target: str, many: int, at_once: int, **environment: str) -> float:
    """CPU seconds for one probe, in a new process on the first core. Raises ValueError where some failed."""
    words = [sys.executable, "-m", __name__, how, target, str(many), str(at_once)]
    done = subprocess.run(  # noqa: S603 - our own words
        words, check=True, capture_output=True, env={**os.environ, **environment}
    )
    found = msgspec.json.decode(done.stdout, type=Cost)
    if found.up < many * 0.99:
        raise ValueError(f"{many - found.up} of {many} probes of ours failed: {target}")
    return found.seconds


async def _probes(address: str, many: int, at_once: int) -> Cost:
    made, up, numbers = check(address, timeout=20.0), [0], count()

    def took(_: Duty, seen: Observation, __: Result | None) -> None:
        up[0] += seen.outcome == "up"

    duty = Duty(made, "here", 20.0)
    prober = Prober([duty], took)

    async def one_after_another() -> None:
        while next(numbers) < many:
            await prober.measure(duty)

    verified()  # read once by a process, however many it probes
    await prober.measure(duty)
    up[0] = 0
    began = time.process_time()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return Cost((time.process_time() - began) / many, up[0], many)


async def _echoes(_: str, many: int, __: int) -> Cost:
    """One echo to each of so many addresses of loopback, as the packet engine takes a batch from the prober."""
    loop, over, left = asyncio.get_running_loop(), asyncio.Event(), [many]
    engine, up = packets(), [0]

    def told(_: int, times: list[float], __: OSError | None) -> None:
        up[0] += bool(times)
        left[0] -= 1
        if not left[0]:
            over.set()

    began = time.process_time()
    engine.submit([Burst(socket.AF_INET, loopback(many), 1, 0.0, 5.0, loop, told)])
    await over.wait()
    return Cost((time.process_time() - began) / many, up[0], many)


async def _checks(_: str, many: int, __: int) -> Cost:
    """The same as checks: from the duty to the observation."""
    over, up = asyncio.Event(), [0]
    duties = [Duty(check(f"icmp://{each}?count=1", timeout=5.0), "here", 20.0) for each in loopback(many)]

    def took(_: Duty, seen: Observation, __: Result | None) -> None:
        up[0] += seen.outcome == "up"
        if up[0] == many:
            over.set()

    prober = Prober(duties, took)
    prober._most = many  # a bench of one burst; `serve` spreads them over the interval
    began = time.process_time()
    prober._start([(each.check.address, each) for each in duties], 0.0)
    async with asyncio.timeout(30):
        await over.wait()
    return Cost((time.process_time() - began) / many, up[0], many)


def loopback(many: int) -> list[str]:
    """So many addresses that all answer."""
    return [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(many)]


def _main(how: str, target: str, many: str, at_once: str) -> None:
    pin(0, 0)
    works = {"probes": _probes, "echoes": _echoes, "checks": _checks}
    found = uvloop.run(works[how](target, int(many), int(at_once)))
    sys.stdout.write(msgspec.json.encode(found).decode())


if __name__ == "__main__":
    _main(*sys.argv[1:])
