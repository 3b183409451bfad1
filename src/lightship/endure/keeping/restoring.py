"""What has to be put where, so that another server has what the copy has; and whether it then does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from lightship.vocabulary.time import SECOND, Instant

_K = TypeVar("_K")


class Placed(NamedTuple):
    """A message in a folder: by its hash, with its flags and the date on which it was received."""

    message: int
    hash: bytes
    size: int
    flags: str
    received: Instant
    message_id: str = ""


class Seen(NamedTuple):
    """The same at a server. `received` None: it does not say; `hash` empty: it is none of ours, byte for byte."""

    hash: bytes
    flags: str
    received: Instant | None
    message_id: str = ""


class Compared(NamedTuple):
    """How a restored folder compares.

    Args:
        same: messages as they should be; missing: not there at all.
        altered: there by Message-ID and date, but the server changed their bytes: some mend line ends.
        other_flags, other_date: byte for byte, but with other flags or another date.
    """

    same: int
    missing: int
    altered: int
    other_flags: int
    other_date: int


def to_append(wanted: Iterable[Placed], there: Sequence[Seen]) -> list[Placed]:
    """What is not there yet. A message that stands twice in the copy's folder shall stand there twice.

    One that a server altered when it was put there is there: putting it there again would double it at each restore.
    """
    have = Counter(each.hash for each in there if each.hash)
    altered = Counter(_name(each) for each in there if not each.hash)
    return [each for each in wanted if not _taken(have, each.hash) and not _taken(altered, _name(each))]


def _taken(have: Counter[_K], key: _K) -> bool:
    if not have[key]:
        return False
    have[key] -= 1
    return True


def _name(each: Placed | Seen) -> tuple[str, int | None]:
    return each.message_id, None if each.received is None else each.received // SECOND


def compared(wanted: Sequence[Placed], there: Sequence[Seen]) -> Compared:
    """Whether everything is there, with its flags and dates. Doubles are matched to their likest."""
    left: dict[bytes, list[Seen]] = {}
    for each in there:
        left.setdefault(each.hash, []).append(each)
    altered_there = Counter(_name(each) for each in left.pop(b"", []))
    same = missing = altered = other_flags = other_date = 0
    for ours in wanted:
        theirs = left.get(ours.hash)
        if not theirs:
            found = _taken(altered_there, _name(ours))
            altered, missing = altered + found, missing + (not found)
            continue
        best = max(theirs, key=lambda each: (each.flags == ours.flags, _same_date(ours, each)))
        theirs.remove(best)
        flags, date = best.flags == ours.flags, _same_date(ours, best)
        same += flags and date
        other_flags += not flags
        other_date += not date
    return Compared(same, missing, altered, other_flags, other_date)


def _same_date(ours: Placed, theirs: Seen) -> bool:
    return theirs.received is not None and theirs.received // SECOND == ours.received // SECOND


def name_at(name: str, separator: str, prefix: str, theirs: str) -> str:
    """What a folder is called at a server with another separator, below a prefix.

    >>> name_at("Archive/2016", "/", "", "."), name_at("INBOX", "/", "Old", "/")
    ('Archive.2016', 'Old/INBOX')
    """
    parts = name.split(separator) if separator else [name]
    if theirs:
        parts = [part.replace(theirs, "_") for part in parts]
    return (theirs or "/").join([*filter(None, [prefix]), *parts])
