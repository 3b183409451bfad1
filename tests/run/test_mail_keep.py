"""Keeping mail of a real server, well and badly behaved: what it has is in the copy, once, byte for byte."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.run.mail.keeping import make_searchable
from tests.support.dovecot import Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy
from tests.support.mailbox import Kept, at_server, fill, logged_in, message

pytestmark = pytest.mark.needs("dovecot-imapd")

ODD_NAMES = [
    "../../../etc/passwd",
    "CON",
    "a.b",
    "Entw&APw-rfe",
    "~root",
    "x" * 150,
    "with space",
    "News",
    "NEWS",
    "a'b",
]
Mailbox = Callable[..., Kept]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def any_names() -> Iterator[Dovecot]:
    """A server that stores folders by number, and so allows any name."""
    with Dovecot(layout=":LAYOUT=index") as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot, tmp_path: Path) -> Iterator[Mailbox]:
    """Makes a user with messages in the inbox; gives a copy of it that is not made yet."""
    users: list[str] = []

    def make(messages: list[bytes], server: Dovecot = dovecot) -> Kept:
        user = f"{tmp_path.name.replace('_', '')}{len(users)}"
        users.append(user)
        fill(server.mail(user), messages)
        server.own()
        return Kept(tmp_path / "copy", server.port, user)

    yield make
    for user in users:
        shutil.rmtree(dovecot.mail(user), ignore_errors=True)


def test_everything_is_kept_byte_for_byte_and_a_second_pass_fetches_nothing(mailbox: Mailbox) -> None:
    kept = mailbox([message(n, 80 * n) for n in range(250)])
    report = kept.keep()
    assert (report.fetched, report.whole) == (250, True)
    assert kept.contents() == at_server(kept.port, kept.user)
    again = kept.keep()
    assert (again.fetched, again.unchanged, again.folders) == (0, 1, 1)
    (account,) = kept.reader().accounts()
    assert (account.kept, account.at_provider, account.missing, account.trouble) == (250, 250, 0, "")


def test_flags_and_deletions_are_followed_and_what_is_deleted_stays(mailbox: Mailbox) -> None:
    kept = mailbox([message(n) for n in range(60)])
    kept.keep()
    with logged_in(kept.port, kept.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1:5", "+FLAGS", "(\\Flagged $Forwarded)")
        client.uid("STORE", "10:12", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.append("INBOX", "", "", message(100))
    report = kept.keep()
    assert (report.fetched, report.reflagged, report.gone) == (1, 5, 3)
    reader = kept.reader()
    placed = {place.uid: place for _, place in reader.listed(limit=100)}
    assert placed[1].flags == ("$Forwarded", "\\Flagged", "\\Seen")
    assert [uid for uid, place in placed.items() if place.gone_at] == [12, 11, 10]
    assert reader.raw(placed[10].message) == message(9)
    assert Counter(path.name.rpartition(",")[2] for path in kept.files()) == {"S": 55, "FS": 5, "": 1}
    assert kept.contents() == at_server(kept.port, kept.user)


def test_folders_with_names_of_all_kinds_are_kept_where_they_belong(
    mailbox: Mailbox, tmp_path: Path, any_names: Dovecot
) -> None:
    kept = mailbox([], any_names)
    with logged_in(kept.port, kept.user) as client:
        for number, name in enumerate(ODD_NAMES):
            client.create(f'"{name}"')
            client.append(f'"{name}"', "", "", message(number))
    assert kept.keep().whole
    assert kept.contents() == at_server(kept.port, kept.user)
    inside = {path.relative_to(kept.folder).parts[0] for path in kept.files()}
    assert inside == {kept.user}
    assert len(kept.files()) == len(ODD_NAMES)


def test_two_hundred_folders_are_kept_and_looked_at_in_one_breath(mailbox: Mailbox) -> None:
    kept = mailbox([message(0)])
    with logged_in(kept.port, kept.user) as client:
        for number in range(200):
            client.create(f"lists/{number}")
            if number % 50 == 0:
                client.append(f"lists/{number}", "", "", message(number + 1))
    assert kept.keep().fetched == 5
    again = kept.keep()
    assert (again.folders, again.unchanged) == (201, 201)


def test_numbered_anew_nothing_is_doubled_nothing_missed_and_hardly_anything_fetched(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    kept = mailbox([message(n, 500) for n in range(300)])
    kept.keep()
    dovecot.stop()
    dovecot.forget(kept.user)
    fill(dovecot.mail(kept.user), [message(n, 500) for n in range(1000, 1007)], first=1000)
    dovecot.start()
    report = kept.keep()
    assert report.whole, report
    assert report.recognised + report.fetched == 307
    assert 7 <= report.fetched <= 7 + 0.05 * 300
    assert kept.contents() == at_server(kept.port, kept.user)
    assert len(kept.files()) == 307


def test_the_same_mail_at_another_provider_is_recognised(mailbox: Mailbox, tmp_path: Path) -> None:
    messages = [message(n, 500) for n in range(200)]
    old, new = mailbox(messages), mailbox(messages)
    old.keep()
    new.folder = old.folder
    report = new.keep()
    assert report.recognised + report.fetched == 200
    assert report.fetched <= 10
    files = old.files()
    assert len({path.stat().st_ino for path in files}) == 200, "one file with two names each"
    assert len(files) == 400


def test_a_message_that_is_moved_is_not_fetched_again_and_not_called_lost(mailbox: Mailbox) -> None:
    kept = mailbox([message(n) for n in range(60)])
    kept.keep()
    with logged_in(kept.port, kept.user) as client:
        client.create("Archive")
        client.select("INBOX")
        client.uid("MOVE", "1:20", "Archive")
    report = kept.keep()
    assert report.whole, "moving a third of the inbox is no mass deletion"
    assert (report.recognised, report.fetched, report.gone) == (20, 0, 20)
    assert kept.contents() == at_server(kept.port, kept.user)


def test_a_mass_deletion_waits_for_an_answer_and_new_mail_does_not(mailbox: Mailbox) -> None:
    kept = mailbox([message(n) for n in range(100)])
    kept.keep()
    with logged_in(kept.port, kept.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1:40", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.append("INBOX", "", "", message(500))
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    report = kept.keep(ask=no)
    assert asked == report.questions == ["40 of 101 messages are gone from INBOX"]
    assert (report.fetched, report.gone, report.whole) == (1, 0, False)
    assert kept.reader().accounts()[0].trouble == asked[0]
    accepted = kept.keep(ask=lambda question: True)
    assert (accepted.gone, accepted.whole) == (40, True)
    assert len(kept.files()) == 101


def test_a_mass_change_of_flags_waits_too(mailbox: Mailbox) -> None:
    kept = mailbox([message(n) for n in range(100)])
    kept.keep()
    with logged_in(kept.port, kept.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1:50", "-FLAGS", "(\\Seen)")
    assert kept.keep().questions == ["the flags of 50 of 100 messages in INBOX changed"]
    assert kept.keep(ask=lambda question: True).reflagged == 50


def test_a_folder_that_vanished_is_kept_and_asked_about(mailbox: Mailbox) -> None:
    kept = mailbox([])
    with logged_in(kept.port, kept.user) as client:
        client.create("Old")
        for number in range(30):
            client.append("Old", "", "", message(number))
    kept.keep()
    with logged_in(kept.port, kept.user) as client:
        client.delete("Old")
    assert kept.keep().questions == ["30 of 30 messages are gone from Old"]
    assert kept.keep(ask=lambda question: True).gone == 30
    assert len(kept.files()) == 30
    assert kept.keep().whole


def test_a_server_that_keeps_hanging_up_is_read_to_the_end(mailbox: Mailbox, dovecot: Dovecot) -> None:
    kept = mailbox([message(n, 2000) for n in range(300)])
    seen: Counter[int] = Counter()

    def hang_up(uid: int, line: bytes, literal: bytes) -> tuple[bytes, bytes] | None:
        seen[uid] += 1
        return None if uid % 40 == 0 and seen[uid] == 1 else (line, literal)

    with ImapProxy(dovecot.port, Behaviour(body=hang_up)) as proxy:
        kept.port = proxy.port
        report = kept.keep()
    assert (report.fetched, report.reconnected, report.whole) == (300, 7, True)
    kept.port = dovecot.port
    assert kept.contents() == at_server(kept.port, kept.user)


def test_a_message_at_which_the_server_always_hangs_up_is_listed_and_the_others_come(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    kept = mailbox([message(n, 2000) for n in range(150)])
    with ImapProxy(
        dovecot.port, Behaviour(body=lambda uid, line, literal: None if uid == 77 else (line, literal))
    ) as proxy:
        kept.port = proxy.port
        report = kept.keep()
        assert report.fetched == 149
        assert [each.split(": ")[:2] for each in report.undelivered] == [["INBOX", "77"]]
        assert [row[:2] for row in kept.reader().missing(1)] == [("INBOX", 77)]
        proxy.behaviour.body = None
        assert kept.keep().fetched == 1
    assert kept.reader().missing(1) == ()


@pytest.mark.parametrize("said", [b"NO [SERVERBUG] cannot read it", b"BAD what?"], ids=["NO", "BAD"])
def test_a_message_that_the_server_refuses_is_listed_and_the_others_come(
    mailbox: Mailbox, dovecot: Dovecot, said: bytes
) -> None:
    kept = mailbox([message(n) for n in range(150)])
    with ImapProxy(dovecot.port, Behaviour(refuse={9: said, 120: said})) as proxy:
        kept.port = proxy.port
        report = kept.keep()
    assert report.fetched == 148
    assert [each.split(": ")[1] for each in report.undelivered] == ["9", "120"]
    assert said.decode().split()[-1] in report.undelivered[0]


@pytest.mark.parametrize("off", [-7, 5, 1_000_000, 10**17], ids=["short", "long", "much-too-long", "absurd"])
def test_a_wrong_size_costs_that_message_alone(mailbox: Mailbox, dovecot: Dovecot, off: int) -> None:
    kept = mailbox([message(n, 2000) for n in range(120)])

    def lie(uid: int, line: bytes, literal: bytes) -> tuple[bytes, bytes]:
        told = line.replace(b"{%d}" % len(literal), b"{%d}" % (len(literal) + off)) if uid == 50 else line
        return told, literal

    with ImapProxy(dovecot.port, Behaviour(body=lie)) as proxy:
        kept.port, kept.silence = proxy.port, 1.0
        report = kept.keep()
    assert report.fetched == 119
    assert [each.split(": ")[1] for each in report.undelivered] == ["50"]
    assert len(kept.files()) == 119


def test_a_message_of_fifty_megabytes_goes_through_a_file(mailbox: Mailbox, dovecot: Dovecot) -> None:
    large = message(1) + b"x" * 76 + b"\r\nsome base64\r\n" * 3_800_000
    kept = mailbox([message(0), large, message(2)])
    report = kept.keep()
    assert (report.fetched, report.bytes > 50_000_000) == (3, True)
    (found,) = kept.reader().by_message_id(["1@made-up.example"])
    assert kept.reader().raw(found.id) == large
    assert [path.parent.name for path in kept.files()] == ["cur"] * 3


def test_what_is_malformed_is_kept_and_searched_all_the_same(mailbox: Mailbox) -> None:
    odd = [
        b"Subject: =?utf-8?q?no_end\r\n\r\n\xff\xfe barnacle \x80\r\n",
        b"no header at all\r\n",
        b"\r\n",
        b"Subject: x\r\nDate: 99 Foo 2016\r\n\r\n" + b"y" * 5000 + b"\r\n",
        b'Subject: deep\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n" * 500,
        b"Subject: x\r\nContent-Type: text/plain; charset=none\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n",
        b"Subject: caf\xc3\xa9\r\nContent-Type: text/html\r\n\r\n<style>hidden</style><b>schooner</b>&amp;\r\n",
    ]
    kept = mailbox(odd)
    assert kept.keep().fetched == len(odd)
    with Copy(kept.folder, now()) as copy:
        assert make_searchable(copy) == len(odd)
    reader = kept.reader()
    assert [each.subject for each in reader.search("schooner")] == ["café"]
    assert len(reader.search("barnacle")) == 1
    assert reader.search("hidden") == ()
    assert kept.contents() == at_server(kept.port, kept.user)


def test_the_catalogue_can_be_lost(mailbox: Mailbox) -> None:
    kept = mailbox([message(n, 500) for n in range(200)])
    kept.keep()
    for path in kept.folder.glob("catalogue.db*"):
        path.unlink()
    report = kept.keep()
    assert report.recognised + report.fetched == 200
    assert report.fetched <= 10
    assert kept.contents() == at_server(kept.port, kept.user)
    assert len(kept.files()) == 200
