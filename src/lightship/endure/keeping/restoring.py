"""What has to be put where, so that another server has what the copy has; and whether it then does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lightship.vocabulary.time import SECOND, Instant


class Placed(NamedTuple):
    """A message in a folder: by its hash, with its flags and the date on which it was received."""

    message: int
    hash: bytes
    size: int
    flags: str
    received: Instant


class Seen(NamedTuple):
    """The same at a server. `received` None: it does not say."""

    hash: bytes
    flags: str
    received: Instant | None


class Compared(NamedTuple):
    """How a restored folder compares: messages as they should be, missing, and with other flags or another date."""

    same: int
    missing: int
    other_flags: int
    other_date: int


def to_append(wanted: Iterable[Placed], there: Iterable[Seen]) -> list[Placed]:
    """What is not there yet. A message that stands twice in the copy's folder shall stand there twice."""
    have = Counter(each.hash for each in there)
    missing = []
    for each in wanted:
        if have[each.hash]:
            have[each.hash] -= 1
        else:
            missing.append(each)
    return missing


def compared(wanted: Sequence[Placed], there: Iterable[Seen]) -> Compared:
    """Whether everything is there, with its flags and dates. Doubles are matched to their likest."""
    left: dict[bytes, list[Seen]] = {}
    for each in there:
        left.setdefault(each.hash, []).append(each)
    same = missing = other_flags = other_date = 0
    for ours in wanted:
        theirs = left.get(ours.hash)
        if not theirs:
            missing += 1
            continue
        best = max(theirs, key=lambda each: (each.flags == ours.flags, _same_date(ours, each)))
        theirs.remove(best)
        flags, date = best.flags == ours.flags, _same_date(ours, best)
        same += flags and date
        other_flags += not flags
        other_date += not date
    return Compared(same, missing, other_flags, other_date)


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
