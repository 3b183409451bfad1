"""A person at a terminal: asked once, remembered in a keyring; and what goes on by itself afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lightship.edges.mailboxes.copy.reader import Reader
from lightship.run.exit_codes import ExitCode
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy
from tests.support.mailbox import at_server, fill, logged_in, message
from tests.support.terminal import ROOT, Terminal

pytestmark = pytest.mark.needs("dovecot-imapd")

COUNT = 60


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    fill(server.mail("ann"), [message(n, 1500) for n in range(COUNT)])
    fill(server.mail("bob"), [message(n, 1500) for n in range(100, 107)])
    with server:
        yield server


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """An environment with a keyring in it."""
    return {
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
        "PYTHONPATH": str(ROOT),
    }


def kept(tmp_path: Path, port: int, *names: str) -> list[str]:
    return [
        "mail",
        "keep",
        *names,
        "--port",
        str(port),
        "--security",
        "none",
        "--copy",
        str(tmp_path / "copy"),
    ]


def alone(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """With nobody at the terminal."""
    return subprocess.run(
        [sys.executable, "-m", "lightship", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        check=False, timeout=60, env={**os.environ, **environment}, cwd=ROOT,
    )  # fmt: skip


def test_asked_once_remembered_by_the_keyring_and_a_second_account_beside(
    dovecot: Dovecot, tmp_path: Path, keyring: dict[str, str]
) -> None:
    first = Terminal(*kept(tmp_path, dovecot.port, "ann"), environment=keyring)
    first.answer("IMAP server", "127.0.0.1")
    first.answer("Password of ann", PASSWORD, hidden=True)
    assert first.ended() == ExitCode.OK, first.said
    assert f"{COUNT} messages fetched" in first.said
    assert PASSWORD not in first.said
    assert json.loads((tmp_path / "keyring.json").read_text()) == {"lightship mail/ann": PASSWORD}

    second = Terminal(*kept(tmp_path, dovecot.port, "ann", "bob"), environment=keyring)
    second.answer("IMAP server", "127.0.0.1")
    second.answer("Password of bob", PASSWORD, hidden=True)
    assert second.ended() == ExitCode.OK, second.said

    both = alone(keyring, "mail", "keep", "--copy", str(tmp_path / "copy"))
    assert both.returncode == ExitCode.OK, both.stderr
    assert [line.split(":")[0] for line in both.stdout.splitlines()] == ["ann", "bob"]
    assert all(PASSWORD.encode() not in each.read_bytes() for each in tmp_path.joinpath("copy").glob("*.db*"))


def test_a_passphrase_is_asked_twice_and_remembered_and_without_a_keyring_asked_each_time(
    dovecot: Dovecot, tmp_path: Path, keyring: dict[str, str]
) -> None:
    words = kept(
        tmp_path,
        dovecot.port,
        "ann",
        "--host",
        "127.0.0.1",
        "--encrypt",
        "--password-command",
        f"echo {PASSWORD}",
    )
    first = Terminal(*words, environment=keyring)
    first.answer("Passphrase of", "open sesame", hidden=True)
    first.answer("Repeat", "open sesame", hidden=True)
    assert first.ended() == ExitCode.OK, first.said
    assert "loses the copy" in first.said
    assert list(json.loads((tmp_path / "keyring.json").read_text()).values()) == ["open sesame"]
    copy = ["--copy", str(tmp_path / "copy")]
    assert alone(keyring, "mail", "status", *copy).returncode == ExitCode.OK

    none = {**keyring, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    refused = alone(none, "mail", "status", *copy)
    assert (refused.returncode, refused.stderr.count("\n")) == (ExitCode.STORE_REFUSED, 1)
    for typed, code in (("close sesame", ExitCode.STORE_REFUSED), ("open sesame", ExitCode.OK)):
        asked = Terminal("mail", "status", *copy, environment=none)
        asked.answer("Passphrase of", typed, hidden=True)
        assert asked.ended() == code, asked.said


def test_a_bar_is_shown_on_a_terminal_and_not_in_a_pipe(dovecot: Dovecot, tmp_path: Path) -> None:
    behaviour = Behaviour(seconds=0.02)
    with ImapProxy(dovecot.port, behaviour) as proxy:
        more = ["--host", "127.0.0.1", "--password-command", f"echo {PASSWORD}"]
        shown = Terminal(*kept(tmp_path / "shown", proxy.port, "ann", *more))
        shown.until("messages of ann", seconds=60)
        assert shown.ended(60) == ExitCode.OK, shown.said
        piped = alone({}, *kept(tmp_path / "piped", proxy.port, "ann", *more))
    assert piped.stderr == ""
    assert piped.stdout.count("\n") == 1


def test_what_goes_on_by_itself_verifies_each_day_and_restores_each_month(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    words = kept(
        tmp_path, dovecot.port, "ann", "--host", "127.0.0.1", "--password-command", f"echo {PASSWORD}"
    )
    for more, said in ([], "no test restore for a month"), (["--test-restore"], "test restore: 20 of 20"):
        _forget_proofs(tmp_path / "copy" / "catalogue.db")
        going = Terminal(*words, "--every", "1m", *more)
        going.until(said)
        time.sleep(0.3)
        going.process.send_signal(signal.SIGINT)
        assert going.ended() == ExitCode.INTERRUPTED, going.said
        reader = Reader(tmp_path / "copy")
        assert [each.passed for each in reader.proofs("verify")] == [True]
        assert [each.passed for each in reader.proofs("test restore")] == [True] * bool(more)
        reader.close()
    client = logged_in(dovecot.port, "ann")
    folders = client.list()[1]
    client.logout()
    assert not any(b"test restore" in line for line in folders if isinstance(line, bytes))
    assert len(at_server(dovecot.port, "ann")["INBOX"]) == COUNT


def _forget_proofs(catalogue: Path) -> None:
    """As if they were made long ago."""
    if catalogue.exists():
        with closing(sqlite3.connect(catalogue)) as db, db:
            db.execute("DELETE FROM proof")


# The last one: Dovecot lets an address wait that gave a wrong password.
def test_a_password_that_does_not_let_in_is_not_remembered(
    dovecot: Dovecot, tmp_path: Path, keyring: dict[str, str]
) -> None:
    first = Terminal(*kept(tmp_path, dovecot.port, "ann", "--host", "127.0.0.1"), environment=keyring)
    first.answer("Password of ann", "wrong", hidden=True)
    assert first.ended() == 1, first.said
    assert "does not let ann in" in first.said
    assert not (tmp_path / "keyring.json").exists()
