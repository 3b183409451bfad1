"""The contacts of one hub, for commands: found by what a person says of themselves."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.edges.channels.email import email_address
from lightship.edges.channels.sms import number
from lightship.edges.stores.reading import StoreReader
from lightship.edges.subscribers.book import Book
from lightship.run.hub_file import store_of
from lightship.run.telling import contacts_of
from lightship.vocabulary.errors import BadInput


class People:
    """A hub's contacts, beside a hub that may run. A context."""

    def __init__(self, store: Path) -> None:
        StoreReader(store).close()
        if not contacts_of(store).is_file():
            raise BadInput(
                str(contacts_of(store)), "no such file", "nobody has ever asked this hub to be told"
            )
        self.store, self.book = store, Book(contacts_of(store))

    @classmethod
    def of(cls, hub: Path) -> Self:
        """Those of the hub of a configuration. Raises BadInput, StoreRefused."""
        return cls(store_of(hub))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.book.close()

    def named(self, who: str) -> str:
        """The person of an address or an opaque id. Raises BadInput where there is none."""
        if self.book.key(who) is not None:
            return who
        found = (self.book.whose(*each) for each in _addresses(who))
        person = next((each for each in found if each is not None), None)
        if person is None:
            raise BadInput(
                "WHO", "nobody of that address or id", "an address as it was typed, or an id from the log"
            )
        return person


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    with suppress(BadInput):
        yield "email", email_address(text)
    with suppress(BadInput):
        yield "sms", number(text)
    yield "webhook", text.strip()
