"""A data folder that cannot be used: one clear line, exit code 4, nothing damaged; mended, all is done."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lightship.run.exit_codes import ExitCode
from tests.support.lives import Lives
from tests.support.outage_file import write_outage
from tests.support.outcomes import Outcome, outcome


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder of its own: some of what is made in it cannot be written, and pytest would stumble over that."""
    folder = Path(tempfile.mkdtemp(prefix="lightship-refusals-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def scenario(home: Path) -> Path:
    return write_outage(home)


@pytest.fixture(scope="module")
def lives(scenario: Path) -> Iterator[Lives]:
    found = Lives(scenario)
    yield found
    found.close()


@pytest.fixture(scope="module")
def undisturbed(lives: Lives, home: Path) -> Outcome:
    assert lives.one(home / "undisturbed")["ended"] == ExitCode.OK
    return outcome(home / "undisturbed")


def refused(found: dict[str, Any], *said: str) -> None:
    """Exit code 4 and one line that says so."""
    line = found["said"]
    assert found["ended"] == ExitCode.STORE_REFUSED, line
    assert line.startswith("lightship: ")
    assert len(line.splitlines()) == 1
    for each in said:
        assert each in line


@pytest.mark.parametrize("room", [60_000, 150_000, 250_000])
def test_a_full_disk_is_said_and_with_room_the_same_command_goes_on(
    lives: Lives, undisturbed: Outcome, tmp_path: Path, room: int
) -> None:
    refused(lives.one(tmp_path / "data", room=room), "disk")
    assert lives.one(tmp_path / "data")["ended"] == ExitCode.OK
    assert outcome(tmp_path / "data") == undisturbed


def test_a_read_only_folder_is_named_and_stays_as_it_is(
    lives: Lives, undisturbed: Outcome, home: Path
) -> None:
    data = home / "read-only"
    data.mkdir(mode=0o555)
    refused(lives.one(data, modes=True), str(data), "writable")
    assert list(data.iterdir()) == []
    refused(lives.one(data / "below", modes=True), str(data / "below"), "Permission denied")
    data.chmod(0o777)
    assert lives.one(data, modes=True)["ended"] == ExitCode.OK
    assert outcome(data) == undisturbed


def test_a_read_only_store_is_refused_and_left_as_it_was(
    lives: Lives, undisturbed: Outcome, home: Path
) -> None:
    data = home / "kept"
    shutil.copytree(home / "undisturbed", data)
    for each in (data, data / "replay.db", data / "replay.db.lock"):
        each.chmod(0o555 if each.is_dir() else 0o444)
    before = (data / "replay.db").read_bytes()
    refused(lives.one(data, modes=True), "replay.db", "writable")
    assert (data / "replay.db").read_bytes() == before
    data.chmod(0o755)


def test_a_site_folder_that_cannot_be_written_is_refused_and_what_stood_there_stands(
    lives: Lives, undisturbed: Outcome, home: Path
) -> None:
    data = home / "no-site"
    data.mkdir()
    data.chmod(0o777)
    (data / "site").mkdir(mode=0o555)
    refused(lives.one(data, modes=True), "site", "Permission denied")
    assert list((data / "site").iterdir()) == []
    (data / "site").chmod(0o777)
    assert lives.one(data, modes=True)["ended"] == ExitCode.OK
    assert outcome(data) == undisturbed


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_was(
    lives: Lives, undisturbed: Outcome, home: Path, tmp_path: Path
) -> None:
    data = tmp_path / "newer"
    shutil.copytree(home / "undisturbed", data)
    with closing(sqlite3.connect(data / "replay.db")) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'log_format'")
    before = (data / "replay.db").read_bytes()
    refused(lives.one(data), "newer Lightship", "log format 99", "upgrade")
    assert (data / "replay.db").read_bytes() == before


def test_a_file_that_is_no_store_is_refused_and_left_as_it_was(lives: Lives, tmp_path: Path) -> None:
    (tmp_path / "replay.db").write_bytes(b"a shopping list\n" * 500)
    refused(lives.one(tmp_path), "not a Lightship store")
    assert (tmp_path / "replay.db").read_bytes() == b"a shopping list\n" * 500


def test_of_two_replays_in_one_folder_the_second_is_refused_and_the_first_goes_on(
    lives: Lives, scenario: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "lightship",
        "replay",
        str(scenario),
        "--data",
        str(tmp_path),
        "--speed",
        "300",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr is not None
        first.stderr.readline()  # an incident has been opened
        refused(lives.one(tmp_path), f"another hub (process {first.pid})", "stop that one")
        assert first.poll() is None
        first.send_signal(signal.SIGINT)
        assert first.wait(20) == ExitCode.INTERRUPTED
    assert lives.one(tmp_path)["ended"] == ExitCode.OK
    assert outcome(tmp_path) == undisturbed


def test_a_folder_with_files_of_others_is_refused_and_they_stay(
    lives: Lives, undisturbed: Outcome, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "holiday.html").write_text("sun")
    refused(lives.one(tmp_path), "holiday.html", "published site; name an empty folder")
    assert (tmp_path / "site" / "holiday.html").read_text() == "sun"
    (tmp_path / "site" / "holiday.html").unlink()
    assert lives.one(tmp_path)["ended"] == ExitCode.OK
    assert outcome(tmp_path) == undisturbed


def test_a_site_that_is_ahead_of_the_store_is_never_taken_back(
    lives: Lives, undisturbed: Outcome, home: Path, tmp_path: Path
) -> None:
    data = tmp_path / "ahead"
    shutil.copytree(home / "undisturbed", data)
    (data / "replay.db").unlink()
    refused(lives.one(data), "holds release", "never goes back")
    shutil.move(data / "site", data / "old")
    held = {str(each.relative_to(data / "old")) for each in (data / "old").rglob("*") if each.is_file()}
    assert held == {*undisturbed.files}
    assert lives.one(data)["ended"] == ExitCode.OK
    assert outcome(data) == undisturbed


@pytest.mark.parametrize("more", [("--seed", "8"), ()])
def test_a_store_of_another_replay_is_refused_and_left_as_it_was(
    lives: Lives, undisturbed: Outcome, home: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    data = tmp_path / "other"
    shutil.copytree(home / "undisturbed", data)
    other = lives.scenario if more else write_outage(tmp_path, ("lines: 400000", "lines: 500000"))
    refused(
        lives.one(data, scenario=other, more=more),
        "another scenario, seed or version",
        "name an empty folder",
    )
    assert outcome(data) == undisturbed


def test_a_replay_that_was_stopped_early_goes_on_from_there(
    lives: Lives, undisturbed: Outcome, tmp_path: Path
) -> None:
    assert lives.one(tmp_path, more=("--until", "20m"))["ended"] == ExitCode.OK
    assert lives.one(tmp_path)["ended"] == ExitCode.OK
    assert outcome(tmp_path).updates == undisturbed.updates
    assert outcome(tmp_path).decisions == undisturbed.decisions
