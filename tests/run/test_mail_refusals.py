"""A disk that is full, two at once, nobody to ask: one clear line each, and nothing that was kept is lost."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.run.exit_codes import ExitCode
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy
from tests.support.mailbox import Kept, at_server, fill, message

pytestmark = pytest.mark.needs("dovecot-imapd")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    fill(server.mail("ann"), [message(n, 20_000) for n in range(400)])
    with server:
        yield server


def keep(folder: Path, port: int, *more: str) -> list[str]:
    """The command line of a pass."""
    return [sys.executable, "-m", "lightship", "mail", "keep", "ann", "--host", "127.0.0.1", "--port", str(port),
            "--security", "none", "--password-command", f"echo {PASSWORD}", "--copy", str(folder), *more]  # fmt: skip


def run(words: list[str]) -> subprocess.CompletedProcess[str]:
    """To its end."""
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with room for half of the mail."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=7M", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system wants root")
def test_a_full_disk_is_one_clear_line_and_the_next_pass_goes_on(small_disk: Path, dovecot: Dovecot) -> None:
    full = run(keep(small_disk / "copy", dovecot.port, "--no-search"))
    assert full.returncode == ExitCode.STORE_REFUSED, full
    assert "No space left on device" in full.stderr or "disk is full" in full.stderr
    assert len(full.stderr.splitlines()) == 1
    kept = Kept(small_disk / "copy", dovecot.port, "ann")
    before = len(kept.contents()["INBOX"])
    assert 150 <= before < 400
    assert not list(small_disk.rglob("tmp/*")), "what is half written makes room"
    subprocess.run(["mount", "-o", "remount,size=30M", str(small_disk)], check=True)
    behaviour = Behaviour()
    with ImapProxy(dovecot.port, behaviour) as proxy:
        again = run(keep(small_disk / "copy", proxy.port, "--no-search"))
    assert again.returncode == ExitCode.OK, again
    assert kept.contents() == at_server(dovecot.port, "ann")
    assert len(kept.files()) == 400
    assert len(behaviour.fetched) <= 400 - before + 20, "what was kept is not fetched again"


def test_two_passes_at_once_are_refused_clearly_and_reading_goes_on(tmp_path: Path, dovecot: Dovecot) -> None:
    with ImapProxy(dovecot.port, Behaviour(seconds=0.01)) as proxy:
        first = subprocess.Popen(
            keep(tmp_path / "copy", proxy.port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        limit = time.monotonic() + 20
        while not list(tmp_path.rglob("cur/*")) and time.monotonic() < limit:
            time.sleep(0.05)
        second = run(keep(tmp_path / "copy", dovecot.port))
        status = run([sys.executable, "-m", "lightship", "mail", "status", "--copy", str(tmp_path / "copy")])
        said = first.communicate(timeout=60)
    assert second.returncode == ExitCode.STORE_REFUSED
    assert f"another `lightship mail` (process {first.pid}) has it open" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert (status.returncode, first.returncode) == (0, 0), said
    assert "no complete pass yet" in status.stdout


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["keep", "me@example.org"], ExitCode.BAD_INPUT, "state --host"),
        (["keep", "me@example.org", "--host", "127.0.0.1", "--port", "9"], ExitCode.BAD_INPUT, "--password-command"),
        (["keep", "me", "--host", "127.0.0.1", "--port", "9", "--password-command", "echo x"], ExitCode.UNREACHABLE,
         "127.0.0.1:9: Connection refused"),
        (["keep", "me", "--host", "127.0.0.1", "--password-command", "false"], ExitCode.UNREACHABLE, "ended with 1"),
        (["keep", "me", "--host", "example.org", "--security", "none"], ExitCode.BAD_INPUT, "another machine"),
        (["keep"], ExitCode.BAD_INPUT, "no account yet"),
        (["status"], ExitCode.STORE_REFUSED, "no mail is kept here yet"),
        (["verify"], ExitCode.STORE_REFUSED, "no mail is kept here yet"),
        (["verify", "--copy", "/proc/nowhere"], ExitCode.STORE_REFUSED, "/proc/nowhere"),
    ],
    ids=["host", "password", "refused", "command", "clear", "nobody", "nothing", "unkept", "no-folder"],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(more: list[str], code: int, said: str, tmp_path: Path) -> None:
    place = [] if "--copy" in more else ["--copy", str(tmp_path / "copy")]
    found = run([sys.executable, "-m", "lightship", "mail", *more, *place])
    assert (found.returncode, len(found.stderr.splitlines())) == (code, 1), found
    assert said in found.stderr


def test_a_port_without_tls_is_called_that(tmp_path: Path, dovecot: Dovecot) -> None:
    words = keep(tmp_path / "copy", dovecot.port)
    found = run(
        [
            each.replace("none", "tls") if words[n - 1] == "--security" else each
            for n, each in enumerate(words)
        ]
    )
    assert found.returncode == ExitCode.UNREACHABLE
    assert "TLS: none is spoken there" in found.stderr


def test_a_wrong_password_is_not_remembered(tmp_path: Path, dovecot: Dovecot) -> None:
    words = keep(tmp_path / "copy", dovecot.port)
    found = run([each.replace(f"echo {PASSWORD}", "echo guess") for each in words])
    assert found.returncode == ExitCode.CHECK_FAILED
    assert "does not let ann in" in found.stderr
    with Copy(tmp_path / "copy", now()) as copy:
        assert copy.db.execute("SELECT count(*) FROM account").fetchone() == (0,)


def test_no_secret_is_written_anywhere_in_the_copy(tmp_path: Path, dovecot: Dovecot) -> None:
    secret = "hunter2-and-more"
    script = tmp_path / "secret.sh"
    script.write_text(f"#!/bin/sh\n# {secret}\necho {PASSWORD}\n")
    script.chmod(0o700)
    words = [each.replace(f"echo {PASSWORD}", str(script)) for each in keep(tmp_path / "copy", dovecot.port)]
    assert run(words).returncode == ExitCode.OK
    held = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert held
    assert not any(
        secret.encode() in path.read_bytes() or b"echo secret" in path.read_bytes() for path in held
    )
    modes = {oct(path.stat().st_mode & 0o077) for path in held if path.name != "README.txt"}
    assert modes == {"0o0"}, "nobody else may read the mail"
