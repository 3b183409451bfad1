"""Batches of reports: each row once, what is wrong told by line and column, and a partner never shouts alone."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.intake.desk import handed_in, rows
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.draft import Draft
from lightship.edges.intake.desk.handed_in import Added, Batch, OtherBatch
from lightship.edges.intake.desk.rows import Choices
from lightship.edges.intake.repeats import WINDOW
from lightship.run.kept import Kept
from lightship.vocabulary.events import Taken
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant, iso, tick_of

NOON = Instant(20_000 * DAY + 12 * HOUR)
AREAS = {"York": AreaId("01904"), "01904": AreaId("01904")}
CHOICES = Choices(frozenset({"broadband", "email"}), frozenset({"wherry"}), AREAS.get)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "reports.db")


def add(
    book: Book, text: str, name: str = "", now: Instant = NOON, csv: bool = False, partner: str = "centre"
) -> Added:
    body = text.encode()
    read = rows.csv_rows(body) if csv else rows.ndjson(body)
    return handed_in.add(
        book, Batch(partner, name, handed_in.digest(body), rows.checked(read, CHOICES, now)), now
    )


def row(**said: object) -> str:
    return msgspec.json.encode({"service": "broadband", **said}).decode() + "\n"


def test_rows_are_counted_beside_the_forms_reports(book: Book) -> None:
    added = add(book, row(area="York", caller="a", id="T1") + row(symptom="slow"))
    assert (added.counted, added.refused) == (2, 0)
    ((_, found),) = handed_in.after(book, 0)
    assert [(each.service, each.area, each.symptom) for each in found] == [
        ("broadband", "01904", "no-service"), ("broadband", None, "slow"),
    ]  # fmt: skip


def test_a_batch_that_comes_again_is_answered_again_and_counted_once(book: Book) -> None:
    first = add(book, row(caller="a"), "B1")
    again = add(book, row(caller="a"), "B1", Instant(NOON + MINUTE))
    assert (again.counted, again.again) == (first.counted, True)
    assert len(handed_in.after(book, 0)) == 1
    with pytest.raises(OtherBatch):
        add(book, row(caller="b"), "B1")
    assert add(book, row(caller="b"), "B1", partner="another").counted == 1, (
        "another partner's ids are its own"
    )


def test_a_file_whose_bad_row_was_mended_is_handed_in_whole(book: Book) -> None:
    at = iso(Instant(NOON - MINUTE))
    good = row(at=at, area="York") * 2 + row(at=at, id="T9")
    assert add(book, good + row(at=at, area="Yorkk")).counted == 3
    mended = add(book, good + row(at=at, area="York", symptom="slow"))
    assert (mended.counted, mended.known) == (1, 3)


def test_a_second_call_within_six_hours_is_a_repeat_across_batches_and_midnight(book: Book) -> None:
    evening = Instant(20_001 * DAY - HOUR)
    add(book, row(caller="a", id="1"), now=evening)
    two = row(caller="a", id="2") + row(caller="a", id="3", service="email")
    later = add(book, two, now=Instant(evening + 2 * HOUR))
    assert (later.counted, later.repeats) == (1, 1)
    assert add(book, row(caller="a", id="4"), now=Instant(evening + WINDOW)).counted == 1


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        ('{"service": "tv"}', "service", "'tv'"),
        ('{"service": "broadband", "symptom": "dead"}', "symptom", "'dead'"),
        ('{"service": "broadband", "area": "Yorkk"}', "area", "'Yorkk'"),
        ('{"service": "broadband", "brand": "x"}', "brand", "'x'"),
        ('{"service": "broadband", "at": "2024-10-03T10:00:00"}', "at", "timezone"),
        ('{"service": "broadband", "at": "2001-01-01T00:00:00Z"}', "at", "2001-01-01T00:00:00Z"),
        ('{"service": "broadband", "at": "2099-01-01T00:00:00Z"}', "at", "2099-01-01T00:00:00Z"),
        ('{"service": "broadband", "text": "please help"}', "", "unknown field"),
        ("{", "", "truncated"), ('"x"', "", "object"), ("\xff", "", ""),
        ('{"service": "broadband", "caller": "%s"}' % ("x" * 300), "caller", "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_and_the_others_count(
    book: Book, line: str, column: str, found: str
) -> None:
    added = add(book, row() + "\n" + line + "\n" + row())
    assert (added.counted, added.refused) == (2, 1)
    (error,) = added.errors
    assert (error.line, error.column) == (3, column)
    assert found in error.found
    assert error.would_do


@pytest.mark.parametrize(
    ("text", "counted", "errors"),
    [
        ("service,area,caller\nbroadband,York,a\nbroadband,,b\n", 2, []),
        ("\ufeffservice;area\nbroadband;York\n", 0, ["line 1 service;area: no such column"]),
        ("area\nYork\n", 0, ["line 1: no column 'service'"]),
        ("service,area\nbroadband,Yorkk\nbroadband\n", 0, ["line 2 area: 'Yorkk'", "line 3: 1 fields"]),
        ('service,area\nbroadband,York\nbroadband,"York\n', 1, ["line 3: no CSV"]),
        ("service,service\nbroadband,email\n", 0, ["line 1 service: named twice"]),
    ],
)
def test_csv_is_read_by_its_names(book: Book, text: str, counted: int, errors: list[str]) -> None:
    added = add(book, text, csv=True)
    assert added.counted == counted
    assert len(added.errors) == len(errors)
    assert all(str(each).startswith(said) for each, said in zip(added.errors, errors, strict=True))


@given(st.binary(max_size=400))
def test_rubbish_is_refused_row_by_row_and_nothing_breaks(body: bytes) -> None:
    for read in (rows.ndjson, rows.csv_rows):
        found = rows.checked(read(body), CHOICES, NOON)
        assert len(found.sound) + found.refused >= 0


def test_a_partner_counts_as_four_networks_however_many_call(book: Book) -> None:
    add(book, "".join(row(caller=str(n)) for n in range(200)))
    ((_, found),) = handed_in.after(book, 0)
    assert len({each.prefix for each in found}) == handed_in.NETWORKS < 5


def test_no_word_of_the_partner_is_on_the_disk(book: Book) -> None:
    add(book, row(caller="Mrs-Miller-07700900123", id="TICKET-77"))
    lying = b"".join(each.read_bytes() for each in book.path.parent.iterdir())
    assert b"Miller" not in lying
    assert b"TICKET-77" not in lying


def test_a_day_later_the_rows_are_gone(book: Book) -> None:
    add(book, row(caller="a"))
    add(book, row(caller="b"), now=Instant(NOON + DAY + HOUR))
    assert len(handed_in.after(book, 0)) == 1


def test_everything_on_disk_is_taken_once_wherever_the_hub_died(book: Book) -> None:
    judged = tick_of(Instant(NOON - MINUTE))
    book.take([Draft(ServiceId("broadband"), None, "slow", "192.0.2.7", "x")], Instant(NOON - MINUTE))
    add(book, row(at=iso(Instant(NOON - 90 * MINUTE))) + row(id="of this minute"))
    hub = Kept(book)
    assert len(hub.begin(Taken(), judged)) == 3
    assert hub.more(NOON) == []
    again = Kept(book)
    left = again.begin(hub.taken, judged)
    assert [each.at for each in left] == [NOON], "judged ones and amendments are not taken twice"
    add(book, row(id="and one more"))
    assert len(again.more(NOON)) == 1


def test_what_was_answered_survives_kill_nine(tmp_path: Path) -> None:
    script = f"""
import os
from tests.edges.test_report_batches import Book, NOON, add, row
from pathlib import Path
book = Book(Path({str(tmp_path / "reports.db")!r}))
for number in range(10_000):
    os.write(1, f"{{add(book, row(id=str(number))).counted}}\\n".encode())
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    process.kill()
    said += process.communicate()[0].splitlines(keepends=True)
    answered = sum(each == "1\n" for each in said)
    assert answered >= 20
    assert len(handed_in.after(Book(tmp_path / "reports.db"), 0)) >= answered
