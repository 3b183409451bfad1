"""A compressed copy holds to everything that a Maildir does."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.segments import HEAD, path_of, records
from lightship.run.mail.keeping import make_searchable
from lightship.run.mail.verifying import verified
from tests.support.dovecot import Dovecot
from tests.support.mail_lives import Lives
from tests.support.mailbox import Kept, at_server, fill, message

pytestmark = pytest.mark.needs("dovecot-imapd")

COUNT = 500


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
    """Kept, compressed."""
    with Copy(tmp_path / "copy", now()) as copy:
        copy.be_compact()
    found = Kept(tmp_path / "copy", dovecot.port, "ann")
    assert found.keep().fetched == COUNT
    return found


def test_everything_is_kept_in_half_the_space_and_found(kept: Kept) -> None:
    assert kept.contents() == at_server(kept.port, "ann")
    assert [path.name for path in kept.files()] == []
    mail = sum(map(len, at_server(kept.port, "ann")["INBOX"]))
    assert path_of(kept.folder, 1).stat().st_size < mail / 2
    with Copy(kept.folder, now()) as copy:
        assert make_searchable(copy) == COUNT - 1
    assert len(kept.reader().search("harbour", limit=1000)) > 100
    assert kept.keep().fetched == 0


def test_the_catalogue_can_be_lost(kept: Kept) -> None:
    for path in kept.folder.glob("catalogue.db*"):
        path.unlink()
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == COUNT - 1
        copy.be_compact()
    report = kept.keep()
    assert report.recognised + report.fetched == COUNT
    assert report.fetched <= 0.05 * COUNT
    assert kept.contents() == at_server(kept.port, "ann")


def test_a_record_that_was_cut_off_is_cut_away_and_those_before_it_are_adopted(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    third = list(records(path, 0))[2]
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    with path.open("r+b") as file:
        file.truncate(third.start + third.length - 1)
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == 2
    assert path.stat().st_size == third.start - HEAD.size


def test_damage_is_found_and_mended_from_the_provider(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    chosen = list(records(path, 0))[5]
    with path.open("r+b") as file:
        file.seek(chosen.start + chosen.length // 2)
        file.write(b"????")
    with Copy(kept.folder, now()) as copy:
        found = verified(copy, now(), everything=True)
    assert [each.partition(":")[0] for each in found.damaged] == [chosen.hash.hex()[:12]]
    assert kept.keep().fetched == 1
    with Copy(kept.folder, now()) as copy:
        assert verified(copy, now(), everything=True).damaged == ()
    assert kept.contents() == at_server(kept.port, "ann")


def test_damage_in_the_middle_costs_that_message_alone_even_when_the_catalogue_is_lost(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    chosen = list(records(path, 0))[5]
    data = bytearray(path.read_bytes())
    data[chosen.start + chosen.length // 2] ^= 1
    path.write_bytes(data)
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == COUNT - 2
    assert path.read_bytes() == data


def test_what_is_no_record_is_set_aside_when_the_catalogue_is_lost(kept: Kept) -> None:
    path = path_of(kept.folder, 1)
    chosen = list(records(path, 0))[5]
    data = bytearray(path.read_bytes())
    data[chosen.start - HEAD.size] ^= 1
    path.write_bytes(data)
    for catalogue in kept.folder.glob("catalogue.db*"):
        catalogue.unlink()
    with Copy(kept.folder, now()) as copy:
        assert copy.adopted == 5
    (aside,) = (kept.folder / "damaged").iterdir()
    assert path.read_bytes() + aside.read_bytes() == data


def test_killed_while_segments_grow_everything_is_there_once(dovecot: Dovecot, tmp_path: Path) -> None:
    lives = Lives(dovecot)
    folder = tmp_path / "copy"
    try:
        for kind, at in (
            ("sync", 3),
            ("file", 12),
            ("statement", 40),
            ("sync", 7),
            ("sync", 4),
            ("statement", 60),
        ):
            assert lives.one(folder, kind, at, more=("--compact",))["ended"] in (0, -signal.SIGKILL)
        assert lives.one(folder, more=("--compact",))["ended"] == 0
    finally:
        lives.close()
    assert Kept(folder, dovecot.port, "ann").contents() == at_server(dovecot.port, "ann")
    assert sum(1 for _ in records(path_of(folder, 1), 0)) == COUNT - 1, "nothing doubled"
