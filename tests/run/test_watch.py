"""Watching a real service: noticed, published, over; and our own trouble is never somebody's outage."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import SteadyClock
from lightship.edges.probes.address import check
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.signals import Failure, Observation, Outcome
from lightship.vocabulary.time import HOUR, MINUTE, Instant, start_of
from tests.support.nginx import Nginx, free_port
from tests.support.watching import BEGUN, Watch

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


@pytest.mark.needs("nginx-light")
def test_a_stopped_server_is_published_within_two_ticks_and_followed_to_its_end(
    nginx: Nginx, watch: Watch
) -> None:
    watch.minutes(2)
    assert watch.incidents == ()
    nginx.stop()
    watch.minutes(2)
    (incident,) = watch.incidents
    assert incident.status == "investigating"
    assert "seen from one place" in watch.said[-1].headline
    assert f"127.0.0.1:{nginx.port} is failing" in watch.said[-1].headline
    assert watch.said[-1].headline.rstrip(".") in watch.front
    nginx.start()
    watch.minutes(5)
    assert [each.status for each in watch.incidents] == ["monitoring"]
    assert "looks healthy again" in watch.said[-1].headline
    watch.minutes(26)
    assert [each.status for each in watch.incidents] == ["resolved"]
    back = incident_back(watch)
    assert start_of(watch.tick) - 32 * MINUTE <= back <= start_of(watch.tick) - 30 * MINUTE


def incident_back(watch: Watch) -> int:
    back = watch.incidents[0].service_restored_at
    assert back is not None
    return back


@pytest.mark.needs("nginx-light")
@pytest.mark.parametrize("trouble", ["500", "silence"])
def test_errors_and_silence_after_accept_are_outages_too(nginx: Nginx, watch: Watch, trouble: str) -> None:
    watch.minutes(1)
    if trouble == "500":
        nginx.serve("return 500;")
    else:
        nginx.freeze()
    watch.minutes(2)
    assert [each.status for each in watch.incidents] == ["investigating"]
    if trouble == "500":
        nginx.serve('return 200 "working\\n";')
    else:
        nginx.thaw()
    watch.minutes(5)
    assert [each.status for each in watch.incidents] == ["monitoring"]
    assert {each.failure for each in watch.heard.seen} == {
        None, "wrong-status" if trouble == "500" else "timeout"
    }  # fmt: skip


@pytest.mark.needs("nginx-light")
def test_one_failed_look_is_not_published(nginx: Nginx, watch: Watch) -> None:
    watch.minutes(1)
    nginx.stop()
    watch.measure()
    nginx.start()
    watch.minutes(2)
    assert [each.outcome for each in watch.heard.seen].count("down") == 1
    assert watch.incidents == ()


@pytest.mark.needs("nginx-light")
def test_what_dies_in_an_outage_goes_on_with_the_same_incident(nginx: Nginx, watch: Watch) -> None:
    watch.minutes(1)
    nginx.stop()
    watch.minutes(2)
    before = watch.incidents[0].id, len(watch.said)
    watch.die()
    watch.open()
    assert (watch.incidents[0].id, len(watch.said)) == before
    watch.minutes(2)
    assert [each.id for each in watch.incidents] == [before[0]]
    assert watch.incidents[0].status == "investigating"
    assert watch.opened == 1


def test_two_services_of_one_machine_that_fail_together_are_one_incident_not_a_dead_line(
    tmp_path: Path,
) -> None:
    watch = Watch(tmp_path, [f"tcp://127.0.0.1:{free_port()}", f"tcp://127.0.0.1:{free_port()}"])
    watch.minutes(2)
    (incident,) = watch.incidents
    assert len(incident.scope.services) == 2
    watch.die()


def feed(watch: Watch, down: list[str]) -> None:
    """A minute of three looks, those at `down` failing. What they would measure lies beyond this machine."""
    for _ in range(3):
        for duty in watch.live.duties:
            outcome: Outcome = "down" if duty.check.address in down else "up"
            failure: Failure | None = "timeout" if outcome == "down" else None
            at = Instant(start_of(watch.tick) + 15_000)
            seen = Observation(at, duty.vantage, duty.check.address, 0, outcome, "connect", failure)
            watch.live.took(duty, seen, None)
    watch.judge()


def test_when_all_controls_fail_too_nothing_is_concluded_and_the_operator_is_told(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    feed(watch, [])
    for _ in range(10):
        feed(watch, [REMOTE, *CONTROLS])
    assert watch.incidents == ()
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
    assert [each.status for each in watch.incidents] == ["investigating"]
    watch.die()


def test_minutes_without_a_measurement_are_not_good_minutes(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    for _ in range(3):
        feed(watch, [REMOTE])
    for _ in range(20):
        watch.judge()
    assert [each.status for each in watch.incidents] == ["investigating"]
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
    assert watch.incidents == ()
    assert len(watch.heard.warnings) == (0 if 0 < jump <= HOUR else 1)
    nginx.stop()
    watch.minutes(3)
    assert [each.status for each in watch.incidents] == ["investigating"]
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


def test_a_slow_store_never_delays_a_measurement(tmp_path: Path) -> None:
    """Time runs 120 times as fast, so that ticks end; the store takes a second for each."""
    watch = Watch(tmp_path, [f"tcp://127.0.0.1:{free_port()}"])
    begun = time.monotonic()
    watch.live.clock = SteadyClock(
        watch.hub.last_at, lambda: Instant(int(BEGUN + (time.monotonic() - begun) * 120_000)), lambda: 0.0
    )
    starts: list[float] = []
    watch.heard.saw = lambda duty, observation, result: starts.append(time.monotonic())  # type: ignore[method-assign]
    watch.live.refresh = lambda hub: time.sleep(1.0)
    watch.live.prober._duties = tuple(
        type(each)(each.check, each.vantage, 0.05) for each in watch.live.prober._duties
    )

    asyncio.run(watch.live.run(watch.plan.settings, ticks=2))
    gaps = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert len(starts) > 15
    assert max(gaps) < 0.5
    watch.die()


def test_two_watches_of_one_folder_the_second_says_who_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    assert run(["watch", REMOTE, "--data", str(tmp_path), "--listen", ":0"]) == ExitCode.STORE_REFUSED
    assert "another hub (process" in capsys.readouterr().err
    watch.die()


def test_a_page_that_cannot_be_written_ends_it_with_a_reason_and_loses_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").write_text("in the way")
    assert run(["watch", REMOTE, "--data", str(tmp_path), "--listen", ":0"]) == ExitCode.STORE_REFUSED
    assert "site" in capsys.readouterr().err


def test_a_taken_port_is_said_before_anything_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = run(["watch", REMOTE, "--data", str(tmp_path), "--listen", f"127.0.0.1:{port}"])
    assert code == ExitCode.UNREACHABLE
    assert "0 takes any free one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "found"),
    [
        (["example.org"], ExitCode.BAD_INPUT, "write https://example.org"),
        (["gopher://example.org"], ExitCode.BAD_INPUT, "address 1: no probe for gopher"),
        ([REMOTE, "--control", "1.1.1.1"], ExitCode.BAD_INPUT, "--control"),
        ([REMOTE, "--control", "none", "--control", CONTROLS[0]], ExitCode.BAD_INPUT, "either none"),
        ([REMOTE, "--listen", "8080"], ExitCode.BAD_INPUT, "--listen"),
        ([REMOTE, "--every", "0.2"], ExitCode.BAD_INPUT, "from 1 to 60"),
        ([REMOTE, "--every", "300"], ExitCode.BAD_INPUT, "from 1 to 60"),
        ([REMOTE, "--for", "soon"], ExitCode.USAGE, "10m"),
        ([], ExitCode.USAGE, "ADDRESS"),
    ],
)
def test_what_is_malformed_on_the_command_line_is_named(
    arguments: list[str], code: ExitCode, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["watch", *arguments, "--data", str(tmp_path)]) == code
    assert found in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_name_of_a_check_is_an_address_again(tmp_path: Path) -> None:
    assert check("https://example.org").address == "https://example.org"
    watch = Watch(tmp_path, ["https://example.org", "tcp://example.org:443", "tls://example.org"], CONTROLS)
    assert [each.name for each in watch.plan.things] == [
        "https://example.org", "example.org:443", "tls://example.org"
    ]  # fmt: skip
    watch.die()
