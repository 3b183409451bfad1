"""A copy on disk: one writer, readers beside it, and what a death leaves behind is mended."""

import hashlib
import os
from pathlib import Path

import pytest

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import Instant

AT = Instant(1_468_997_700_000)
MESSAGE = b"Message-ID: <one@example.org>\r\nSubject: one\r\n\r\nhello\r\n"


def write(folder: Path, data: bytes = MESSAGE, cut: int | None = None) -> Path:
    """One message in a Maildir, as a pass writes it; cut short, if stated."""
    hash = hashlib.sha256(data).digest()
    path = folder / "cur" / maildir.name(hash, "S")
    os.close(maildir.written(path, data[:cut], AT))
    return path


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    with Copy(tmp_path, AT) as copy:
        copy.account("me@example.org", b"{}")
        with pytest.raises(StoreRefused, match=r"another `lightship mail` \(process \d+\) has it open"):
            Copy(tmp_path, AT)
        assert [each.name for each in Reader(tmp_path).accounts()] == ["me@example.org"]
    Copy(tmp_path, AT).close()


def test_where_nothing_is_kept_the_reader_says_what_begins(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="lightship mail keep"):
        Reader(tmp_path)


def test_a_file_that_the_catalogue_does_not_know_is_adopted_by_its_hash(tmp_path: Path) -> None:
    with Copy(tmp_path, AT) as copy:
        account = copy.account("me@example.org", b"{}")
        folder = copy.folder_of(account, b"Old", "Old", "/", "")
        write(maildir.make(*copy.maildir(folder)))
    with Copy(tmp_path, AT) as copy:
        assert copy.adopted == 1
    reader = Reader(tmp_path)
    (found,) = reader.by_message_id(["one@example.org"])
    assert found.short == hashlib.sha256(MESSAGE).hexdigest()[:12]
    assert reader.find(found.short) == (found,)


def test_a_file_that_was_cut_off_is_thrown_away_and_so_is_what_lies_in_tmp(tmp_path: Path) -> None:
    with Copy(tmp_path, AT) as copy:
        inbox = maildir.make(
            *copy.maildir(copy.folder_of(copy.account("me", b"{}"), b"INBOX", "INBOX", "/", ""))
        )
        cut = write(inbox, cut=10)
        unfinished = maildir.temporary(inbox)
        unfinished.write_bytes(b"half")
    with Copy(tmp_path, AT) as copy:
        assert (copy.adopted, copy.cleaned) == (0, 1)
    assert not cut.exists()
    assert not unfinished.exists()


def test_folders_whose_names_differ_in_capitals_alone_have_directories_that_do_not(tmp_path: Path) -> None:
    with Copy(tmp_path, AT) as copy:
        account = copy.account("me", b"{}")
        numbers = [
            copy.folder_of(account, wire, wire.decode(), "/", "") for wire in (b"News", b"NEWS", b"news")
        ]
        places = {copy.maildir(number)[1].casefold() for number in numbers}
        assert len(places) == 3
        assert copy.folder_of(account, b"NEWS", "NEWS", "/", "") == numbers[1]


def test_a_database_that_is_no_catalogue_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreRefused, match="not a catalogue of mail"):
        Copy(tmp_path, AT)
    assert (tmp_path / "catalogue.db").read_bytes().startswith(b"something else")
