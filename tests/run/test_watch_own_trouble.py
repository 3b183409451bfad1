"""Watching: our own line, clock and store in trouble are never somebody else's outage."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from lightship.edges.clock import SteadyClock
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.live import Live
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import HOUR, MINUTE, Instant
from tests.support.nginx import Nginx, free_port
from tests.support.watching import BEGUN, Heard, Watch, feed

REMOTE, CONTROLS = "https://example.org/", ["tcp://192.0.2.1:443", "tcp://192.0.2.2:443"]


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watch(nginx: Nginx, tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path, [nginx.address])
    yield made
    made.die()


class Locked:
    """Agents whose registry somebody else holds."""

    def came(self) -> bool:
        return True

    def words(self, at: Instant) -> list[str]:
        raise StoreRefused("hub.agents.db: agents cannot be kept (database is locked)")

    def judged(self, health: object) -> None: ...

    def newer(self) -> None: ...

    def ask(self, paths: object) -> bool:
        return False


def test_a_registry_of_agents_that_is_locked_ends_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path, ["http://localhost:1/"], CONTROLS)
    watch.live.elsewhere = Locked()

    async def follows() -> None:
        with ThreadPoolExecutor(1) as thread:
            await watch.live._follow_agents(thread)

    asyncio.run(follows())
    assert watch.heard.warnings == [
        "hub.agents.db: agents cannot be kept (database is locked); agents go on as before"
    ]
    assert watch.incidents == ()
    watch.die()


def test_when_all_controls_fail_too_nothing_is_concluded_and_the_operator_is_told(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    feed(watch, [])
    for _ in range(10):
        feed(watch, [REMOTE, *CONTROLS])
    assert watch.statuses == []
    assert [each for each in watch.heard.warnings if "own line seems down" in each] == watch.heard.warnings
    assert len(watch.heard.warnings) == 1
    feed(watch, [])
    assert "is up again" in watch.heard.warnings[-1]
    watch.die()


def test_a_dead_line_in_the_middle_of_an_outage_is_not_its_end(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    for _ in range(3):
        feed(watch, [REMOTE])
    for _ in range(20):
        feed(watch, [REMOTE, *CONTROLS])
    assert watch.statuses == ["investigating"]
    watch.die()


def test_minutes_without_a_measurement_are_not_good_minutes(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    for _ in range(3):
        feed(watch, [REMOTE])
    for _ in range(20):
        watch.judge()
    assert watch.statuses == ["investigating"]
    watch.die()


def test_targets_on_this_machine_do_not_depend_on_its_line(tmp_path: Path) -> None:
    here = "http://localhost:1/"
    watch = Watch(tmp_path, [here], CONTROLS)
    feed(watch, [])
    for _ in range(2):
        feed(watch, [here, *CONTROLS])
    assert len(watch.incidents) == 1
    watch.die()


@pytest.mark.needs("nginx-light")
@pytest.mark.parametrize("jump", [-HOUR, -20 * MINUTE, 20 * MINUTE, 5 * HOUR])
def test_a_clock_that_jumps_makes_no_outage_and_hides_none(nginx: Nginx, watch: Watch, jump: int) -> None:
    watch.minutes(2)
    watch.wall = Instant(watch.wall + jump)
    watch.minutes(4)
    assert watch.statuses == []
    assert len(watch.heard.warnings) == (0 if 0 < jump <= HOUR else 1)
    nginx.stop()
    watch.minutes(3)
    assert watch.statuses == ["investigating"]
    instants = [logged.at for logged in watch.store.events()]
    assert instants == sorted(instants)


def test_a_clock_set_back_runs_at_half_its_pace_until_it_is_right_again() -> None:
    wall, ran = [BEGUN], [0.0]
    clock = SteadyClock(Instant(0), lambda: Instant(wall[0]), lambda: ran[0])
    wall[0] = Instant(BEGUN - HOUR)
    assert clock() == BEGUN
    assert clock.ahead() == HOUR
    wall[0], ran[0] = Instant(BEGUN), float(HOUR)
    assert clock() == BEGUN + HOUR // 2
    wall[0], ran[0] = Instant(BEGUN + HOUR), 2.0 * HOUR
    assert clock() == BEGUN + HOUR
    assert clock.ahead() == 0


STORE_SECONDS = 4.0


def test_a_slow_store_never_delays_a_measurement(tmp_path: Path) -> None:
    """Time runs 120 times as fast, so that ticks end; the store takes four seconds for each. Nothing waits for it."""
    watch = Watch(tmp_path, [f"tcp://127.0.0.1:{free_port()}"])
    begun, measured = time.monotonic(), list[float]()

    def fast() -> Instant:
        return Instant(int(BEGUN + (time.monotonic() - begun) * 120_000))

    class Listening(Heard):
        def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
            measured.append(time.monotonic())

    often = tuple(Duty(each.check, each.vantage, 0.05) for each in watch.live.duties)
    clock = SteadyClock(watch.hub.last_at, fast, lambda: 0.0)
    live = Live(watch.hub, watch.live.network, often, Listening(), lambda _: time.sleep(STORE_SECONDS), clock)
    asyncio.run(live.run(watch.plan.settings, ticks=2))
    assert len(measured) > 15
    assert max(later - earlier for earlier, later in pairwise(measured)) < STORE_SECONDS
    watch.die()
