"""From a service that stops to letters at a relay: real probes, the fold, the outbox in the update's transaction."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from lightship.edges.channels.channel import open_channel
from lightship.edges.delivery.worker import Worker
from lightship.edges.delivery.writing import Writer
from lightship.edges.stores.outbox import Outbox
from lightship.edges.subscribers.book import Book
from lightship.edges.subscribers.wants import Wants
from lightship.run.benches.tell.receivers import Relay
from lightship.run.telling import contacts_of
from lightship.vocabulary.decisions import Publish, Send
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.letters import StatedChannel
from lightship.vocabulary.settings import Settings
from tests.support.watching import Watch


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def stated(watch: Watch, simulated: bool = False) -> Settings:
    return replace(
        watch.plan.settings,
        channels=(StatedChannel("email"),),
        address="https://status.example",
        simulated=simulated,
    )


@pytest.mark.parametrize("simulated", [False, True])
def test_an_outage_reaches_those_who_asked_and_a_simulated_one_nobody(
    server: socket.socket, tmp_path: Path, simulated: bool
) -> None:
    watch = Watch(tmp_path, [f"tcp://127.0.0.1:{server.getsockname()[1]}"])
    book = Book(contacts_of(watch.plan.store))
    people = [book.keep(None, "email", f"p{n}@example.org", Wants("*"), watch.clock()) for n in range(3)]
    watch.die()
    watch.plan = replace(watch.plan, settings=stated(watch, simulated))
    watch.open()
    for person in people:
        book.set_state(person, "email", "confirmed")
        watch.hub.accept(watch.clock(), SubscriptionChanged(person, "*", "email"))
    watch.minutes(2)
    server.close()
    watch.minutes(2)
    watch.hub.keep_snapshot()
    watch.die()
    watch.open()  # a restart plans nothing anew
    kinds = [type(each) for _, each in watch.store.decisions() if isinstance(each, Publish | Send)]
    assert kinds == [Publish, Send]
    with Relay() as relay:
        outbox = Outbox(watch.plan.store)
        channel = open_channel(
            "email", {"sender": "status@lightship.example", "port": relay.port}, "channels[0]"
        )
        now = watch.hub.state.settings, watch.plan.network
        writer = Writer(watch.plan.store, book, lambda: now, lambda *_: None)
        Worker("email", channel, outbox, writer, watch.clock, lambda: 0.5).run(
            threading.Event(), until_empty=True
        )
        got, counts = relay.read(), outbox.counts()
        outbox.close()
    watch.die()
    book.close()
    if simulated:
        assert (got, counts) == ([], {"email": {"suppressed": 3}})
        return
    assert counts == {"email": {"sent": 3}}
    assert sorted(str(each["To"]) for each in got) == [f"p{n}@example.org" for n in range(3)]
    assert len({each["Message-ID"] for each in got}) == 3
    assert all("is failing" in each["Subject"] for each in got)
