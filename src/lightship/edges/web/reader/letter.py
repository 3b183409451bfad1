"""What the page of one message shows: its head, its body made harmless, its attachments, its conversation."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.conversation import conversation
from lightship.edges.web.reader.lists import Row, row
from lightship.edges.web.reader.pictures import is_picture
from lightship.endure.reading.message import Address, Attachment, Block, Message
from lightship.endure.reading.parts import Leaf
from lightship.endure.reading.sanitise import sanitise
from lightship.tell.times import clock, date
from lightship.vocabulary.time import Instant

TEXT_SHOWN = 500_000
"""Characters of text that are shown in the page; all of it is in the message's own file."""
LEADS_SHOWN = 12


class Body(msgspec.Struct, frozen=True):
    """One block of the body, ready for the page. `markup` is the only thing in it that is not escaped."""

    markup: Markup | None
    text: str


class File(msgspec.Struct, frozen=True):
    """An attachment to fetch."""

    name: str
    kind: str
    size: str
    address: str


class Letter(msgspec.Struct, frozen=True):
    """The page. `other_form`: in which else the same message can be shown; empty: it has but one."""

    name: str
    subject: str
    sender: str
    to: str
    copies: str
    reply_to: str
    when: str
    folders: tuple[str, ...]
    gone: bool
    bodies: tuple[Body, ...]
    files: tuple[File, ...]
    conversation: tuple[tuple[Row, bool], ...]
    notes: tuple[str, ...]
    leads_to: tuple[str, ...]
    other_form: Literal["", "text", "laid out"]


def letter(
    reader: Reader, message: KeptMessage, content: tuple[Message, tuple[Leaf, ...]], as_text: bool, now: Instant,
    zone: str,
) -> Letter:  # fmt: skip
    """The page of a message, whose content was taken apart."""
    found, leaves = content
    shown = _Shown(message.short, found, leaves)
    blocks = found.plain if as_text else found.rich
    bodies = tuple(shown.body(each, as_text) for each in blocks)
    places = reader.places(message.id)
    names = {each.id: each.name for each in reader.folders()}
    two_forms = any(each.kind == "html" for each in found.rich)
    head = found.head
    return Letter(
        name=message.short, subject=head.subject or "(no subject)", sender=people(head.senders) or "(no sender)",
        to=people(head.to), copies=people(head.copies),
        reply_to=people(head.reply_to) if head.reply_to and head.reply_to != head.senders else "",
        when=_when(head.at, zone),
        folders=tuple(dict.fromkeys(names.get(each.folder, "") for each in places)),
        gone=bool(places) and all(each.gone_at is not None for each in places),
        bodies=bodies, files=shown.files(), conversation=_conversation(reader, message, now, zone),
        notes=tuple(_notes(shown, message, found)), leads_to=tuple(shown.leads_to)[:LEADS_SHOWN],
        other_form=("laid out" if as_text else "text") if two_forms else "",
    )  # fmt: skip


def people(addresses: tuple[Address, ...], most: int = 20) -> str:
    """Names with their addresses: a name alone says nothing of who wrote.

    >>> people((("Ann", "ann@example.org"), ("", "bob@example.org")))
    'Ann <ann@example.org>, bob@example.org'
    """
    shown = [
        f"{name} <{address}>" if name and address else name or address for name, address in addresses[:most]
    ]
    more = [f"and {len(addresses) - most} more"] if len(addresses) > most else []
    return ", ".join([*shown, *more])


def size(count: int) -> str:
    """Bytes for people.

    >>> size(900), size(1_234_567)
    ('900 bytes', '1.2 MB')
    """
    for unit, word in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {word}"
    return f"{count} bytes"


class _Shown:
    """Gathers what is to be told besides while the body is made harmless."""

    def __init__(self, name: str, message: Message, leaves: tuple[Leaf, ...]) -> None:
        self._name, self._message, self._leaves = name, message, leaves
        self._inside: Mapping[str, Attachment] = {
            each.content_id: each for each in message.attachments if each.content_id
        }
        self._placed: set[int] = set()
        self.pictures, self.cut, self.leads_to = 0, False, dict[str, None]()

    def body(self, block: Block, as_text: bool) -> Body:
        """One block."""
        if block.kind == "html" and not as_text:
            clean = sanitise(block.content, self._picture)
            self.pictures += clean.pictures
            self.cut |= clean.cut
            self.leads_to |= dict.fromkeys(clean.leads_to)
            # The sanitiser's output, and nothing else in this program, is put into a page as it is.
            return Body(Markup(clean.html), "")  # noqa: S704
        from lightship.endure.reading.plain import text_of

        text = text_of(block.content) if block.kind == "html" else block.content
        self.cut |= len(text) > TEXT_SHOWN
        return Body(None, text[:TEXT_SHOWN])

    def files(self) -> tuple[File, ...]:
        """Every attachment that does not stand in the body already."""
        return tuple(
            File(
                each.name,
                each.kind,
                size(each.bytes),
                f"{self._name}/part/{each.number}/{quote(each.name, safe='')}",
            )
            for each in self._message.attachments
            if each.number not in self._placed
        )

    def _picture(self, content_id: str) -> str | None:
        found = self._inside.get(content_id)
        if found is None or not is_picture(self._leaves[found.number].content):
            return None
        self._placed.add(found.number)
        return f"{self._name}/picture/{found.number}"


def _notes(shown: _Shown, kept: KeptMessage, message: Message) -> list[str]:
    notes = []
    if shown.pictures:
        which = "1 picture" if shown.pictures == 1 else f"{shown.pictures} pictures"
        notes.append(f"Not loaded from other servers: {which}. The sender cannot see that you read this.")
    if shown.cut:
        notes.append(
            "This is a very long message: only its beginning is shown. The whole of it is in its own file."
        )
    if message.broken:
        notes.append("This message could not be taken apart; you see it as it is.")
    if kept.damaged:
        notes.append(f"The copy of this message is damaged: {kept.damaged}")
    return notes


def _conversation(
    reader: Reader, message: KeptMessage, now: Instant, zone: str
) -> tuple[tuple[Row, bool], ...]:
    found = conversation(reader, message)
    if len(found) < 2:
        return ()
    return tuple(
        (row(reader, each, next(iter(reader.places(each.id)), None), now, zone), each.id == message.id)
        for each in found
    )


def _when(at: Instant | None, zone: str) -> str:
    try:
        return f"{clock(at, zone)} on {date(at, zone)}" if at is not None else "date not known"
    except (ValueError, OverflowError, OSError):
        return "date not known"
