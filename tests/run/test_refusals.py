"""A data folder that cannot be used: one clear line, exit code 4, nothing damaged; with the trouble gone, all is done."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lightship.run.exit_codes import ExitCode
from tests.support.outage_file import write_outage
from tests.support.outcomes import Outcome, outcome

NOBODY = 65534


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder below which any user may work, and so nobody too, whom file modes stop when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="lightship-refusals-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def scenario(home: Path) -> Path:
    return write_outage(home)


def replay(scenario: Path, data: Path, *more: str, before: Callable[[], None] | None = None) -> tuple[int, str]:
    """`lightship replay` as a process; its exit code and what it said on standard error."""
    ran = subprocess.run(
        [sys.executable, "-m", "lightship", "replay", str(scenario), "--data", str(data), "--json", *more],
        capture_output=True, text=True, check=False, preexec_fn=before, timeout=120,
    )  # fmt: skip
    return ran.returncode, ran.stderr.strip()


@pytest.fixture(scope="module")
def undisturbed(scenario: Path, home: Path) -> Outcome:
    assert replay(scenario, home / "undisturbed") == (0, "")
    return outcome(home / "undisturbed")


def refused(found: tuple[int, str], *said: str) -> None:
    """Exit code 4 and one line that says so."""
    code, line = found
    assert code == ExitCode.STORE_REFUSED, line
    assert line.startswith("lightship: ")
    assert len(line.splitlines()) == 1
    for each in said:
        assert each in line


def as_nobody() -> None:
    """In the new process, before it begins: be somebody whom file modes stop."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@pytest.mark.parametrize("room", [60_000, 150_000, 250_000])
def test_a_full_disk_is_said_and_with_room_the_same_command_goes_on(
    scenario: Path, undisturbed: Outcome, tmp_path: Path, room: int
) -> None:
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))  # noqa: E731 - in the new process
    refused(replay(scenario, tmp_path / "data", before=limit), "disk")
    assert replay(scenario, tmp_path / "data") == (0, "")
    assert outcome(tmp_path / "data") == undisturbed


def test_a_read_only_folder_is_named_and_stays_as_it_is(scenario: Path, undisturbed: Outcome, home: Path) -> None:
    data = home / "read-only"
    data.mkdir(mode=0o555)
    refused(replay(scenario, data, before=as_nobody), str(data), "writable")
    assert list(data.iterdir()) == []
    refused(replay(scenario, data / "below", before=as_nobody), str(data / "below"), "Permission denied")
    data.chmod(0o777)
    assert replay(scenario, data, before=as_nobody) == (0, "")
    assert outcome(data) == undisturbed


def test_a_read_only_store_is_refused_and_left_as_it_was(scenario: Path, undisturbed: Outcome, home: Path) -> None:
    data = home / "kept"
    shutil.copytree(home / "undisturbed", data)
    for each in (data, data / "replay.db", data / "replay.db.lock"):
        each.chmod(0o555 if each.is_dir() else 0o444)
    before = (data / "replay.db").read_bytes()
    refused(replay(scenario, data, before=as_nobody), "replay.db", "writable")
    assert (data / "replay.db").read_bytes() == before
    data.chmod(0o755)


def test_a_site_folder_that_cannot_be_written_is_refused_and_what_stood_there_stands(
    scenario: Path, undisturbed: Outcome, home: Path
) -> None:
    data = home / "no-site"
    data.mkdir()
    data.chmod(0o777)
    (data / "site").mkdir(mode=0o555)
    refused(replay(scenario, data, before=as_nobody), "site", "Permission denied")
    assert list((data / "site").iterdir()) == []
    (data / "site").chmod(0o777)
    assert replay(scenario, data, before=as_nobody) == (0, "")
    assert outcome(data) == undisturbed


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_was(
    scenario: Path, undisturbed: Outcome, home: Path, tmp_path: Path
) -> None:
    data = tmp_path / "newer"
    shutil.copytree(home / "undisturbed", data)
    with closing(sqlite3.connect(data / "replay.db")) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'log_format'")
    before = (data / "replay.db").read_bytes()
    refused(replay(scenario, data), "newer Lightship", "log format 99", "upgrade")
    assert (data / "replay.db").read_bytes() == before


def test_a_file_that_is_no_store_is_refused_and_left_as_it_was(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "replay.db").write_bytes(b"a shopping list\n" * 500)
    refused(replay(scenario, tmp_path), "not a Lightship store")
    assert (tmp_path / "replay.db").read_bytes() == b"a shopping list\n" * 500


def test_of_two_replays_in_one_folder_the_second_is_refused_and_the_first_goes_on(
    scenario: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "lightship", "replay", str(scenario), "--data", str(tmp_path), "--speed", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr is not None
        first.stderr.readline()  # an incident has been opened
        refused(replay(scenario, tmp_path), f"another hub (process {first.pid})", "stop that one")
        assert first.poll() is None
        first.send_signal(signal.SIGINT)
        assert first.wait(20) == ExitCode.INTERRUPTED
    assert replay(scenario, tmp_path) == (0, "")
    assert outcome(tmp_path) == undisturbed


def test_a_folder_with_files_of_others_is_refused_and_they_stay(
    scenario: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "holiday.html").write_text("sun")
    refused(replay(scenario, tmp_path), "holiday.html", "published site; name an empty folder")
    assert (tmp_path / "site" / "holiday.html").read_text() == "sun"
    (tmp_path / "site" / "holiday.html").unlink()
    assert replay(scenario, tmp_path) == (0, "")
    assert outcome(tmp_path) == undisturbed


def test_a_site_that_is_ahead_of_the_store_is_never_taken_back(
    scenario: Path, undisturbed: Outcome, home: Path, tmp_path: Path
) -> None:
    data = tmp_path / "ahead"
    shutil.copytree(home / "undisturbed", data)
    (data / "replay.db").unlink()
    refused(replay(scenario, data), "holds release", "never goes back")
    shutil.move(data / "site", data / "old")
    held = {str(each.relative_to(data / "old")) for each in (data / "old").rglob("*") if each.is_file()}
    assert held == {*undisturbed.files}
    assert replay(scenario, data) == (0, "")
    assert outcome(data) == undisturbed


@pytest.mark.parametrize("more", [("--seed", "8"), ()])
def test_a_store_of_another_replay_is_refused_and_left_as_it_was(
    scenario: Path, undisturbed: Outcome, home: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    data = tmp_path / "other"
    shutil.copytree(home / "undisturbed", data)
    other = scenario if more else write_outage(tmp_path, ("lines: 400000", "lines: 500000"))
    refused(replay(other, data, *more), "another scenario, seed or version", "name an empty folder")
    assert outcome(data) == undisturbed


def test_a_replay_that_was_stopped_early_goes_on_from_there(
    scenario: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    began = time.monotonic()
    assert replay(scenario, tmp_path, "--until", "20m") == (0, "")
    assert replay(scenario, tmp_path) == (0, "")
    assert time.monotonic() - began < 100
    assert outcome(tmp_path).updates == undisturbed.updates
    assert outcome(tmp_path).decisions == undisturbed.decisions
