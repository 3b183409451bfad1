"""Putting messages into a folder of a server."""

from datetime import UTC, datetime

from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import quoted
from lightship.edges.mailboxes.imap.session import refusal
from lightship.edges.mailboxes.imap.trouble import Refused
from lightship.vocabulary.time import Instant

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def append(client: Client, wire: bytes, message: bytes, flags: str, received: Instant) -> None:
    """Put one message into a folder, with its flags and the date on which it was first received.

    Raises:
        Refused: there is no such folder, no room (code OVERQUOTA), or the server does not like the message.
    """
    session = client.session
    head = b"APPEND %s (%s) %s " % (quoted(wire), flags.encode(), _date(received))
    at_once = "LITERAL+" in client.can or ("LITERAL-" in client.can and len(message) <= 4096)
    if at_once:
        tag = session.send(head + b"{%d+}\r\n" % len(message) + message)
    else:
        tag = session.send(head + b"{%d}" % len(message))
    while True:
        answer = session.answer()
        if answer.tag == b"+" and not at_once:
            session.stream.send(message + b"\r\n")
        if answer.tag == tag:
            if answer.name != b"OK":
                raise refusal(answer, b"APPEND")
            return


def append_with_known_flags(
    client: Client, wire: bytes, message: bytes, flags: str, received: Instant
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
