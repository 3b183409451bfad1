"""Mail in a terminal: a list, a message. Strangers' words are made harmless before they get here, and again here."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.conversation import conversation
from lightship.edges.web.reader.letter import people, size
from lightship.edges.web.reader.lists import Row, row
from lightship.endure.reading.message import Message, opened, read
from lightship.endure.reading.neutral import lines as harmless
from lightship.endure.reading.neutral import one_line
from lightship.endure.reading.plain import text_of
from lightship.tell.times import clock, date
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import Instant


def rows(reader: Reader, found: Iterable[KeptMessage], now: Instant, zone: str) -> tuple[Row, ...]:
    """A list, as rows."""
    return tuple(row(reader, each, next(iter(reader.places(each.id)), None), now, zone) for each in found)


def listed(shown: Iterable[Row]) -> Iterator[str]:
    """Two lines for each message: what to name it by, who and when; and what it is about."""
    for each in shown:
        marks = [f"{each.attachments} attached"] if each.attachments else []
        marks += ["unread"] if each.unread else []
        marks += ["deleted at the provider"] if each.gone else []
        told = f"  ({', '.join(marks)})" if marks else ""
        yield f"{each.name}  {one_line(each.people, 50)}  {each.when}{told}"
        yield f"              {one_line(each.subject, 90)}"


def message_lines(reader: Reader, kept: KeptMessage, zone: str, now: Instant) -> Iterator[str]:
    """A whole message."""
    found = read(reader.raw(kept.id))
    yield from _head(found, zone)
    yield ""
    for block in found.plain:
        yield harmless(text_of(block.content) if block.kind == "html" else block.content).rstrip()
    if found.attachments:
        yield "\nAttachments (`--save FOLDER` writes them there):"
        for each in found.attachments:
            yield f"  {one_line(each.name)}  {size(each.bytes)}, {one_line(each.kind)}"
    others = [each for each in conversation(reader, kept) if each.id != kept.id]
    if others:
        yield "\nIn the same conversation:"
        yield from (f"  {line}" for line in listed(rows(reader, others, now, zone)))


def save_attachments(raw: bytes, folder: Path) -> list[Path]:
    """Write each attachment into a folder; a file that is there is never overwritten. Gives where they went.

    Raises:
        BadInput: the folder cannot be written.
    """
    message, leaves = opened(raw)
    written = []
    for each in message.attachments:
        written.append(_new_file(folder, each.name, leaves[each.number].content))
    return written


def _new_file(folder: Path, name: str, data: bytes) -> Path:
    stem, dot, ending = name.rpartition(".")
    for number in range(1, 1000):
        tried = folder / (
            name if number == 1 else f"{stem or ending}-{number}{dot if stem else ''}{ending if stem else ''}"
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tried.open("xb") as file:
                file.write(data)
            return tried
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInput(
                str(tried), error.strerror or "cannot be written", "name a folder that can be written"
            ) from None
    raise BadInput(str(folder), f"already holds many files named {name}", "name an empty folder")


def _head(found: Message, zone: str) -> Iterator[str]:
    head = found.head
    yield f"From:     {people(head.senders) or '(no sender)'}"
    if head.to:
        yield f"To:       {people(head.to)}"
    if head.copies:
        yield f"Copies:   {people(head.copies)}"
    if head.reply_to and head.reply_to != head.senders:
        yield f"Answers:  {people(head.reply_to)}"
    yield f"Sent:     {_when(head.at, zone)}"
    yield f"Subject:  {head.subject or '(no subject)'}"


def _when(at: Instant | None, zone: str) -> str:
    try:
        return f"{clock(at, zone)} on {date(at, zone)}" if at is not None else "date not known"
    except (ValueError, OverflowError, OSError):
        return "date not known"
