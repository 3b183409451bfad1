"""What search knows of a message: who, what about, when, and its text, read as leniently as mail is written."""

import binascii
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple

from lightship.vocabulary.time import Instant

MOST_TEXT = 200_000
"""Characters of one message. What lies behind is attachments under another name, or log files."""
MOST_BYTES = 1_000_000
"""Bytes of a message that are looked at: attachments stand behind the text."""
_MESSAGE_IDS = re.compile(r"<([^<>\s]+)>")
_INVISIBLE = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


class Words(NamedTuple):
    """One message for the index.

    Args:
        sent_at: the Date header; None: there is none that can be read.
        references: Message-IDs of References, then In-Reply-To, each once, without brackets.
        attachments: how many parts carry a file's name or say that they are attached.
        body: the text of all parts that people read, and the names of attached files.
    """

    subject: str
    sender: str
    recipients: str
    sent_at: Instant | None
    references: tuple[str, ...]
    attachments: int
    body: str


def words_of(raw: bytes) -> Words:
    """Read a message, or the beginning of one. Whatever it is, there is an answer."""
    message = message_from_bytes(raw[:MOST_BYTES])
    parts = [part for part in message.walk() if not part.is_multipart()]
    attached = [part for part in parts if _is_attached(part)]
    return Words(
        _text_of(message, "subject"),
        _text_of(message, "from"),
        ", ".join(filter(None, (_text_of(message, name) for name in ("to", "cc")))),
        _date(message),
        _references(message),
        len(attached),
        " ".join(_body(parts))[:MOST_TEXT],
    )


def _body(parts: list[Message]) -> Iterator[str]:
    left = MOST_TEXT
    for part in parts:
        if _is_attached(part):
            yield decoded(part.get_filename() or "")
        elif part.get_content_maintype() == "text" and left > 0:
            text = _readable(part)
            left -= len(text)
            yield text


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(
        part.get_content_maintype() != "text" and part.get_filename()
    )


def _readable(part: Message) -> str:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, AssertionError, binascii.Error):
        return ""
    if not isinstance(data, bytes):
        return ""
    text = _as_text(data, part.get_content_charset() or "utf-8")
    if part.get_content_subtype() == "html":
        text = unescape(_TAG.sub(" ", _INVISIBLE.sub(" ", text)))
    return _spaced(text)


def _as_text(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _text_of(message: Message, name: str) -> str:
    return _spaced(", ".join(decoded(each) for each in _values(message, name)))[:2000]


def _spaced(text: str) -> str:
    """With one blank wherever there was white space; five times as quick as a pattern."""
    return " ".join(text.split())


def _values(message: Message, name: str) -> Iterator[str]:
    """As they stand there; bytes beyond ASCII are read as UTF-8 (RFC 6532), or as Latin-1 where they are none."""
    for each, value in message.raw_items():
        if each.lower() == name:
            data = str(value).encode("utf-8", "surrogateescape")
            try:
                yield data.decode()
            except UnicodeDecodeError:
                yield data.decode("latin-1")


def decoded(header: str) -> str:
    """A header as people read it (RFC 2047); what is broken stays as it is.

    >>> decoded("=?utf-8?q?caf=C3=A9?= =?x-none?q?_a?="), decoded("=?utf-8?b?broken")
    ('café a', '=?utf-8?b?broken')
    """
    try:
        pieces = decode_header(header)
    except (HeaderParseError, ValueError):
        return header
    return "".join(
        each if isinstance(each, str) else _as_text(each, charset or "utf-8") for each, charset in pieces
    )


def _date(message: Message) -> Instant | None:
    try:
        moment = parsedate_to_datetime(next(_values(message, "date"), ""))
        at = round(moment.timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, MessageError, IndexError):
        return None
    return Instant(at) if abs(at) < 2**53 else None


def _references(message: Message) -> tuple[str, ...]:
    values = [each for name in ("references", "in-reply-to") for each in _values(message, name)]
    return tuple(dict.fromkeys(_MESSAGE_IDS.findall(" ".join(values))))[-100:]
