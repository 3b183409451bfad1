"""Watching a real service: noticed, published, over."""

import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from lightship.edges.probes.address import check
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import MINUTE, start_of
from tests.support.nginx import Nginx, free_port
from tests.support.watching import Watch, feed

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
    assert watch.statuses == []
    nginx.stop()
    watch.minutes(2)
    (incident,) = watch.incidents
    assert incident.status == "investigating"
    assert "seen from one place" in watch.said[-1].headline
    assert f"127.0.0.1:{nginx.port} is failing" in watch.said[-1].headline
    assert watch.said[-1].headline.rstrip(".") in watch.front
    nginx.start()
    watch.minutes(5)
    assert watch.statuses == ["monitoring"]
    assert "looks healthy again" in watch.said[-1].headline
    watch.minutes(26)
    assert watch.statuses == ["resolved"]
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
    assert watch.statuses == ["investigating"]
    if trouble == "500":
        nginx.serve('return 200 "working\\n";')
    else:
        nginx.thaw()
    watch.minutes(5)
    assert watch.statuses == ["monitoring"]
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
    assert watch.statuses == []


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


def test_a_disk_that_fills_up_while_watching_ends_it_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    for _ in range(3):
        feed(watch, [REMOTE])
    before = watch.store.head(), watch.statuses, len(watch.said)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StoreRefused, match=r"nothing that was acknowledged is lost|refused"):
            feed(watch, [REMOTE])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    watch.die()
    watch.open()
    assert (watch.store.head(), watch.statuses, len(watch.said)) == before
    watch.die()


def test_a_check_that_is_added_in_an_outage_is_not_its_end(tmp_path: Path) -> None:
    """`serve`, started again with one more check in its file."""
    watch = Watch(tmp_path, [REMOTE], CONTROLS)
    for _ in range(3):
        feed(watch, [REMOTE])
    watch.die()
    watch.plan = Watch(tmp_path / "other", [REMOTE, "https://b.example/"], CONTROLS).plan
    watch.plan = replace(watch.plan, store=tmp_path / "lightship.db", site=tmp_path / "site")
    watch.open()
    for _ in range(2):
        feed(watch, [REMOTE])
    assert watch.statuses == ["investigating"]
    for _ in range(6):
        feed(watch, [])
    assert watch.statuses == ["monitoring"]
    watch.die()
