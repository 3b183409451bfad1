"""Reports on disk: one voice each, no address, durable when accepted, gone after a day."""

import sqlite3
import subprocess
import sys
from concurrent.futures import wait
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.desk import WAITING, Desk, DeskFull
from lightship.edges.intake.desk.draft import Draft, prefix_of
from lightship.edges.intake.desk.limits import BURST, Limits
from lightship.edges.intake.repeats import WINDOW
from lightship.edges.web.senders import Senders
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

NOON = Instant(20_000 * DAY + 12 * HOUR)
DRAFT = Draft(ServiceId("broadband"), AreaId("01904"), "slow", "192.0.2.7", "a browser")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "reports.db")


def test_a_report_is_kept_once_and_is_there_after_opening_again(book: Book) -> None:
    (kept,) = book.take([DRAFT], NOON)
    assert kept is not None
    assert book.take([DRAFT], Instant(NOON + MINUTE)) == [None]
    book.close()
    again = Book(book.path)
    assert again.since(NOON) == [kept]
    assert again.take([DRAFT], Instant(NOON + 2 * MINUTE)) == [None]


def test_another_service_another_browser_and_another_address_are_other_reports(book: Book) -> None:
    others = [
        DRAFT, replace(DRAFT, service=ServiceId("email")), replace(DRAFT, voice="another"),
        replace(DRAFT, sender="192.0.2.8"),
    ]  # fmt: skip
    assert None not in book.take(others, NOON)


def test_after_six_hours_the_same_person_may_report_again(book: Book) -> None:
    book.take([DRAFT], NOON)
    assert book.take([DRAFT], Instant(NOON + WINDOW - 1)) == [None]
    assert book.take([DRAFT], Instant(NOON + WINDOW)) != [None]


@pytest.mark.parametrize("minutes_before", [1, 300])
def test_midnight_is_no_second_voice(book: Book, minutes_before: int) -> None:
    midnight = Instant(20_001 * DAY)
    (first,) = book.take([DRAFT], Instant(midnight - minutes_before * MINUTE))
    assert book.take([DRAFT], Instant(midnight + MINUTE)) == [None]
    (neighbour,) = book.take([replace(DRAFT, sender="192.0.2.9")], Instant(midnight + MINUTE))
    assert first is not None
    assert neighbour is not None
    assert neighbour.prefix == first.prefix, "one network, though its hash has another key now"


def test_the_key_of_yesterday_is_destroyed_in_the_morning(book: Book) -> None:
    book.take([DRAFT], NOON)
    with closing(sqlite3.connect(book.path)) as db:
        (before,) = db.execute("SELECT secret FROM key").fetchone()
    book.take([DRAFT], Instant(20_001 * DAY + WINDOW))
    assert before not in b"".join(each.read_bytes() for each in book.path.parent.iterdir())


def test_no_address_is_on_the_disk(book: Book) -> None:
    book.take([DRAFT], NOON)
    found = b"".join(each.read_bytes() for each in book.path.parent.iterdir())
    assert b"192.0.2" not in found
    assert b"a browser" not in found
    assert book.path.stat().st_mode & 0o077 == 0


def test_a_day_later_the_report_is_gone(book: Book) -> None:
    book.take([DRAFT], NOON)
    book.take([replace(DRAFT, sender="198.51.100.1")], Instant(NOON + DAY))
    assert [each.at for each in book.since(Instant(0))] == [NOON + DAY]


def test_a_book_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "reports.db").write_bytes(b"this is no database at all, whatever it is called")
    with pytest.raises(StoreRefused, match=r"reports\.db: reports cannot be kept"):
        Book(tmp_path / "reports.db")


def test_a_thousand_people_at_once_are_all_counted_and_told(tmp_path: Path) -> None:
    with Desk(tmp_path / "reports.db", lambda: NOON) as desk:
        told = [desk.submit(replace(DRAFT, voice=str(n // 2))) for n in range(1000)]
        wait(told, 20)
        assert sum(each.result() for each in told) == 500
        assert len(desk.book.since(NOON)) == 500


def test_a_full_desk_turns_the_next_away_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "reports.db", lambda: NOON)  # nobody works at it yet
    told = [desk.submit(replace(DRAFT, voice=str(n))) for n in range(WAITING)]
    with pytest.raises(DeskFull):
        desk.submit(DRAFT)
    with desk:
        wait(told, 30)
    assert all(each.result() for each in told)


def test_what_was_accepted_survives_kill_nine(tmp_path: Path) -> None:
    """A process of its own says each number that was accepted, and is killed in the middle of it."""
    script = f"""
import os, sys
from pathlib import Path
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.intake.desk.draft import Draft
with Desk(Path({str(tmp_path / "reports.db")!r}), lambda: {NOON}) as desk:
    for number in range(100_000):
        if desk.submit(Draft("broadband", None, "slow", "192.0.2.7", str(number))).result():
            os.write(1, f"{{number}}\\n".encode())
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(50)]
    process.kill()
    said += process.communicate()[0].splitlines(keepends=True)
    accepted = sum(line.endswith("\n") and line.strip() != "" for line in said)
    assert accepted >= 50
    assert len(Book(tmp_path / "reports.db").since(NOON)) >= accepted


@given(st.ip_addresses())
def test_a_prefix_covers_its_address_and_its_neighbours(address: object) -> None:
    prefix = prefix_of(str(address))
    assert prefix_of(prefix.partition("/")[0]) == prefix


def test_one_network_is_heard_a_while_and_then_slowly() -> None:
    limits = Limits(burst=3.0, a_minute=1.0)
    assert [limits.allow("a", NOON) for _ in range(4)] == [True, True, True, False]
    assert limits.allow("b", NOON)
    assert limits.allow("a", Instant(NOON + MINUTE))
    assert not limits.allow("a", Instant(NOON + MINUTE))
    assert BURST >= 3


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        ([], ["203.0.113.9"], "127.0.0.1"),
        (["127.0.0.1"], ["203.0.113.9"], "203.0.113.9"),
        (["127.0.0.1"], ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["127.0.0.0/8", "203.0.113.0/24"], ["198.51.100.1, 203.0.113.9"], "198.51.100.1"),
        (["127.0.0.1"], [], "127.0.0.1"),
    ],
)
def test_only_a_named_proxy_may_say_who_sends(proxies: list[str], forwarded: list[str], found: str) -> None:
    assert Senders(proxies).sender("127.0.0.1", forwarded) == found


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadInput, match="'nginx' is no address"):
        Senders(["nginx"])
