"""`lightship mail open` and `search`, as people type them."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from tests.support.hostile_mail import CORPUS
from tests.support.mail_copies import keep, letter, name_of

FIRST = letter(0, "Line down", "The line is down since eight.")
ANSWER = letter(1, "Re: Line down", "Ours, too.", "Bob <bob@example.org>", follows="0@example.org")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("copy")
    keep(folder, [FIRST, ANSWER])
    keep(folder, CORPUS.values(), "Hostile")
    return str(folder)


def test_search_lists_what_holds_all_words(copy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "search", "down", "from:bob", "--copy", copy]) == ExitCode.OK
    out = capfd.readouterr().out
    assert name_of(ANSWER) in out
    assert name_of(FIRST) not in out


def test_search_says_where_nothing_is_found(copy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "search", "nowhere", "--copy", copy]) == ExitCode.CHECK_FAILED
    assert "No message" in capfd.readouterr().err
    assert run(["mail", "search", "()", "--copy", copy]) == ExitCode.BAD_INPUT
    assert "type one word or more" in capfd.readouterr().err


def test_search_for_machines(copy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "search", "eight", "--copy", copy, "--json"]) == ExitCode.OK
    found = json.loads(capfd.readouterr().out)
    assert [each["name"] for each in found["messages"]] == [name_of(FIRST)]
    assert found["not_searchable_yet"] == 0


def test_a_message_in_the_terminal_with_its_conversation(
    copy: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["mail", "open", name_of(FIRST), "--terminal", "--copy", copy]) == ExitCode.OK
    out = capfd.readouterr().out
    for words in (
        "Ann <ann@example.org>",
        "Line down",
        "since eight",
        "In the same conversation",
        name_of(ANSWER),
    ):
        assert words in out


def test_without_words_the_newest_are_listed(copy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "open", "--terminal", "--copy", copy]) == ExitCode.OK
    assert capfd.readouterr().out.count("\n") == 60


@pytest.mark.parametrize("name", CORPUS)
def test_no_hostile_message_reaches_the_terminal_as_anything_but_text(
    copy: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["mail", "open", name_of(CORPUS[name]), "--terminal", "--copy", copy]) == ExitCode.OK
    assert not CONTROL.search(capfd.readouterr().out)


def test_attachments_are_saved_and_nothing_is_overwritten(
    copy: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "mail",
        "open",
        name_of(CORPUS["hostile-names"]),
        "--save",
        str(tmp_path / "out"),
        "--copy",
        copy,
    ]
    assert run(arguments) == ExitCode.OK
    assert run(arguments) == ExitCode.OK
    saved = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(saved) == 4
    assert all(Path(line).parent == tmp_path / "out" for line in capfd.readouterr().out.splitlines())


@pytest.mark.parametrize("typed", ["0000000000", "nonsense"])
def test_a_name_of_no_message_is_said(
    copy: str, tmp_path: Path, typed: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["mail", "open", typed, "--save", str(tmp_path), "--copy", copy]) == ExitCode.BAD_INPUT
    assert "no message of that name" in capfd.readouterr().err


def test_the_reader_is_served_until_it_is_stopped(copy: str) -> None:
    command = [sys.executable, "-m", "lightship", "mail", "open", "line down", "--no-browser", "--copy", copy]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/\?q=line\+down", address)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert name_of(FIRST) in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == ExitCode.OK
