"""What a channel offers, what it is handed, and what it answers."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, runtime_checkable

import msgspec

from lightship.edges.channels import BUILT_IN
from lightship.tell.outbox.retries import Outcome
from lightship.tell.outbox.words import Message
from lightship.vocabulary.errors import BadInput


class Parcel(msgspec.Struct, frozen=True):
    """One letter, ready to go.

    Args:
        key: stable for the row, and no other row has it: what receivers tell repeats by.
        address: whom it goes to, as `Channel.address` gave it.
        stop: the link that ends it with one request; manage: the page that changes it. Empty where there is none.
        secret: what this subscriber signs with us; empty where the channel signs nothing.
    """

    key: str
    address: str
    message: Message
    stop: str = ""
    manage: str = ""
    secret: str = ""


class Sent(msgspec.Struct, frozen=True):
    """What became of one try. Trouble out there is an answer, never an exception.

    Args:
        said: the receiver's own words, without addresses. asked: milliseconds that it asked us to wait.
        mailbox: a refusal was about this address, not about us or the letter.
        ours: the trouble lies at our own end (relay or gateway not reached), so that every letter would fail.
    """

    outcome: Outcome
    said: str = ""
    asked: int = 0
    ours: bool = False
    mailbox: bool = False


class Sender(Protocol):
    """One connection or its like; used by one thread."""

    def send(self, parcel: Parcel) -> Sent:
        """Try once."""


class Channel(Protocol):
    """A way to send.

    Attributes:
        repeatable: the receiver can tell a repeat by its key, so that a doubt may be tried again.
        own: addresses of the operator's own, which get every update; where there are any, nobody else can ask for it.
        connections: senders at once. a_second: letters a second at most; 0: no bound.
    """

    repeatable: ClassVar[bool]
    options: ClassVar[type[msgspec.Struct]]
    own: Sequence[str]
    connections: int
    a_second: float

    def address(self, text: str) -> str:
        """The address in its one written form. Raises BadInput: what was typed is none; the text is not repeated."""

    def domain(self, address: str) -> str:
        """What fails together with this address: the breaker counts by it."""

    def sender(self) -> AbstractContextManager[Sender]:
        """A sender for one thread."""


@runtime_checkable
class Asks(Protocol):
    """A channel that can be asked what became of a letter in doubt."""

    def ask(self, key: str) -> Sent | None:
        """What became of it; None: nobody can say."""


def key_of(incident: str, number: int, subscriber: str, channel: str) -> str:
    """The key of a row: the same at every try, and unlike any other's; it says nothing of the subscriber."""
    told = hashlib.blake2b(f"{subscriber} {channel}".encode(), digest_size=12).hexdigest()
    return f"{incident}.{number}.{told}"


def open_channel(kind: str, options: Mapping[str, Any], place: str) -> Channel:
    """The channel of a kind.

    Raises:
        BadInput: there is none of that kind, or its options are wrong.
    """
    found = _found(kind, place)
    try:
        made = msgspec.convert(dict(options), found.options)
    except msgspec.ValidationError as error:
        raise BadInput(place, str(error), f"see docs/reference/channels/{kind}.md") from None
    channel: Channel = found(made, place)  # type: ignore[call-arg]  # a protocol says nothing of how it is made
    return channel


def _found(kind: str, place: str) -> type[Channel]:
    others = {each.name: each.value for each in entry_points(group="lightship.channels")}
    path = {**others, **BUILT_IN}.get(kind)
    if path is None:
        raise BadInput(place, f"no channel {kind!r}", f"known: {', '.join(sorted({**others, **BUILT_IN}))}")
    module, _, name = path.partition(":")
    try:
        found: type[Channel] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise BadInput(
            place, f"{kind} wants the package {error.name}", f"pip install 'lightship[{kind}]'"
        ) from None
    return found
