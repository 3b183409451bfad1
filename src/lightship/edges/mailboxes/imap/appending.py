"""Putting messages into a folder of a server."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import quoted
from lightship.edges.mailboxes.imap.session import Session, refusal
from lightship.edges.mailboxes.imap.stream import CHUNK
from lightship.edges.mailboxes.imap.trouble import Refused
from lightship.vocabulary.time import Instant

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def append(client: Client, wire: bytes, message: bytes | BinaryIO, flags: str, received: Instant) -> None:
    """Put one message into a folder, with its flags and the date on which it was first received.

    Args:
        message: its bytes, or a file of them, which is read piece by piece.

    Raises:
        Refused: there is no such folder, no room (code OVERQUOTA), or the server does not like the message.
    """
    session, file = client.session, io.BytesIO(message) if isinstance(message, bytes) else message
    size = file.seek(0, io.SEEK_END)
    at_once = "LITERAL+" in client.can or ("LITERAL-" in client.can and size <= 4096)
    head = b"APPEND %s (%s) %s " % (quoted(wire), flags.encode(), _date(received))
    tag = session.send(head + (b"{%d+}" if at_once else b"{%d}") % size)
    if at_once:
        _pour(session, file)
    while True:
        answer = session.answer()
        if answer.tag == b"+" and not at_once:
            _pour(session, file)
        if answer.tag == tag:
            if answer.name != b"OK":
                raise refusal(answer, b"APPEND")
            return


def _pour(session: Session, file: BinaryIO) -> None:
    file.seek(0)
    while piece := file.read(CHUNK):
        session.stream.send(piece)
    session.stream.send(b"\r\n")


def can_append_many(client: Client) -> bool:
    """Whether several messages may go in one command (RFC 3502), without waiting for the server in between."""
    return {"MULTIAPPEND", "LITERAL+"} <= client.can


def append_many(client: Client, wire: bytes, messages: Sequence[tuple[bytes, str, Instant]]) -> None:
    """Put several messages into a folder at once: all, or none where it is refused.

    Servers wait for their disk once and not for each: a hundred messages take hardly longer than one.

    Args:
        messages: their bytes, flags and dates.

    Raises:
        Refused: as `append`; which of them was to blame is not told.
    """
    session = client.session
    head = b"APPEND " + quoted(wire)
    tag = b""
    for message, flags, received in messages:
        part = b"%s (%s) %s {%d+}\r\n" % (head, flags.encode(), _date(received), len(message))
        if tag:
            session.stream.send(part + message)
        else:
            tag = session.send(part + message, end=b"")
        head = b""
    session.stream.send(b"\r\n")
    while (answer := session.answer()).tag != tag:
        pass
    if answer.name != b"OK":
        raise refusal(answer, b"APPEND")


def append_with_known_flags(
    client: Client, wire: bytes, message: bytes | BinaryIO, flags: str, received: Instant
) -> None:
    """As `append`; where the server refuses keywords of others, with the flags that every server knows."""
    try:
        append(client, wire, message, flags, received)
    except Refused as refused:
        plain = " ".join(each for each in flags.split() if each.startswith("\\"))
        if refused.code == "OVERQUOTA" or plain == flags:
            raise
        append(client, wire, message, plain, received)


def _date(at: Instant) -> bytes:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    month = _MONTHS[moment.month - 1]
    return f'"{moment.day:2d}-{month}-{moment.year:04d} {moment:%H:%M:%S} +0000"'.encode()
