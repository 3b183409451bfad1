"""Letters of rows: the update's words, one person's address, their links. What is not to be sent says why."""

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from lightship.edges.channels.channel import Parcel, Sent, key_of
from lightship.edges.channels.webhook import SECRET
from lightship.edges.stores.outbox import Row
from lightship.edges.stores.reading import StoreReader
from lightship.edges.subscribers.book import PENDING_KEPT, Book
from lightship.edges.subscribers.keys import Key
from lightship.edges.subscribers.links import WEBHOOK_SECRET, Links
from lightship.edges.subscribers.wants import Contact
from lightship.tell.emergency import emergency_text
from lightship.tell.outbox.words import (
    ALREADY,
    CONFIRM,
    Message,
    already_message,
    confirm_message,
    update_message,
    wants_words,
)
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import HOUR, MINUTE, Instant

ERASED = "the subscriber was erased, or has this contact no more"
SIMULATED = "simulated: no real letter is ever sent"
TELLING = 20
"""Results from which a batch that is mostly refused says something of the relay, and nothing of the addresses."""


class Ends(Protocol):
    """Hears that a contact takes no more letters."""

    def __call__(self, person: str, channel: str, at: Instant) -> None:
        """It ended."""


class Writer:
    """Makes the letters of one deployment.

    Args:
        now: what is stated and mapped just now.
        ends: called when a contact is given up.
    """

    def __init__(
        self, store: Path, book: Book, now: Callable[[], tuple[Settings, NetworkMap]], ends: Ends
    ) -> None:  # fmt: skip
        self._store, self._book, self._now, self._ends = store, book, now, ends
        self._made: dict[tuple[str, int], Message | str] = {}
        self._minute = -1

    def parcels(self, rows: Sequence[Row], at: Instant) -> list[Parcel | str]:
        """See `worker.Writes`."""
        if at // MINUTE != self._minute:
            self._made, self._minute = {}, at // MINUTE
        people = list(dict.fromkeys(row.subscriber for row in rows))
        contacts = self._book.contacts(people)
        keys = self._book.keys_of(people)
        return [
            self._parcel(row, contacts.get((row.subscriber, row.channel)), keys.get(row.subscriber), at)
            for row in rows
        ]

    def _parcel(self, row: Row, contact: Contact | None, key: Key | None, at: Instant) -> Parcel | str:
        settings, _ = self._now()
        if settings.simulated:
            return SIMULATED
        if contact is None or key is None:
            return ERASED
        links = Links(settings.address)
        message = self._message(row, contact, key, links, at)
        if isinstance(message, str):
            return message
        confirmed = contact.state == "confirmed"
        return Parcel(
            key_of(row.incident, row.number, row.subscriber, row.channel), contact.address, message,
            links.stop(row.subscriber, row.channel, key) if confirmed else "",
            links.manage(row.subscriber, key) if confirmed else "",
            f"{SECRET}{base64.b64encode(key.derived('webhook', WEBHOOK_SECRET)).decode()}",
        )  # fmt: skip

    def _message(self, row: Row, contact: Contact, key: Key, links: Links, at: Instant) -> Message | str:
        settings, network = self._now()
        provider, wants = network.provider or "the provider", wants_words(contact.wants.selector, network)
        if row.incident == CONFIRM:
            if contact.state != "pending":
                return "it is confirmed already"
            link = links.confirm(row.subscriber, row.channel, key)
            return confirm_message(provider, link, wants, PENDING_KEPT // HOUR)
        if contact.state != "confirmed":
            return f"the contact is {contact.state}"
        if row.incident == ALREADY:
            return already_message(provider, links.manage(row.subscriber, key), wants)
        return self._update(row, settings, network, at)

    def _update(self, row: Row, settings: Settings, network: NetworkMap, at: Instant) -> Message | str:
        known = self._made.get((row.incident, row.number))
        if known is None:
            known = self._made[row.incident, row.number] = self._written(row, settings, network, at)
        return known

    def _written(self, row: Row, settings: Settings, network: NetworkMap, at: Instant) -> Message | str:
        reader = StoreReader(self._store)
        try:
            update, incident = reader.update(row.incident, row.number), reader.incident(row.incident)
        finally:
            reader.close()
        if update is None:
            return "there is no such update"
        if update.simulated:
            return SIMULATED
        return update_message(
            update, settings, network, at, emergency_text(incident, network) if incident is not None else ()
        )

    def heard(self, results: Sequence[tuple[Row, Sent]], at: Instant) -> None:
        """See `worker.Writes`: a contact that is gone, or refuses again and again, is given up."""
        self._book.took([(row.subscriber, row.channel) for row, sent in results if sent.outcome == "sent"])
        refused = [(row, sent) for row, sent in results if sent.outcome == "gone" or sent.mailbox]
        if len(results) >= TELLING and len(refused) * 2 > len(results):
            return
        for row, sent in refused:
            if self._book.refused(row.subscriber, row.channel, sent.outcome == "gone"):
                self._ends(row.subscriber, row.channel, at)
