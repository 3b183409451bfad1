"""What refusals do to a contact: gone is gone, three in a row are enough, a relay that refuses all says nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.channels.channel import Sent
from lightship.edges.delivery.writing import TELLING, Writer
from lightship.edges.stores.outbox import Row
from lightship.edges.subscribers.book import Book
from lightship.edges.subscribers.wants import Wants
from lightship.vocabulary.time import Instant
from tests.core.outage import T0
from tests.support.letters import SETTINGS, with_channels

GONE, REFUSED, POLICY, TAKEN = (
    Sent("gone", "550 5.1.1"), Sent("refused", "550", mailbox=True), Sent("refused", "550 5.7.1"), Sent("sent"),
)  # fmt: skip


class Room:
    """A book, a writer, and whom it gave up."""

    def __init__(self, folder: Path) -> None:
        self.book = Book(folder / "lightship.contacts.db")
        self.ended: list[str] = []
        now = SETTINGS, with_channels()
        self.writer = Writer(
            folder / "no.db", self.book, lambda: now, lambda person, channel, at: self.ended.append(person)
        )

    def person(self) -> str:
        found = self.book.keep(None, "email", f"p{len(self.ended)}@example.org", Wants("*"), T0)
        self.book.set_state(found, "email", "confirmed")
        return found

    def hear(self, *results: tuple[str, Sent]) -> None:
        rows = [(Row(1, "a", 1, person, "email", 1, 1, T0), sent) for person, sent in results]
        self.writer.heard(rows, Instant(T0))

    def state(self, person: str) -> str:
        return self.book.of(person)[0].state


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    found = Room(tmp_path)
    yield found
    found.book.close()


def test_an_address_that_is_gone_is_given_up_at_once(room: Room) -> None:
    person = room.person()
    room.hear((person, GONE))
    assert (room.state(person), room.ended) == ("suppressed", [person])


def test_three_refusals_of_a_mailbox_in_a_row_are_enough_and_one_taken_letter_begins_anew(room: Room) -> None:
    person = room.person()
    for sent in (REFUSED, REFUSED, TAKEN, REFUSED, REFUSED):
        room.hear((person, sent))
    assert room.state(person) == "confirmed"
    room.hear((person, REFUSED))
    assert (room.state(person), room.ended) == ("suppressed", [person])


def test_what_is_refused_for_ourselves_says_nothing_of_the_address(room: Room) -> None:
    person = room.person()
    for _ in range(9):
        room.hear((person, POLICY))
    assert room.state(person) == "confirmed"


def test_a_relay_that_refuses_nearly_everybody_says_nothing_of_anybody(room: Room) -> None:
    person = room.person()
    room.hear(*[(person, GONE)] * TELLING)
    assert (room.state(person), room.ended) == ("confirmed", [])
