"""Header values as people wrote them: RFC 2047 words, raw 8-bit bytes, and what strangers made of both."""

import base64
import binascii
import codecs
import quopri
import re
from email.utils import getaddresses, parsedate_to_datetime

from lightship.endure.reading.neutral import one_line
from lightship.vocabulary.time import Instant

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_NOT_TEXT = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
"""Codecs of Python that no message may choose: slow on hostile input, or not a character set."""
_LONGEST = 64 * 1024
_MOST_ADDRESSES = 500


def decode(data: bytes, charset: str) -> str:
    """Bytes as text, whatever they are: the stated set, else UTF-8, else Windows-1252 with signs for what has none."""
    for name in (charset, "utf-8"):
        try:
            if codecs.lookup(name).name.replace("_", "-") not in _NOT_TEXT:
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def words(value: str) -> str:
    """A header's raw value as one harmless line.

    Args:
        value: as the parser gives it: bytes that are no ASCII stand as surrogate escapes.

    >>> words("=?utf-8?q?Sa=C3=BC?= =?utf-8?b?w59l?= and more")
    'Saüße and more'
    """
    return one_line(_plain(value))


def addresses(value: str) -> tuple[tuple[str, str], ...]:
    """(name, address) of each in a header; what cannot be read is its text, with no address.

    >>> addresses('"Doe, J" <j@example.org>, k@example.org')
    (('Doe, J', 'j@example.org'), ('', 'k@example.org'))
    """
    raw = _raw(value)[:_LONGEST]
    try:
        found = getaddresses([raw])[:_MOST_ADDRESSES]
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        found = []
    pairs = tuple((words(name), one_line(address)) for name, address in found if name or address)
    return pairs or (((words(value), ""),) if value.strip() else ())


def message_ids(value: str) -> tuple[str, ...]:
    """The identifiers in a Message-ID, In-Reply-To or References, without brackets, each once, in order.

    >>> message_ids("<a@x> <b@y>\\n <a@x>")
    ('a@x', 'b@y')
    """
    return tuple(dict.fromkeys(one_line(each) for each in re.findall(r"<([^<>\s]{1,998})>", value)))


def instant(value: str) -> Instant | None:
    """The moment that a Date header names; None where it names none. A missing zone is read as UTC."""
    try:
        return Instant(round(parsedate_to_datetime(_raw(value)).timestamp() * 1000))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _plain(value: str) -> str:
    text = _BETWEEN.sub(r"\1\2", _BETWEEN.sub(r"\1\2", _raw(value)[:_LONGEST]))
    out, at, run, charset = [], 0, b"", ""
    for found in _WORD.finditer(text):
        name = found[1].partition("*")[0]  # RFC 2231 allows a language after the set
        if run and (found.start() != at or name.lower() != charset):
            out.append(decode(run, charset))
            run = b""
        out.append(text[at : found.start()])
        run += _bytes(found[2].lower(), found[3])  # a letter may be split between two words of one set
        at, charset = found.end(), name.lower()
    if run:
        out.append(decode(run, charset))
    return "".join([*out, text[at:]])


def _bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if kind == "q":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def _raw(value: str) -> str:
    """Raw bytes in a header as text."""
    data = value.encode("utf-8", "surrogateescape")
    return decode(data, "utf-8") if not value.isascii() else value
