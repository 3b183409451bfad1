"""The outbox on real files: in the update's transaction, under leases, latest wins, nothing twice, nothing lost."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from lightship.edges.channels.channel import Parcel, Sent, key_of
from lightship.edges.clock import elapsed
from lightship.edges.delivery import worker
from lightship.edges.delivery.worker import Worker
from lightship.edges.stores.outbox import LEASE, Mark, Outbox, Row
from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.stores.store import Entry
from lightship.tell.outbox.words import Message
from lightship.vocabulary.decisions import Key, Publish, Send
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import Logged, TickJudged
from lightship.vocabulary.letters import Letter
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant, Tick
from tests.core.outage import T0
from tests.support.letters import ID, update

PEOPLE = ("ann", "bob", "cyd")


class Mailroom:
    """A store with its outbox, and updates put into it."""

    def __init__(self, path: Path) -> None:
        self.path, self.store, self.seq = path, SqliteStore(path), 0

    def say(
        self, number: int, minutes: float = 0, people: Sequence[str] = PEOPLE, channel: str = "email",
        lasting: bool = False, rank: int = 1,
    ) -> None:  # fmt: skip
        self.seq += 1
        at = Instant(T0 + round(minutes * MINUTE))
        letters = tuple(Letter(each, channel, rank) for each in people)
        decisions = (
            Publish(Key(f"{self.seq}.1"), "said", update(number, minutes)),
            Send(
                Key(f"{self.seq}.2"),
                "to all",
                ID,
                number,
                lasting or number == 1,
                {channel: len(people)},
                letters=letters,
            ),
        )
        self.store.commit([Entry(Logged(self.seq, at, TickJudged(Tick(self.seq), "map")), decisions)])

    def queue(self) -> Outbox:
        return Outbox(self.path)

    def states(self) -> dict[str, int]:
        queue = self.queue()
        found = queue.counts().get("email", {})
        queue.close()
        return {str(state): count for state, count in found.items()}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Mailroom]:
    found = Mailroom(tmp_path / "hub.db")
    yield found
    found.store.close()


def at(minutes: float) -> Instant:
    return Instant(T0 + round(minutes * MINUTE))


def numbers(rows: Sequence[Row]) -> list[str]:
    return [f"{each.subscriber} {each.number}" for each in rows]


def test_letters_are_there_with_their_update_or_not_at_all(room: Mailroom) -> None:
    room.say(1)
    with pytest.raises(StoreRefused):
        room.say(1)  # the message is there already: the whole transaction is undone
    assert room.states() == {"new": 3}
    assert [type(each).__name__ for _, each in room.store.decisions()] == ["Publish", "Send"]
    assert all(not each.letters for _, each in room.store.decisions() if isinstance(each, Send))


def test_ranks_come_in_order_and_each_row_has_one_holder(room: Mailroom) -> None:
    room.say(1, people=["late"], rank=2)
    room.say(2, people=["first"], rank=0)
    room.say(3, people=["there"], rank=1)
    one, other = room.queue(), room.queue()
    assert numbers(one.claim("email", at(0), 2)) == ["first 2", "there 3"]
    assert numbers(other.claim("email", at(0), 2)) == ["late 1"]
    assert other.claim("email", at(0), 2) == []


def test_a_dead_workers_rows_come_back_when_the_lease_has_run_out(room: Mailroom) -> None:
    room.say(1)
    dead, heir = room.queue(), room.queue()
    held = dead.claim("email", at(0), 10)
    heir.sweep(Instant(at(0) + LEASE - 1))
    assert heir.claim("email", at(1), 10) == []
    heir.sweep(Instant(at(0) + LEASE))
    again = heir.claim("email", Instant(at(0) + LEASE), 10)
    assert [each.tries for each in again] == [2, 2, 2]
    dead.mark([Mark(each, "failed") for each in held], at(5))  # it was not dead at all: too late
    assert room.states() == {"leased": 3}


def test_what_was_on_its_way_to_a_receiver_that_cannot_tell_repeats_is_unknown_and_never_sent_again(
    room: Mailroom,
) -> None:
    room.say(1)
    dead, heir = room.queue(), room.queue()
    held = dead.claim("email", at(0), 10)
    dead.hand_over(held[:2])
    heir.sweep(at(10))
    assert room.states() == {"unknown": 2, "new": 1}
    assert len(heir.claim("email", at(10), 10)) == 1
    dead.mark([Mark(held[0], "sent")], at(11))  # its answer came after all
    assert room.states() == {"unknown": 1, "sent": 1, "leased": 1}


def test_a_hub_that_starts_again_need_not_wait_for_the_leases_of_its_dead_self(room: Mailroom) -> None:
    room.say(1)
    dead, heir = room.queue(), room.queue()
    dead.hand_over(dead.claim("email", at(0), 10)[:1])
    heir.take_over(at(0.1))
    assert room.states() == {"unknown": 1, "new": 2}


def test_latest_wins_but_for_the_first_word_and_the_last(room: Mailroom) -> None:
    room.say(1)
    room.say(2, 10)
    room.say(3, 20)
    room.say(4, 30, lasting=True)
    assert room.states() == {"new": 6, "superseded": 6}
    queue = room.queue()
    assert numbers(queue.claim("email", at(30), 6)) == [
        "ann 1", "bob 1", "cyd 1", "ann 4", "bob 4", "cyd 4"
    ]  # fmt: skip


def test_an_update_that_is_not_for_somebody_takes_no_word_from_them(room: Mailroom) -> None:
    room.say(1)
    room.say(2, 10)
    room.say(3, 20, people=["ann"])
    assert room.states() == {"new": 6, "superseded": 1}


def test_yesterdays_word_is_not_sent_after_todays(room: Mailroom) -> None:
    room.say(1)
    queue = room.queue()
    first = queue.claim("email", at(0), 3)
    room.say(2, 5)
    queue.mark([Mark(each, "new", at(60)) for each in first], at(6))  # refused for now
    second = queue.claim("email", at(6), 3)
    queue.mark([Mark(each, "sent") for each in second], at(7))
    assert room.states() == {"sent": 3, "superseded": 3}


def test_a_letter_that_failed_while_a_later_one_was_written_gives_way(room: Mailroom) -> None:
    room.say(1, people=[])
    room.say(2, 5)
    queue = room.queue()
    held = queue.claim("email", at(5), 3)
    room.say(3, 6)
    queue.mark([Mark(each, "new", at(8)) for each in held], at(7))
    assert room.states() == {"superseded": 3, "new": 3}


def test_a_clock_that_was_set_back_neither_keeps_letters_back_nor_holds_them_for_ever(room: Mailroom) -> None:
    room.say(1)
    queue = room.queue()
    held = queue.claim("email", at(0), 2)
    queue.mark([Mark(held[0], "new", Instant(at(0) + HOUR))], at(0))
    past = Instant(at(0) - 30 * DAY)
    queue.sweep(past)
    assert len(queue.claim("email", past, 10)) == 3


def test_a_worker_whose_clock_was_read_earlier_takes_nothing_from_another(room: Mailroom) -> None:
    room.say(1)
    one, other = room.queue(), room.queue()
    assert len(one.claim("email", at(1), 10)) == 3
    other.sweep(Instant(at(1) - 1_000))  # it looked at the clock, and then waited for the other's commit
    assert other.claim("email", at(1), 10) == []


def test_what_is_settled_is_forgotten_after_a_month(room: Mailroom) -> None:
    room.say(1)
    queue = room.queue()
    held = queue.claim("email", at(0), 2)
    queue.mark([Mark(each, "sent") for each in held], at(0))
    queue.sweep(Instant(at(1) + 30 * DAY))
    assert room.states() == {"new": 1}


class Sink:
    """A receiver that counts, and does as it is told. It is a channel, too."""

    repeatable: ClassVar[bool] = True
    options: ClassVar[type[msgspec.Struct]] = Message
    connections, a_second = 3, 0.0

    def __init__(self, *answers: Sent) -> None:
        self.got: list[str] = []
        self.answers, self._turn = list(answers), threading.Lock()
        self.own: Sequence[str] = ()

    def address(self, text: str) -> str:
        return text

    def domain(self, address: str) -> str:
        return address.partition("@")[2] or "nowhere"

    @contextmanager
    def sender(self) -> Iterator["Sink"]:
        yield self

    def send(self, parcel: Parcel) -> Sent:
        with self._turn:
            answer = self.answers.pop(0) if self.answers else Sent("sent")
            if answer.outcome in ("sent", "unknown"):
                self.got.append(parcel.key)
            return answer


class Doubting(Sink):
    """A receiver that cannot tell repeats."""

    repeatable: ClassVar[bool] = False


class Plain:
    """Letters without anything in them."""

    def __init__(self) -> None:
        self.results: list[str] = []

    def parcels(self, rows: Sequence[Row], at: Instant) -> list[Parcel | str]:
        words = Message("s", ("p",), "s", "https://x", "more", {})
        return [
            Parcel(
                key_of(r.incident, r.number, r.subscriber, r.channel),
                f"{r.subscriber}@{r.subscriber}.example",
                words,
            )
            for r in rows
        ]

    def heard(self, results: Sequence[tuple[Row, Sent]], at: Instant) -> None:
        self.results += [each.outcome for _, each in results]


class Clockwork:
    """Simulated time: moves on by itself while somebody asks, and jumps when told."""

    def __init__(self) -> None:
        self.at = T0

    def __call__(self) -> Instant:
        self.at = Instant(self.at + 1)
        return self.at

    def forward(self, minutes: float) -> None:
        self.at = Instant(self.at + round(minutes * MINUTE))


def carry(room: Mailroom, sink: Sink, clock: Clockwork, writes: Plain | None = None) -> None:
    queue = room.queue()
    Worker("email", sink, queue, writes or Plain(), clock, lambda: 0.5).run(
        threading.Event(), until_empty=True
    )
    queue.close()


def test_every_letter_is_sent_once_under_a_key_of_its_own(room: Mailroom) -> None:
    people = [f"p{n}" for n in range(300)]
    room.say(1, people=people)
    sink, writes = Sink(), Plain()
    carry(room, sink, Clockwork(), writes)
    assert len(sink.got) == len(set(sink.got)) == 300
    assert room.states() == {"sent": 300}
    assert writes.results == ["sent"] * 300


def test_two_workers_share_the_work_and_send_nothing_twice(room: Mailroom) -> None:
    room.say(1, people=[f"p{n}" for n in range(400)])
    sink, clock = Sink(), Clockwork()
    workers = [threading.Thread(target=carry, args=(room, sink, clock)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(sink.got) == len(set(sink.got)) == 400


def test_an_outage_of_the_relay_for_six_hours_loses_nothing_and_pours_out_no_old_news(room: Mailroom) -> None:
    room.say(1)
    down, clock = Sink(*[Sent("again", "421", ours=True)] * 10_000), Clockwork()
    for number in range(2, 14):
        carry(room, down, clock)
        clock.forward(30)
        room.say(number, 30 * (number - 1))
    assert down.got == []
    up = Sink()
    clock.forward(60)
    carry(room, up, clock)
    assert sorted(up.got) == sorted(
        key_of(ID, number, each, "email") for number in (1, 13) for each in PEOPLE
    )
    assert room.states() == {"sent": 6, "superseded": 33}
    assert 10_000 - len(down.answers) < 120, "a relay that is down is not asked for each letter"


def test_a_doubt_is_repeated_under_the_same_key_where_repeats_are_told(room: Mailroom) -> None:
    room.say(1, people=["ann"])
    sink, clock = Sink(Sent("unknown")), Clockwork()
    carry(room, sink, clock)
    clock.forward(5)
    carry(room, sink, clock)
    assert len(sink.got) == 2
    assert len(set(sink.got)) == 1
    assert room.states() == {"sent": 1}


def test_a_doubt_is_shown_and_not_repeated_where_they_are_not(room: Mailroom) -> None:
    room.say(1, people=["ann"])
    sink, clock = Doubting(Sent("unknown")), Clockwork()
    for _ in range(3):
        carry(room, sink, clock)
        clock.forward(60)
    assert len(sink.got) == 1
    assert room.states() == {"unknown": 1}


def test_a_domain_that_does_not_answer_is_left_alone_and_the_others_are_not_kept_waiting(
    room: Mailroom,
) -> None:
    room.say(1, people=["slow"] * 1 + [f"p{n}" for n in range(20)])
    for number in range(2, 9):
        room.say(number, 0, people=["slow"], lasting=True)

    class Partly(Sink):
        def send(self, parcel: Parcel) -> Sent:
            return Sent("again", "451") if "slow" in parcel.address else super().send(parcel)

    sink, tried = Partly(), Plain()
    carry(room, sink, Clockwork(), tried)
    assert len(sink.got) == 20
    assert tried.results.count("again") <= 8
    assert room.states() == {"new": 8, "sent": 20}


def test_the_end_does_not_wait_for_a_receiver_that_hangs(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ENDING", 200)
    room.say(1)
    hanging, stop = threading.Event(), threading.Event()

    class Hanging(Sink):
        def send(self, parcel: Parcel) -> Sent:
            stop.set()
            hanging.wait(20)
            return Sent("sent")

    queue, began = room.queue(), elapsed()
    Worker("email", Hanging(), queue, Plain(), Clockwork(), lambda: 0.5).run(stop)
    assert elapsed() - began < 5_000
    hanging.set()
    assert room.states()["leased"] >= 1, "a later worker takes it over"


def test_a_channel_that_breaks_on_a_letter_does_not_stop_the_others(room: Mailroom) -> None:
    room.say(1)

    class Broken(Sink):
        def send(self, parcel: Parcel) -> Sent:
            if parcel.address.startswith("bob"):
                raise ZeroDivisionError
            return super().send(parcel)

    carry(room, Broken(), Clockwork())
    assert room.states() == {"new": 1, "sent": 2}


def test_a_doubt_is_asked_about_where_somebody_can_say(room: Mailroom) -> None:
    room.say(1)

    class Asked(Doubting):
        """Has ann's letter, never had bob's, and cannot say of cyd's."""

        def ask(self, key: str) -> Sent | None:
            known = {
                key_of(ID, 1, "ann", "email"): Sent("sent", "has it"),
                key_of(ID, 1, "bob", "email"): Sent("again"),
            }
            return known.get(key)

    sink, clock = Asked(Sent("unknown"), Sent("unknown"), Sent("unknown")), Clockwork()
    carry(room, sink, clock)
    assert room.states() == {"unknown": 3}
    clock.forward(2)
    carry(room, sink, clock)
    assert room.states() == {"unknown": 1, "sent": 2}
    assert sink.got.count(key_of(ID, 1, "ann", "email")) == 1
    clock.forward(7 * 60)
    carry(room, sink, clock)
    assert room.states() == {"unknown": 1, "sent": 2}, "after hours nobody is asked any more"
