"""What is kept can be proved and put back: hashes, a test restore, another server, an mbox, a Maildir."""

import json
import mailbox as standard
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.purging import purge
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.time import DAY, Instant
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy
from tests.support.mailbox import Kept, at_server, fill, logged_in, message

pytestmark = pytest.mark.needs("dovecot-imapd")

DATE = '"14-May-2014 12:00:00 +0000"'


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def kept(dovecot: Dovecot, tmp_path: Path) -> Kept:
    """A mailbox of several folders with flags, doubles and odd content, kept."""
    user = tmp_path.name.replace("_", "")
    fill(dovecot.mail(user), [message(n) for n in range(40)] + [b"no header\r\n", message(7)])
    dovecot.own()
    with logged_in(dovecot.port, user) as client:
        client.create("Archive/2016")
        client.create("Entw&APw-rfe")
        client.append("Archive/2016", r"(\Flagged $Forwarded)", DATE, message(1))
        client.append(
            "Archive/2016", r"(\Answered \Seen)", DATE, b"Subject: x\r\n\r\nFrom x\r\n>From y\r\n\xff\r\n"
        )
        client.append("Entw&APw-rfe", r"(\Draft)", DATE, message(99, 2_000_000))
    found = Kept(tmp_path / "copy", dovecot.port, user)
    assert found.keep().whole
    return found


