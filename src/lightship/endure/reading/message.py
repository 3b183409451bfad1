"""A message as people read it, from its bytes; whatever they are, there is an answer."""

from email import policy
from email.message import Message as Tree
from email.parser import BytesHeaderParser, BytesParser
from typing import Literal

import msgspec

from lightship.endure.reading.parts import Leaf, leaves
from lightship.endure.reading.words import addresses, instant, message_ids, words
from lightship.vocabulary.time import Instant

Address = tuple[str, str]
"""Name and address; either may be empty."""

RAW_SHOWN = 200_000
"""Bytes of a message that cannot be taken apart that are shown as they are."""


class Head(msgspec.Struct, frozen=True):
    """What stands above a message. Every text is one harmless line; absent is empty, or None.

    Args:
        message_id: without brackets; empty: it has none.
        references: ids of the messages that it follows, the oldest first, that which it answers last.
    """

    subject: str = ""
    senders: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    copies: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    at: Instant | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()


class Block(msgspec.Struct, frozen=True):
    """A part of the body that is shown in place."""

    kind: Literal["text", "html"]
    content: str


class Attachment(msgspec.Struct, frozen=True):
    """A part that is offered as a file.

    Args:
        number: its place among the leaves of the message, from 0.
        name: harmless to show and to save under; kind: "image/png"; bytes: of its content.
        content_id: by which the body speaks of it; empty: it does not.
    """

    number: int
    name: str
    kind: str
    bytes: int
    content_id: str = ""


class Message(msgspec.Struct, frozen=True):
    """A whole message.

    Args:
        rich: what to show where HTML can be; plain: what to show where it cannot. Equal where there is but one form.
        broken: it could not be taken apart, and its raw beginning is shown.
    """

    head: Head
    rich: tuple[Block, ...]
    plain: tuple[Block, ...]
    attachments: tuple[Attachment, ...]
    broken: bool = False


def read_head(raw: bytes) -> Head:
    """The head alone; quick, and enough for a list."""
    return _head(BytesHeaderParser(policy=policy.compat32).parsebytes(raw[: 256 * 1024]))


def read(raw: bytes) -> Message:
    """The whole message."""
    return opened(raw)[0]


def opened(raw: bytes) -> tuple[Message, tuple[Leaf, ...]]:
    """The whole message, and its parts with their contents by number: one taking apart for both."""
    try:
        tree = BytesParser(policy=policy.compat32).parsebytes(raw)
        found = leaves(tree)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        # What the parser of the standard library could not get through, in all of its versions.
        shown = (Block("text", words_of(raw)),)
        return Message(read_head(raw), shown, shown, (), broken=True), ()
    rich, plain = _blocks(found, "html"), _blocks(found, "text")
    offered = tuple(
        Attachment(leaf.number, leaf.name, leaf.kind, len(leaf.content), leaf.content_id)
        for leaf in found
        if not leaf.shown_in
    )
    return Message(_head(tree), rich or plain, plain or rich, offered), found


def part(raw: bytes, number: int) -> Leaf | None:
    """One part with its content; None: there is no such part."""
    found = opened(raw)[1]
    return found[number] if 0 <= number < len(found) else None


def words_of(raw: bytes) -> str:
    """The beginning of what cannot be taken apart."""
    return raw[:RAW_SHOWN].decode("utf-8", "replace")


def _blocks(found: tuple[Leaf, ...], form: Literal["text", "html"]) -> tuple[Block, ...]:
    return tuple(
        Block("html" if leaf.kind == "text/html" else "text", leaf.text())
        for leaf in found
        if form in leaf.shown_in
    )


def _head(tree: Tree) -> Head:
    values: dict[str, str] = {}
    for name, value in tree.raw_items():
        values.setdefault(name.lower(), str(value))
    follows = (
        *message_ids(values.get("references", "")),
        *message_ids(values.get("in-reply-to", "")),
    )
    ids = message_ids(values.get("message-id", ""))
    return Head(
        subject=words(values.get("subject", "")), senders=addresses(values.get("from", "")),
        to=addresses(values.get("to", "")), copies=addresses(values.get("cc", "")),
        reply_to=addresses(values.get("reply-to", "")), at=instant(values.get("date", "")),
        message_id=ids[0] if ids else "", references=tuple(dict.fromkeys(follows)),
    )  # fmt: skip
