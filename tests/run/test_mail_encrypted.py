"""An encrypted copy holds to everything that a compressed one does, and tells nobody what is in it."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy import key_file
from lightship.edges.mailboxes.copy.catalogue import segments_key
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.segments import path_of, records
from lightship.run.mail.keeping import make_searchable
from lightship.run.mail.verifying import verified
from lightship.vocabulary.errors import StoreRefused
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.mail_lives import Lives
from tests.support.mailbox import Kept, at_server, fill, message

pytestmark = pytest.mark.needs("dovecot-imapd")

COUNT = 200
SAID = "echo open sesame"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    fill(
        server.mail("ann"),
        [message(n, 1500) for n in range(COUNT - 2)] + [message(7, 1500), message(1, 9_000_000)],
    )
    with server:
        yield server


@pytest.fixture
def kept(dovecot: Dovecot, tmp_path: Path) -> Kept:
    """Kept, encrypted, searchable."""
    key_file.begin(tmp_path / "copy", "open sesame", SAID)
    found = Kept(tmp_path / "copy", dovecot.port, "ann")
    assert found.keep().fetched == COUNT
    with Copy(found.folder, now()) as copy:
        assert make_searchable(copy) == COUNT - 1
    return found


def lightship(*words: str) -> subprocess.CompletedProcess[str]:
    """The command, with nobody at the terminal."""
    return subprocess.run(
        [sys.executable, "-m", "lightship", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        check=False, timeout=60,
    )  # fmt: skip


def test_everything_is_kept_and_found_and_nothing_of_it_can_be_seen(kept: Kept) -> None:
    mail = at_server(kept.port, "ann")
    assert kept.contents() == mail
    assert len(kept.reader().search("harbour", limit=1000)) > 50
    assert kept.keep().fetched == 0
    seen = b"".join(path.read_bytes() for path in kept.folder.rglob("*") if path.is_file())
    assert len(seen) > 100_000
    for word in (b"harbour", b"example.org", b"INBOX", b"SQLite format", b"Message-ID", b"127.0.0.1"):
        assert word not in seen
    for raw in mail["INBOX"]:
        hash = hashlib.sha256(raw)
        assert hash.digest() not in seen
        assert hash.hexdigest()[:40].encode() not in seen


def test_the_catalogue_can_be_lost(kept: Kept) -> None:
    for path in kept.folder.glob("catalogue.db*"):
        path.unlink()
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == COUNT - 1
    report = kept.keep()
    assert report.recognised + report.fetched == COUNT
    assert report.fetched <= 0.05 * COUNT
    assert kept.contents() == at_server(kept.port, "ann")


def test_a_flipped_bit_is_found_and_mended_from_the_provider(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    with Copy(kept.folder, now()) as copy:
        every = list(records(path, 0, segments_key(copy.db)))
    # In the salt, in what says what the message is, in the message.
    chosen = {every[5]: 3, every[6]: 50, every[7]: every[7].length - 40}
    with path.open("r+b") as file:
        for record, at in chosen.items():
            file.seek(record.start + at)
            was = file.read(1)[0]
            file.seek(record.start + at)
            file.write(bytes([was ^ 1]))
    with Copy(kept.folder, now()) as copy:
        found = verified(copy, now(), everything=True)
    assert {each.partition(":")[0] for each in found.damaged} == {each.hash.hex()[:12] for each in chosen}
    assert all("sealed" in each for each in found.damaged)
    assert kept.keep().fetched == 3
    with Copy(kept.folder, now()) as copy:
        assert verified(copy, now(), everything=True).damaged == ()
    assert kept.contents() == at_server(kept.port, "ann")


def test_damage_in_the_middle_costs_that_message_alone_even_when_the_catalogue_is_lost(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    with Copy(kept.folder, now()) as copy:
        fifth = list(records(path, 0, segments_key(copy.db)))[5]
    data = bytearray(path.read_bytes())
    data[fifth.start + 60] ^= 1
    path.write_bytes(data)
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == COUNT - 2
    assert path.stat().st_size == len(data)


def test_a_catalogue_that_was_changed_is_refused(kept: Kept) -> None:
    path = kept.folder / "catalogue.db"
    data = bytearray(path.read_bytes())
    for page in range(0, len(data), 4096):
        data[page + 2000] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreRefused, match=r"catalogue\.db"):
        kept.reader().accounts()


def test_a_wrong_passphrase_is_one_clear_line(kept: Kept) -> None:
    about = key_file.read(kept.folder)
    assert about is not None
    key_file.tell_command(kept.folder, about, "echo close sesame")
    for words in (["mail", "search", "harbour"], ["mail", "keep"], ["ready"]):
        done = lightship(*words, "--copy", str(kept.folder))
        assert done.returncode == StoreRefused.exit_code
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert "not that of this copy" in done.stderr


def test_a_key_file_that_is_gone_or_rubbish_is_told_and_nothing_is_changed(
    kept: Kept, tmp_path: Path
) -> None:
    path = kept.folder / key_file.FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    done = lightship("mail", "keep", "--copy", str(kept.folder))
    assert (done.returncode, done.stderr.count("\n")) == (StoreRefused.exit_code, 1)
    assert "bring it back" in done.stderr
    before = (kept.folder / "catalogue.db").read_bytes()
    path.unlink()
    done = lightship("mail", "keep", "--copy", str(kept.folder))
    assert (done.returncode, done.stderr.count("\n")) == (StoreRefused.exit_code, 1)
    assert (kept.folder / "catalogue.db").read_bytes() == before
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    segment = path_of(kept.folder, 1).read_bytes()
    done = lightship("mail", "keep", "--copy", str(kept.folder))
    assert (done.returncode, done.stderr.count("\n")) == (StoreRefused.exit_code, 1)
    assert "key.json is gone" in done.stderr
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    key_file.begin(tmp_path / "another", "another", "echo another")
    path.write_bytes((tmp_path / "another" / key_file.FILE).read_bytes())
    assert lightship("mail", "keep", "--copy", str(kept.folder)).returncode == 3  # no account yet
    assert path_of(kept.folder, 1).read_bytes() == segment
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    path.write_bytes(whole)
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == COUNT - 1
        make_searchable(copy)
    assert len(kept.reader().search("harbour", limit=1000)) > 50


def test_all_commands_read_it(kept: Kept, tmp_path: Path) -> None:
    copy = ["--copy", str(kept.folder)]
    assert lightship("mail", "search", "harbour", *copy).stdout.count("made-up.example") == 20
    assert "199 messages read" in lightship("mail", "verify", "--all", *copy).stdout
    assert lightship("mail", "export", "--maildir", str(tmp_path / "out"), *copy).returncode == 0
    exported = sorted(path.read_bytes() for path in (tmp_path / "out").rglob("cur/*"))
    assert exported == at_server(kept.port, "ann")["INBOX"]


def test_a_copy_in_the_clear_is_not_made_to_look_encrypted(dovecot: Dovecot, tmp_path: Path) -> None:
    Kept(tmp_path / "copy", dovecot.port, "ann").keep()
    done = lightship(
        "mail", "keep", "--encrypt", "--passphrase-command", SAID, "--copy", str(tmp_path / "copy")
    )
    assert done.returncode == 3
    assert "begun in the clear" in done.stderr
    assert not (tmp_path / "copy" / key_file.FILE).exists()


def test_killed_at_any_step_everything_is_there_once(dovecot: Dovecot, tmp_path: Path) -> None:
    lives = Lives(dovecot)
    folder = tmp_path / "copy"
    more = ("--encrypt", "--passphrase-command", SAID)
    try:
        for kind, at in (("file", 4), ("sync", 2), ("sync", 5), ("statement", 30)):
            assert lives.one(folder, kind, at, more=more)["ended"] in (0, -signal.SIGKILL)
        assert lives.one(folder, more=more)["ended"] == 0
    finally:
        lives.close()
    assert PASSWORD.encode() not in (folder / key_file.FILE).read_bytes()
    assert Kept(folder, dovecot.port, "ann").contents() == at_server(dovecot.port, "ann")
    with Copy(folder, now()) as copy:
        assert sum(1 for _ in records(path_of(folder, 1), 0, segments_key(copy.db))) == COUNT - 1, (
            "nothing doubled"
        )