def lightship(*words: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, as a person would."""
    command = [sys.executable, "-m", "lightship", "mail", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def restore(kept: Kept, port: int, user: str, *more: str) -> subprocess.CompletedProcess[str]:
    """To another user at a server on loopback."""
    return lightship(
        "restore", "--to", f"imap://{user}@127.0.0.1:{port}", "--password-command", f"echo {PASSWORD}",
        "--copy", str(kept.folder), *more,
    )  # fmt: skip


def test_a_restore_puts_everything_back_and_a_second_one_nothing(kept: Kept, dovecot: Dovecot) -> None:
    new = f"{kept.user}new"
    first = restore(kept, dovecot.port, new)
    assert first.returncode == ExitCode.OK, first
    assert "45 of 45 messages compared by hash, flags and date" in first.stdout
    assert at_server(dovecot.port, new) == at_server(dovecot.port, kept.user)
    second = json.loads(restore(kept, dovecot.port, new, "--json").stdout)
    assert [each["appended"] for each in second] == [0, 0, 0]
    assert flags_and_dates(dovecot.port, new) == flags_and_dates(dovecot.port, kept.user)


def test_a_message_that_the_server_alters_is_said_and_not_put_there_again(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = tmp_path.name.replace("_", "")
    bare = b"Message-ID: <bare@made-up.example>\r\nSubject: bare\r\n\r\na line end too many\r\r\nhere\r\n"
    fill(dovecot.mail(user), [message(1), bare])
    dovecot.own()
    kept = Kept(tmp_path / "copy", dovecot.port, user)
    kept.keep()
    for put in (2, 0):
        (found,) = json.loads(restore(kept, dovecot.port, f"{user}new", "--json").stdout)
        assert (found["appended"], found["same"], found["altered"], found["missing"]) == (put, 1, 1, 0)
    assert len(at_server(dovecot.port, f"{user}new")["INBOX"]) == 2


def flags_and_dates(port: int, user: str) -> list[tuple[str, list[str]]]:
    """What the oracle reads of every folder."""
    found = []
    with logged_in(port, user) as client:
        for name in ("INBOX", "Archive/2016", "Entw&APw-rfe"):
            client.select(name, readonly=True)
            lines = [
                line for line in client.fetch("1:*", "(FLAGS INTERNALDATE)")[1] if isinstance(line, bytes)
            ]
            texts = [
                line.decode().partition("(")[2].replace("\\Recent", "").replace("( ", "(") for line in lines
            ]
            found.append((name, sorted(text.replace(" )", ")") for text in texts)))
    return found


def test_a_restore_that_the_server_cuts_off_goes_on(kept: Kept, dovecot: Dovecot) -> None:
    new = f"{kept.user}cut"
    cut: list[int] = []

    def hang_up(uid: int, line: bytes, literal: bytes) -> tuple[bytes, bytes] | None:
        cut.append(uid)
        return None if len(cut) == 5 else (line, literal)

    with ImapProxy(dovecot.port, Behaviour(body=hang_up)) as proxy:
        found = restore(kept, proxy.port, new)
    assert found.returncode == ExitCode.OK, found
    assert at_server(dovecot.port, new) == at_server(dovecot.port, kept.user)


def test_a_full_mailbox_is_one_clear_line(kept: Kept, dovecot: Dovecot) -> None:
    full = Behaviour(rewrite=lambda line: line.replace(b"OK [APPENDUID", b"NO [OVERQUOTA] Quota exceeded [X"))
    with ImapProxy(dovecot.port, full) as proxy:
        found = restore(kept, proxy.port, f"{kept.user}full")
    assert "the other mailbox is full" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_wrong_password_is_called_that(kept: Kept, dovecot: Dovecot) -> None:
    url = f"imap://{kept.user}@127.0.0.1:{dovecot.port}"
    found = lightship("restore", "--to", url, "--password-command", "echo guess", "--copy", str(kept.folder))
    assert found.returncode == ExitCode.UNREACHABLE
    assert f"does not let {kept.user} in" in found.stderr
    assert "goes on" not in found.stderr


def test_nothing_is_exported_into_the_copy_itself(kept: Kept) -> None:
    below = kept.folder / "out"
    found = lightship("export", str(below), "--mbox", "--copy", str(kept.folder))
    assert (found.returncode, "lies in the copy itself" in found.stderr) == (ExitCode.BAD_INPUT, True)
    assert not below.exists()


def test_a_test_restore_leaves_nothing_behind_and_is_written_down(kept: Kept, dovecot: Dovecot) -> None:
    url = f"imap://{kept.user}@127.0.0.1:{dovecot.port}"
    found = lightship(
        "verify", "--test-restore", url, "--password-command", f"echo {PASSWORD}", "--copy", str(kept.folder)
    )
    assert found.returncode == ExitCode.OK, found
    assert "20 of 20 came back as they are" in found.stdout
    assert set(at_server(dovecot.port, kept.user)) == {"INBOX", "Archive/2016", "Entwürfe"}
    (proof,) = kept.reader().proofs("test restore")
    assert proof.passed


def test_damage_is_found_said_and_mended_from_the_provider(kept: Kept) -> None:
    reader = kept.reader()
    (small,) = reader.by_message_id(["3@made-up.example"])
    (lost,) = reader.by_message_id(["4@made-up.example"])
    for path in kept.files():
        if path.name.startswith(small.hash.hex()[:40]):
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        if path.name.startswith(lost.hash.hex()[:40]):
            path.unlink()
    found = lightship("verify", "--all", "--copy", str(kept.folder))
    assert found.returncode == ExitCode.CHECK_FAILED
    assert f"damaged: {small.short}: its content changed" in found.stdout
    assert f"damaged: {lost.short}: its file is gone" in found.stdout
    report = kept.keep()
    assert (report.fetched, report.whole) == (2, True)
    assert lightship("verify", "--all", "--copy", str(kept.folder)).returncode == ExitCode.OK
    assert kept.contents() == at_server(kept.port, kept.user)


def test_thirty_days_read_everything_once(kept: Kept) -> None:
    from lightship.run.mail.verifying import verified

    with Copy(kept.folder, now()) as copy:
        read = [verified(copy, Instant(day * DAY), everything=False).read for day in range(30)]
        assert sum(read) == verified(copy, now(), everything=True).read == 43


def test_an_mbox_is_read_by_the_standard_library(kept: Kept, tmp_path: Path) -> None:
    assert lightship("export", str(tmp_path / "out"), "--mbox", "--copy", str(kept.folder)).returncode == 0
    files = sorted((tmp_path / "out" / kept.user).iterdir())
    assert [path.name for path in files] == ["Archive.2016.mbox", "Entw&APw-rfe.mbox", "INBOX.mbox"]
    inbox = standard.mbox(files[2])
    archive = standard.mbox(files[0])
    assert len(inbox) == 42
    assert sorted(each.get_flags() for each in archive) == ["OF", "ROA"]
    assert b"\n>From x\n>>From y\n" in archive.get_bytes(
        next(k for k, m in archive.items() if m.get_flags() == "ROA")
    )
    inbox.close()
    archive.close()


def test_a_maildir_is_read_by_the_standard_library(kept: Kept, tmp_path: Path) -> None:
    assert lightship("export", str(tmp_path / "out"), "--maildir", "--copy", str(kept.folder)).returncode == 0
    box = standard.Maildir(tmp_path / "out" / kept.user, create=False)
    assert len(box) == 42
    assert sorted(box.list_folders()) == ["Archive.2016", "Entw&APw-rfe"]
    refused = lightship("export", str(tmp_path / "out"), "--mbox", "--copy", str(kept.folder))
    assert refused.returncode == ExitCode.BAD_INPUT
    assert "there is something already" in refused.stderr


def test_only_what_has_been_gone_for_the_stated_time_is_purged(kept: Kept) -> None:
    with logged_in(kept.port, kept.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1:3", "+FLAGS", "(\\Deleted)")
        client.expunge()
    assert kept.keep().gone == 3
    before = len(kept.files())
    with Copy(kept.folder, now()) as copy:
        assert purge(copy.folder, copy.db, 1, Instant(now() - DAY)) == 0
        assert len(kept.files()) == before
        # The second of the three stands in Archive/2016, too.
        assert purge(copy.folder, copy.db, 1, Instant(now() + DAY)) == 2
    assert len(kept.files()) == before - 3
    assert kept.contents() == at_server(kept.port, kept.user)
    assert kept.keep().whole


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap.example.org", "no address of a mailbox"),
        ("imaps://me:secret@imap.example.org", "a password in the address"),
        ("imaps://me@imap.example.org:99999", "Port out of range"),
    ],
)
def test_an_address_that_is_none_says_what_would_do(kept: Kept, url: str, said: str) -> None:
    found = lightship("restore", "--to", url, "--copy", str(kept.folder))
    assert found.returncode == ExitCode.BAD_INPUT
    assert said in found.stderr
    assert "secret@" not in found.stderr
