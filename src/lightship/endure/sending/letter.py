"""A letter of ours, as bytes, complete: what is sent, filed and searched for later is this and nothing else."""

from collections.abc import Sequence
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from lightship.endure.reading.message import Head
from lightship.endure.reading.neutral import one_line
from lightship.endure.reading.threads import is_answer
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import Instant
from lightship.vocabulary.zones import local

MOST_REFERENCES = 50
"""The first and the last of a longer chain are enough for every program to find the conversation."""
LONGEST = 25_000_000
"""Bytes of a letter; most providers refuse above this."""


class Attached(msgspec.Struct, frozen=True):
    """A file that goes along."""

    name: str
    data: bytes


class Draft(msgspec.Struct, frozen=True):
    """What a person wrote.

    Args:
        sender: address in the From line; answers_to: where answers go, if elsewhere.
        follows: Message-IDs of the conversation, the one that is answered last.
    """

    sender: str
    to: tuple[str, ...]
    subject: str
    body: str
    copies: tuple[str, ...] = ()
    answers_to: str = ""
    follows: tuple[str, ...] = ()
    files: tuple[Attached, ...] = ()


def written(draft: Draft, message_id: str, at: Instant, zone: str) -> bytes:
    """The letter.

    Args:
        message_id: without brackets; it never changes, however often the letter is tried.

    Raises:
        BadInput: an address is none, there is no receiver, or it is too large.
    """
    made = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    made["From"] = address(draft.sender, "--from")
    made["To"] = [address(each, "--to") for each in draft.to]
    if draft.copies:
        made["Cc"] = [address(each, "--copy-to") for each in draft.copies]
    if draft.answers_to and draft.answers_to != draft.sender:
        made["Reply-To"] = address(draft.answers_to, "the account")
    made["Subject"] = one_line(draft.subject, 500)
    made["Date"] = format_datetime(local(at, zone))
    made["Message-ID"] = f"<{message_id}>"
    if draft.follows:
        made["In-Reply-To"] = f"<{draft.follows[-1]}>"
        made["References"] = " ".join(f"<{each}>" for each in _chain(draft.follows))
    made.set_content(draft.body)
    for each in draft.files:
        made.add_attachment(each.data, "application", "octet-stream", filename=one_line(each.name, 200))
    raw = made.as_bytes()
    if len(raw) > LONGEST:
        raise BadInput(
            "the letter", f"{len(raw):,} bytes", f"at most {LONGEST:,}, attachments in base64 among them"
        )
    return raw


def address(text: str, place: str) -> Address:
    """An address that can be sent to. Raises BadInput."""
    bare = text.strip()
    name, _, rest = bare.rpartition("<") if bare.endswith(">") else ("", "", bare)
    spec = rest.removesuffix(">")
    local_part, at, host = spec.rpartition("@")
    sound = (
        at
        and local_part
        and host
        and spec.isascii()
        and spec.isprintable()
        and not set(spec) & set(' \t\r\n<>,;:"()[]\\')
    )
    if not sound:
        raise BadInput(
            place, repr(one_line(text, 80)), "an address such as ann@example.org or Ann <ann@example.org>"
        )
    return Address(one_line(name).strip('" '), local_part, host)


def answer_to(head: Head, everyone: bool, mine: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whom an answer goes to, and who gets a copy of it; our own addresses are left out of the copies."""
    first = tuple(each for _, each in (head.reply_to or head.senders) if each)
    if not everyone:
        return first, ()
    known = {each.lower() for each in (*first, *mine)}
    others = dict.fromkeys(each for _, each in (*head.to, *head.copies) if each and each.lower() not in known)
    return first, tuple(others)


def answer_subject(subject: str) -> str:
    """A subject that says it answers.

    >>> answer_subject("Line down"), answer_subject("RE: Line down")
    ('Re: Line down', 'RE: Line down')
    """
    return subject if is_answer(subject) else f"Re: {subject}".strip()


def quoted(text: str, who: str, when: str) -> str:
    """What is answered, below what is to be written."""
    lines = "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n")[:400])
    return f"\n\n{who} wrote, {when}:\n{lines}\n"


def _chain(follows: tuple[str, ...]) -> tuple[str, ...]:
    if len(follows) <= MOST_REFERENCES:
        return follows
    return (follows[0], *follows[-(MOST_REFERENCES - 1) :])
