"""A deployment for the benches: a small made-up country, an incident in it, and as many subscribers as wanted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lightship.edges.channels.channel import Parcel, Sent, key_of
from lightship.edges.stores.outbox import Row
from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.stores.store import Entry
from lightship.edges.subscribers.book import Book
from lightship.edges.subscribers.wants import Wants
from lightship.prevent.footprints import Footprints, footprints
from lightship.run.maps import open_map
from lightship.run.telling import contacts_of
from lightship.tell.outbox.audience import Audience, Profile
from lightship.tell.outbox.planning import step
from lightship.tell.outbox.words import update_message
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.decisions import Decision, Key, Keys, Publish, Send
from lightship.vocabulary.events import Logged, SubscriptionChanged, TickJudged
from lightship.vocabulary.incidents import Incident, IncidentId, Scope, Status
from lightship.vocabulary.letters import Letter, StatedChannel
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import MINUTE, Between, Instant, Tick, parse_iso
from lightship.vocabulary.updates import Update

T0 = parse_iso("2026-03-02T10:00:00Z")
ID = IncidentId("20260302-1")
SETTINGS = Settings(
    address="https://status.example",
    channels=(
        StatedChannel("email", ComponentId("email-relay")),
        StatedChannel("sms", ComponentId("sms-gateway")),
    ),
)


def at(minutes: float) -> Instant:
    """So long after the beginning."""
    return Instant(T0 + round(minutes * MINUTE))


def country() -> Footprints:
    """The made-up national map."""
    return footprints(open_map("national-modern").network)


def network() -> NetworkMap:
    """A map with nothing on it but a name: enough to write letters by."""
    return NetworkMap("bench", "", "Sample Telecom (simulated)", (), (), (), (), ())


def incident(feet: Footprints) -> Incident:
    """Broadband fails everywhere."""
    service = ServiceId("broadband")
    areas = tuple(AffectedArea(service, each.id, "affected") for each in feet.network.places.leaves())
    unknown = Estimate("lines", None, None, None)
    scope = Scope(T0, (service,), areas, True, len(areas), unknown, unknown)
    return Incident(ID, "investigating", T0, T0, Between(T0, T0, T0), (), (scope,), public=True)


def update(number: int, minutes: float, status: Status = "investigating") -> Update:
    """One of its updates."""
    text = "We are seeing broadband fail for some people in 204 area codes. We look into it. It is simulated."
    return Update(
        ID, number, at(minutes), status, "Broadband is failing for some people", text, (), at(minutes + 30)
    )


def audience(feet: Footprints, people: Sequence[str]) -> Audience:
    """Everybody asked about one area; one in ten has a second contact."""
    leaves = feet.network.places.leaves()
    known: dict[tuple[int, bool], Audience] = {}
    found: dict[str, Profile] = {}
    for number, person in enumerate(people):
        kind = (number % len(leaves), number % 10 == 0)
        if kind not in known:
            area = leaves[kind[0]].id
            one = Audience().after(SubscriptionChanged("x", f"area:{area}", "email", area=area))
            known[kind] = one.after(SubscriptionChanged("x", f"area:{area}", "sms")) if kind[1] else one
        found[person] = known[kind].people["x"]
    return Audience(found)


class Mailroom:
    """A store with an outbox that updates are put into."""

    def __init__(self, folder: Path) -> None:
        self.path, self.seq = folder / "bench.db", 0
        self.store = SqliteStore(self.path)

    def commit(self, said: Update, sends: Sequence[Send]) -> None:
        """One update with its letters, in one transaction."""
        self.seq += 1
        decisions: tuple[Decision, ...] = (Publish(Key(f"{self.seq}.1"), "bench", said), *sends)
        self.store.commit([Entry(Logged(self.seq, said.at, TickJudged(Tick(self.seq), "bench")), decisions)])

    def say(
        self, number: int, minutes: float, people: Sequence[str], channel: str = "email",
        status: Status = "investigating",
    ) -> None:  # fmt: skip
        """An update for these people over one channel."""
        lasting = number == 1 or status == "resolved"
        letters = tuple(Letter(each, channel, 1) for each in people)
        send = Send(
            Key(f"{self.seq + 1}.2"), "bench", ID, number, lasting, {channel: len(people)}, letters=letters
        )
        self.commit(update(number, minutes, status), [send])


def planned(feet: Footprints, who: Audience, said: Update) -> tuple[Send, ...]:
    """The letters of an update, as the fold plans them."""
    keys = Keys(1)
    said_so = Publish(keys.take(), "bench", said)
    made = step(who, [said_so], [incident(feet)], feet, SETTINGS, keys)[1]
    return tuple(each for each in made if isinstance(each, Send))


@contextmanager
def contacts(store: Path, count: int) -> Iterator[tuple[Book, list[str]]]:
    """A book with that many confirmed contacts, made up."""
    book = Book(contacts_of(store))
    with book.at_once():
        people = [
            book.keep(None, "email", f"made-up-{n}@lightship.example", Wants("*"), T0) for n in range(count)
        ]
        for each in people:
            book.set_state(each, "email", "confirmed")
    yield book, people
    book.close()


class MadeUp:
    """Letters to made-up addresses of people who are only ids: where contacts are not what is measured."""

    def __init__(self, known: NetworkMap, address: str = "{0}@{0}.lightship.example") -> None:
        self._message, self._address = update_message(update(1, 0), SETTINGS, known, at(0)), address

    def parcels(self, rows: Sequence[Row], at: Instant) -> list[Parcel | str]:
        """See `worker.Writes`."""
        return [
            Parcel(
                key_of(r.incident, r.number, r.subscriber, r.channel),
                self._address.format(r.subscriber),
                self._message,
            )
            for r in rows
        ]

    def heard(self, results: Sequence[tuple[Row, Sent]], at: Instant) -> None:
        """Nothing follows."""
