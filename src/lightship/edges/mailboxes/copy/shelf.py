"""Where the bytes of a folder's messages go: the part of filing that differs between a Maildir and a compact copy."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lightship.vocabulary.time import Instant

if TYPE_CHECKING:
    from lightship.edges.mailboxes.copy.spilling import SpilledFile


class Prepared(NamedTuple):
    """A message that is ready to be shelved.

    Args:
        hash: SHA-256; size: bytes; message_id: of its header.
        content: what the shelf made of it.
    """

    hash: bytes
    size: int
    message_id: str
    content: object


class Wanted(NamedTuple):
    """One message of a group. `letters`: its flags as Maildir writes them; `known`: its number, if the copy has it."""

    prepared: Prepared
    letters: str
    known: int | None


class Shelved(NamedTuple):
    """Where a message lies in a segment; None in a Maildir, where its name says so."""

    segment: int | None = None
    start: int | None = None
    length: int | None = None


class Shelf(Protocol):
    """Takes messages of one folder. `writers`: threads that `prepare` is worth; `half_bytes`: held, twice over."""

    writers: int
    half_bytes: int

    def spill(self, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> "SpilledFile":
        """A large message, while it comes."""

    def prepare(self, batch: "Sequence[tuple[bytes | SpilledFile, Instant]]") -> list[Prepared]:
        """What takes time, for a few messages and when they were received; many threads may do so at once."""

    def drop(self, prepared: Prepared) -> None:
        """It is not wanted after all."""

    def shelve(self, group: Sequence[Wanted]) -> list[Shelved]:
        """Put a group in its place; whole and on disk when this returns. One group at a time."""

    def recognise(self, message: int, hash: bytes, letters: str) -> None:
        """This folder holds a message too that the copy has already."""

    def reflag(self, hash: bytes, before: str, letters: str) -> None:
        """A message's flags changed."""
