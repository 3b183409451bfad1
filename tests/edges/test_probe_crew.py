"""Processes that measure for a hub: duties are divided, one that dies is replaced, a hub that stalls delays nothing."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from lightship.edges.probes.address import check
from lightship.edges.probes.crew import Crew
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.vocabulary.signals import Observation


@pytest.fixture
def silent() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        yield listener.getsockname()[1]


def children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    found = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return [each for each in found if b"probes.hand" in Path(f"/proc/{each}/cmdline").read_bytes()]


def test_a_crew_measures_everything_outlives_one_of_its_own_and_does_not_wait_for_the_hub(
    silent: int,
) -> None:
    """One story, since starting processes takes a second each."""
    seen: list[tuple[str, Observation, Result | None]] = []
    warned: list[str] = []
    duties = [Duty(check(f"tcp://127.0.0.{n}:{silent}"), f"v{n}", 1.0) for n in range(1, 9)]

    async def until(ready: object, seconds: float = 20.0) -> None:
        ends = time.monotonic() + seconds
        while not ready() and time.monotonic() < ends:  # type: ignore[operator]  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.05)
        assert ready(), (len(seen), warned)  # type: ignore[operator]

    async def story() -> None:
        crew = Crew(2, duties, lambda duty, o, r: seen.append((duty.vantage, o, r)), warned=warned.append)
        task = asyncio.create_task(crew.run())
        await until(lambda: {who for who, _, _ in seen} == {duty.vantage for duty in duties})
        assert all(each is not None and o.vantage == who for who, o, each in seen)

        # The hub stalls; what was measured meanwhile comes with the time when it was.
        seen.clear()
        time.sleep(2.0)  # noqa: ASYNC251 - on purpose
        resumed = time.time()
        await until(lambda: len(seen) >= 12)
        early = [o for _, o, _ in seen if o.at / 1000 < resumed - 0.5]
        assert early
        assert {o.outcome for o in early} <= {"up", "down"}

        # Out of turn, by the process whose duty it is.
        seen.clear()
        await crew.measure(duties[0])
        assert "v1" in {who for who, _, _ in seen}

        # One dies: that is told, and it is replaced.
        before = children()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        await until(lambda: bool(warned))
        await until(lambda: len(children()) == 2 and set(children()) != set(before))
        seen.clear()
        await until(lambda: {who for who, _, _ in seen} == {duty.vantage for duty in duties})

        crew.replace(duties[:1])
        await asyncio.sleep(1.5)
        seen.clear()
        await asyncio.sleep(1.5)
        assert {who for who, _, _ in seen} == {"v1"}
        assert sum(crew.watch.started) > 0
        task.cancel()
        await asyncio.wait([task])

    uvloop.run(story())
    assert "has died" in warned[0]
    assert children() == []
