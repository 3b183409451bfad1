"""The draft of an answer: to whom, about what, in which conversation."""

from collections.abc import Sequence
from pathlib import Path

from lightship.edges.clock import local_zone
from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.reading.message import read
from lightship.endure.reading.plain import text_of
from lightship.endure.sending.letter import Draft, answer_subject, answer_to, quoted
from lightship.run.mail.chosen import one_message
from lightship.run.mail.writing import account_of, attached, body_of
from lightship.tell.times import date
from lightship.vocabulary.errors import BadInput


def draft_of(
    folder: Path, name: str, everyone: bool, account: str | None, body: str | None, files: Sequence[Path]
) -> tuple[str, Draft]:  # fmt: skip
    """Who answers, and the draft. Raises BadInput where the message is not there or names nobody to answer."""
    reader = Reader(folder)
    try:
        kept = one_message(reader, name)
        message = read(reader.raw(kept.id))
        whose = account or _account(reader, kept)
    finally:
        reader.close()
    whose = account_of(folder, whose)
    to, copies = answer_to(message.head, everyone, (whose,))
    if not to:
        raise BadInput(name, "the message names nobody to answer", "write with `lightship mail send --to`")
    text = "\n".join(text_of(each.content) if each.kind == "html" else each.content for each in message.plain)
    when = date(message.head.at, local_zone()) if message.head.at is not None else "at a time not known"
    who = next((shown or address for shown, address in message.head.senders), to[0])
    ids = (message.head.message_id,) if message.head.message_id else ()
    return whose, Draft(
        "", to, answer_subject(message.head.subject), body_of(body, quoted(text, who, when)), copies=copies,
        follows=(*message.head.references, *ids), files=attached(files),
    )  # fmt: skip


def _account(reader: Reader, kept: KeptMessage) -> str | None:
    """The account that the message is in, if it is in one alone."""
    folders = {each.id: each.account for each in reader.folders()}
    numbers = {folders[each.folder] for each in reader.places(kept.id) if each.folder in folders}
    names = {each.id: each.name for each in reader.accounts()}
    return names[numbers.pop()] if len(numbers) == 1 else None
