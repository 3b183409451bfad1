"""What people ask of us: to be told, to confirm, to change, to stop, to be forgotten.

An answer never says whether an address is known: only a letter to it does. What is confirmed here goes into the log as
an opaque id; should that fail, `differences` finds it later.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lightship.edges.channels.channel import Channel
from lightship.edges.clock import Clock
from lightship.edges.intake.desk.limits import Limits
from lightship.edges.stores.outbox import Outbox
from lightship.edges.subscribers.book import Book
from lightship.edges.subscribers.links import is_good
from lightship.edges.subscribers.wants import Contact, Wants
from lightship.tell.outbox.audience import Audience
from lightship.tell.outbox.words import ALREADY, CONFIRM
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import DAY, MINUTE, Instant

A_NETWORK = (10.0, 1.0)
"""Requests of one network prefix: at once, and a minute from then on."""
AN_ADDRESS = (3.0, 3.0 * MINUTE / DAY)
"""Letters to one address that nobody has confirmed: three, then three a day. Nobody can be flooded through us."""
IN_ALL = (300.0, 120.0)

Changed = Callable[[SubscriptionChanged], None]
"""Takes a change to the log; returns when it is durable, or raises."""


class TooMany(Exception):
    """This network, or everybody together, asks for more than is taken just now."""


class Office:
    """Answers people. Calls are taken one at a time, from any thread.

    Args:
        channels: those over which people can be told, by kind.
        own: mail domains and beginnings of numbers (+44...) that are a service of this provider and fail with it.
    """

    def __init__(
        self, book: Book, store: Path, channels: Mapping[str, Channel], changed: Changed, clock: Clock,
        own: Mapping[str, ServiceId] | None = None,
    ) -> None:  # fmt: skip
        self.book, self.channels = book, dict(channels)
        self._outbox, self._changed, self._clock, self._own = Outbox(store), changed, clock, dict(own or {})
        self._networks, self._addresses, self._all = Limits(*A_NETWORK), Limits(*AN_ADDRESS), Limits(*IN_ALL)
        self._turn = threading.RLock()

    def close(self) -> None:
        """Let go of the outbox; the book belongs to whoever made it."""
        self._outbox.close()

    def take_over(self) -> None:
        """What an earlier run held is tried again at once: the store's lock says that it is over."""
        with self._turn:
            self._outbox.take_over(self._clock())

    def ask(self, channel: str, typed: str, wants: Wants, network: str, person: str | None = None) -> None:
        """Somebody wants to be told. Durable on return; nothing is sent but a letter that asks whether it is true.

        Args:
            person: who asks, where they have proved it; then the contact is theirs.

        Raises:
            BadInput: no such channel, or no address of it. TooMany.
        """
        address = self._address(channel, typed)
        with self._turn:
            now = self._clock()
            if not (self._networks.allow(network, now) and self._all.allow("", now)):
                raise TooMany
            if not self._addresses.allow(f"{channel} {address}", now):
                return
            known = self.book.whose(channel, address)
            contact = self._contact(known, channel) if known is not None else None
            if known is not None and contact is not None and contact.state == "confirmed":
                self._outbox.put(ALREADY, known, channel, now)
                return
            keeper = self.book.keep(known or person, channel, address, wants, now)
            self._outbox.put(CONFIRM, keeper, channel, now)

    def _address(self, channel: str, typed: str) -> str:
        found = self.channels.get(channel)
        if found is None:
            raise BadInput("channel", ascii(channel[:40]), f"one of: {', '.join(self.channels)}")
        return found.address(typed)

    def _contact(self, person: str, channel: str) -> Contact | None:
        return self.book.contacts([person]).get((person, channel))

    def confirm(self, person: str, channel: str, token: str) -> Contact | None:
        """Yes. None: the link is not good (any more)."""
        with self._turn:
            contact = self.linked("confirm", person, channel, token)
            if contact is None or contact.state == "suppressed":
                return None
            if contact.state == "pending":
                self.book.set_state(person, channel, "confirmed")
                self._changed(self.event(person, channel, contact.wants, contact.address))
            return self._contact(person, channel)

    def linked(self, purpose: str, person: str, channel: str, token: str) -> Contact | None:
        """The contact that a link of one channel is about; None: the link is not good."""
        with self._turn:
            return (
                self._contact(person, channel)
                if is_good(token, purpose, self.book.key(person), channel)
                else None
            )

    def stop(self, person: str, channel: str, token: str) -> bool:
        """No more over this channel; the contact is forgotten. Stopping twice is stopping once. False: no such link."""
        with self._turn:
            if self.linked("stop", person, channel, token) is None:
                return False
            self.end(person, channel)
            return True

    def end(self, person: str, channel: str) -> None:
        """Forget a contact, and the person with the last one."""
        with self._turn:
            self.book.drop(person, channel)
            self.ended(person, channel, self._clock())

    def ended(self, person: str, channel: str, at: Instant) -> None:
        """Nothing more goes there: neither what waits nor what comes."""
        with self._turn:
            self._outbox.drop(person, channel, at, "the subscription ended")
        self._changed(SubscriptionChanged(person, "", channel))

    def contacts(self, person: str, token: str) -> tuple[Contact, ...]:
        """What a person gets, for whoever holds their link; empty: the link is not good."""
        with self._turn:
            return self.book.of(person) if is_good(token, "manage", self.book.key(person)) else ()

    def change(self, person: str, token: str, channel: str, wants: Wants) -> bool:
        """Other news from here on. False: the link is not good, or there is no such contact."""
        with self._turn:
            contact = next((each for each in self.contacts(person, token) if each.channel == channel), None)
            if contact is None or contact.state != "confirmed":
                return False
            self.book.set_wants(person, channel, wants)
            self._changed(self.event(person, channel, wants, contact.address))
            return True

    def erase(self, person: str) -> bool:
        """Forget everything about a person. False: there is nobody."""
        with self._turn:
            channels = [each.channel for each in self.book.of(person)]
            gone = self.book.erase(person)
            for channel in channels:
                self.ended(person, channel, self._clock())
            return gone

    def event(self, person: str, channel: str, wants: Wants, address: str = "") -> SubscriptionChanged:
        """What the log learns: no address, only which of our services it hangs on."""
        own = self._own.get(address.rpartition("@")[2]) if "@" in address else self._own_number(address)
        through = (own,) if own is not None else ()
        return SubscriptionChanged(
            person, wants.selector, channel, (), through, wants.area, wants.pace, wants.priority
        )

    def _own_number(self, address: str) -> ServiceId | None:
        """By the longest beginning that fits."""
        fits = [each for each in self._own if each.startswith("+") and address.startswith(each)]
        return self._own[max(fits, key=len)] if fits else None

    def differences(self, audience: Audience) -> Iterator[SubscriptionChanged]:
        """What the log has to learn so that it says what the book says: after a crash, or an erasure by command."""
        known = {(person, each.channel) for person, profile in audience.people.items() for each in profile}
        held = {(person, channel): wants for person, channel, wants in self.book.confirmed()}
        for person, channel in sorted(known - held.keys()):
            yield SubscriptionChanged(person, "", channel)
        for (person, channel), wants in held.items():
            if (person, channel) not in known:
                contact = self._contact(person, channel)
                if contact is not None:
                    yield self.event(person, channel, wants, contact.address)


def masked(address: str) -> str:
    """An address so that its owner knows it and nobody else learns it.

    >>> masked("ann.smith@example.org"), masked("+447700900123"), masked("https://hooks.example.org/abc")
    ('a...@example.org', '+44...23', 'https://hooks.example.org/...')
    """
    if "://" in address:
        return "/".join(address.split("/")[:3]) + "/..."
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}...@{domain}" if at else f"{address[:3]}...{address[-2:]}"
