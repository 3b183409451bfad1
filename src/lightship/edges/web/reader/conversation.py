"""The conversation that a message belongs to, gathered from the catalogue."""

from collections.abc import Iterable

from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.reading.asking import asked
from lightship.endure.reading.message import Head, read_head
from lightship.endure.reading.threads import Item, base_subject, threads

MOST = 200
"""Messages of a conversation that are looked for."""
_HEAD_BYTES = 128 * 1024


def head(reader: Reader, message: KeptMessage) -> Head:
    """The head of a message, from its own bytes; an empty one where its file is gone or damaged."""
    try:
        with reader.open(message.id) as body:
            return read_head(body.read(_HEAD_BYTES))
    except (KeyError, OSError, ValueError):
        return Head()


def conversation(reader: Reader, message: KeptMessage) -> tuple[KeptMessage, ...]:
    """Every message of its conversation, the oldest first; itself at least."""
    found = {message.id: message}
    waiting = [message]
    while waiting and len(found) < MOST:
        for each in _beside(reader, waiting.pop()):
            if each.id not in found and len(found) < MOST:
                found[each.id] = each
                waiting.append(each)
    for each in _same_subject(reader, message):
        found.setdefault(each.id, each)
    items = {str(number): _item(reader, each) for number, each in found.items()}
    mine = next(group for group in threads(items.values()) if any(i.id == str(message.id) for i in group))
    return tuple(found[int(each.id)] for each in mine)


def _beside(reader: Reader, message: KeptMessage) -> Iterable[KeptMessage]:
    named = tuple(each for each in (message.message_id, *reader.references(message.id)) if each)
    yield from reader.by_message_id(named)
    for each in named:
        yield from reader.referring_to(each)


def _same_subject(reader: Reader, message: KeptMessage) -> tuple[KeptMessage, ...]:
    query = asked(" ".join(f"subject:{word}" for word in base_subject(message.subject).split()))
    return reader.search(query, limit=50) if query else ()


def _item(reader: Reader, message: KeptMessage) -> Item:
    if message.indexed:
        return Item(
            str(message.id),
            message.message_id,
            reader.references(message.id),
            message.subject,
            message.sent_at,
        )
    told = head(reader, message)
    return Item(str(message.id), told.message_id, told.references, told.subject, told.at)
