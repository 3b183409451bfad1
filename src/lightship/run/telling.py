"""Telling people, put together: the contacts, the office that answers, a worker for each channel."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lightship.edges.channels.channel import Channel
from lightship.edges.clock import Clock, now
from lightship.edges.delivery.worker import Worker
from lightship.edges.delivery.writing import Writer
from lightship.edges.stores.outbox import Outbox
from lightship.edges.subscribers.book import Book
from lightship.edges.subscribers.office import Office
from lightship.edges.subscribers.wants import Wants
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.edges.web.subscribing import PREFIX, Subscribing
from lightship.run.door import Door, DoorClosed
from lightship.run.hub import Hub
from lightship.run.telling_plan import TellingPlan
from lightship.tell.outbox.selector import EVERYTHING
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.settings import Settings

PATIENCE_SECONDS = 10.0
COMPARE_SECONDS = 60.0
"""Between two comparisons of the book with what the core knows."""
TRY_AGAIN_SECONDS = 10.0


def contacts_of(store: Path) -> Path:
    """Where the contacts of a store lie; the keys lie beside them."""
    return store.with_suffix(".contacts.db")


@dataclass
class Telling:
    """One deployment's. `warned`: hears, in a line, what a person should look at."""

    plan: TellingPlan
    store: Path
    door: Door
    warned: Callable[[str], None]
    clock: Clock = now

    def __post_init__(self) -> None:
        self._stop, self._threads = threading.Event(), ExitStack()
        self.book = Book(contacts_of(self.store))
        public = {kind: each for kind, each in self.plan.channels.items() if not each.own}
        self.office = Office(self.book, self.store, public, self._changed, self.clock, self.plan.own)
        for kind, channel in self.plan.channels.items():
            self._tell_own(kind, channel.own)

    def mounted(self, files: Published) -> tuple[Mounted, ...]:
        """What answers subscribers on the page."""
        return (Mounted(PREFIX, Subscribing(self.office, files, self.plan.senders), posted=True),)

    def begin(self, hub: Hub) -> None:
        """Carry letters from now on, and keep book and core equal."""

        def stated() -> tuple[Settings, NetworkMap]:
            assert hub.state.stages is not None, "letters are of a map"
            return hub.state.settings, hub.state.stages.feet.network

        self.office.take_over()
        for kind, channel in self.plan.channels.items():
            self._thread(f"channel {kind}", partial(self._carry, kind, channel, stated))
        self._thread("subscribers", partial(self._compare, hub))

    def close(self) -> None:
        """What is with a sender is waited for; everything else waits on disk."""
        self._stop.set()
        self._threads.close()
        self.office.close()
        self.book.close()

    def _tell_own(self, kind: str, addresses: Sequence[str]) -> None:
        """Places of the operator's own need no confirmation, and get everything."""
        for address in addresses:
            if self.book.whose(kind, address) is None:
                person = self.book.keep(None, kind, address, Wants(EVERYTHING), self.clock())
                self.book.set_state(person, kind, "confirmed")

    def _thread(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._when_open, args=(work,), name=name, daemon=True)
        thread.start()
        self._threads.callback(thread.join, 40)

    def _when_open(self, work: Callable[[], None]) -> None:
        """The core knows settings and map when the door opens, and not before."""
        while not self._stop.is_set():
            if self.door.wait(0.2):
                work()
                return

    def _carry(self, kind: str, channel: Channel, stated: Callable[[], tuple[Settings, NetworkMap]]) -> None:
        said = ""
        while not self._stop.is_set():
            try:
                outbox = Outbox(self.store)
                try:
                    writer = Writer(self.store, self.book, stated, self.office.ended)
                    Worker(kind, channel, outbox, writer, self.clock, random.random).run(self._stop)
                finally:
                    outbox.close()
            except Exception as error:  # noqa: BLE001 - one letter's or file's trouble must not silence a channel
                if str(error) != said:  # the same trouble is told once
                    said = str(error)
                    self.warned(f"channel {kind}: {said or error.__class__.__name__}; trying again")
                self._stop.wait(TRY_AGAIN_SECONDS)

    def _changed(self, event: SubscriptionChanged) -> None:
        """Into the log; should the hub be down, `_compare` tells it later."""
        with suppress(DoorClosed, TimeoutError, StoreRefused, CancelledError):
            self.door.submit(event).result(PATIENCE_SECONDS)

    def _compare(self, hub: Hub) -> None:
        while not self._stop.is_set():
            try:
                self.book.forget_pending(self.clock())
                for event in list(self.office.differences(hub.state.audience)):
                    self._changed(event)
            except StoreRefused as refused:
                self.warned(str(refused))
            self._stop.wait(COMPARE_SECONDS)
