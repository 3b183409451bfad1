"""The grammar of answers (RFC 9051 section 9), read leniently: what cannot be read is skipped or is Nonsense."""

import re
from calendar import timegm
from collections.abc import Sequence
from typing import Protocol

from lightship.edges.mailboxes.imap.trouble import Nonsense
from lightship.vocabulary.time import Instant


class Spilled(Protocol):
    """A literal that was poured into a file while it came."""

    size: int

    def discard(self) -> None:
        """Nobody wants it."""


Value = bytes | None | Spilled | list["Value"]
"""An atom, string or literal; NIL; a literal in a file; a list."""

DEEPEST = 40
"""Lists within lists. Real answers have three; BODYSTRUCTURE, which we never ask for, may have a dozen."""
_TOKEN = re.compile(rb'([()])|"((?:[^"\\]|\\.)*)"|([^\s()"\[\]]*\[[^\]]*\](?:<\d+>)?|[^\s()"]+)')
_BEHIND_LITERAL = re.compile(rb"[ )]|$")
_LITERAL = re.compile(rb"~?\{(\d{1,18})\+?\}$")
_DATE = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$")
_MONTHS = {
    name: n for n, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}


def literal_size(line: bytes) -> int | None:
    """How many bytes follow a line that announces a literal; None: it announces none."""
    if not line.endswith(b"}"):
        return None
    found = _LITERAL.search(line)
    return int(found[1]) if found else None


def values(pieces: Sequence[bytes | Spilled]) -> list[Value]:
    """What an answer holds.

    >>> values([b"12 FETCH (UID 7 FLAGS (\\\\Seen) BODY[] {5}", b"hello", b' X "a b" NIL)'])
    [b'12', b'FETCH', [b'UID', b'7', b'FLAGS', [b'\\\\Seen'], b'BODY[]', b'hello', b'X', b'a b', None]]

    Args:
        pieces: text, literal, text, literal ... text.

    Raises:
        Nonsense: lists that do not close, or close too often, or lie too deep; a literal that ends in the middle of
            something: the server lied about its size.
    """
    open_lists: list[list[Value]] = [[]]
    for number, piece in enumerate(pieces):
        if number % 2:
            open_lists[-1].append(piece)
        else:
            assert isinstance(piece, bytes), "text stands between literals"
            if number and not _BEHIND_LITERAL.match(piece):
                raise Nonsense("a literal whose size is wrong")
            _read(piece if number == len(pieces) - 1 else _LITERAL.sub(b"", piece), open_lists)
    if len(open_lists) != 1:
        raise Nonsense("a list that does not close")
    return open_lists[0]


def _read(text: bytes, open_lists: list[list[Value]]) -> None:
    for parenthesis, quoted, atom in _TOKEN.findall(text):
        if atom:
            open_lists[-1].append(None if atom.upper() == b"NIL" else atom)
        elif not parenthesis:
            open_lists[-1].append(re.sub(rb"\\(.)", rb"\1", quoted) if b"\\" in quoted else quoted)
        elif parenthesis == b"(":
            if len(open_lists) > DEEPEST:
                raise Nonsense("lists within lists within lists")
            inner: list[Value] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif len(open_lists) == 1:
            raise Nonsense("a list that closes and was never open")
        else:
            open_lists.pop()


def attributes(value: Value) -> dict[bytes, Value]:
    """The pairs of a FETCH, names in upper case.

    >>> attributes([b"uid", b"7", b"RFC822.SIZE", b"10"])
    {b'UID': b'7', b'RFC822.SIZE': b'10'}
    """
    if not isinstance(value, list):
        return {}
    pairs = zip(value[::2], value[1::2], strict=False)
    return {name.upper(): each for name, each in pairs if isinstance(name, bytes)}


def number(value: Value) -> int | None:
    """A number, or None for anything else."""
    return int(value) if isinstance(value, bytes) and value.isdigit() and len(value) < 19 else None


def words(value: Value) -> list[str]:
    """A list of atoms as text; anything else in it is left out."""
    if not isinstance(value, list):
        return []
    return [each.decode("utf-8", "replace") for each in value if isinstance(each, bytes)]


def instant(value: Value) -> Instant | None:
    """The instant that an INTERNALDATE names; None: it names none.

    >>> instant(b"17-Jul-1996 02:44:25 -0700")
    837596665000
    """
    found = _DATE.match(value) if isinstance(value, bytes) else None
    month = _MONTHS.get(found[2].lower()) if found else None
    if found is None or month is None:
        return None
    day, year, hour, minute, second = (int(found[n]) for n in (1, 3, 4, 5, 6))
    zone = (int(found[8]) * 3600 + int(found[9]) * 60) * (-1 if found[7] == b"-" else 1)
    return Instant((timegm((year, month, day, hour, minute, second)) - zone) * 1000)


def ranges(uids: Sequence[int]) -> bytes:
    """Ascending numbers as a sequence set.

    >>> ranges([1, 2, 3, 7, 9, 10])
    b'1:3,7,9:10'
    """
    found: list[list[int]] = []
    for uid in uids:
        if found and uid == found[-1][1] + 1:
            found[-1][1] = uid
        else:
            found.append([uid, uid])
    return ",".join(f"{a}" if a == b else f"{a}:{b}" for a, b in found).encode()


def numbers(value: Value, most: int = 10_000_000) -> list[int]:
    """The numbers of a sequence set.

    >>> numbers(b"1:3,7")
    [1, 2, 3, 7]

    Raises:
        Nonsense: it is none, or holds more than `most` numbers.
    """
    found: list[int] = []
    for part in (value if isinstance(value, bytes) else b"?").split(b","):
        first, colon, last = part.partition(b":")
        if not first.isdigit() or (colon and not last.isdigit()) or len(part) > 24:
            raise Nonsense(f"no set of numbers: {part[:40]!r}")
        low, high = sorted((int(first), int(last or first)))
        if len(found) + high - low >= most:
            raise Nonsense(f"more than {most:,} numbers")
        found.extend(range(low, high + 1))
    return found
