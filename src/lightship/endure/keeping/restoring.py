"""What has to be put where, so that another server has what the copy has; and whether it then does."""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from lightship.vocabulary.time import SECOND, Instant


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


def to_append(wanted: Sequence[Placed], there: Sequence[Seen]) -> list[Placed]:
    """What is not there yet. A message that stands twice in the copy's folder shall stand there twice.

    One that a server altered when it was put there is there: putting it there again would double it at each restore.
    """
    return [ours for ours, theirs in zip(wanted, matched(wanted, there), strict=True) if theirs is None]


def compared(wanted: Sequence[Placed], there: Sequence[Seen]) -> Compared:
    """Whether everything is there, with its flags and dates."""
    same = missing = altered = other_flags = other_date = 0
    for ours, theirs in zip(wanted, matched(wanted, there), strict=True):
        if theirs is None:
            missing += 1
        elif not theirs.hash:
            altered += 1
        else:
            flags, date = theirs.flags == ours.flags, _second(theirs) == _second(ours)
            same += flags and date
            other_flags += not flags
            other_date += not date
    return Compared(same, missing, altered, other_flags, other_date)


def matched(wanted: Sequence[Placed], there: Sequence[Seen]) -> list[Seen | None]:
    """Which message there is which of ours, each at most once; None: it is not there. The likest come first."""
    found: list[Seen | None] = [None] * len(wanted)
    taken: set[int] = set()
    for key in _KEYS:
        free: dict[Hashable, list[int]] = {}
        for number in range(len(there) - 1, -1, -1):
            if number not in taken and (name := key(there[number])) is not None:
                free.setdefault(name, []).append(number)
        for number, ours in enumerate(wanted):
            if found[number] is None and (left := free.get(key(ours))):
                taken.add(left[-1])
                found[number] = there[left.pop()]
    return found


def _second(each: Placed | Seen) -> int | None:
    return None if each.received is None else each.received // SECOND


def _as_it_is(each: Placed | Seen) -> Hashable:
    return (each.hash, _second(each), each.flags) if each.hash else None


def _but_for_flags(each: Placed | Seen) -> Hashable:
    return (each.hash, _second(each)) if each.hash else None


def _altered(each: Placed | Seen) -> Hashable:
    if isinstance(each, Seen) and each.hash:
        return None
    return each.message_id, _second(each)


def _but_for_the_date(each: Placed | Seen) -> Hashable:
    return each.hash or None


_KEYS: tuple[Callable[[Placed | Seen], Hashable], ...] = (
    _as_it_is, _but_for_flags, _altered, _but_for_the_date,
)  # fmt: skip


def name_at(name: str, separator: str, prefix: str, theirs: str) -> str:
    """What a folder is called at a server with another separator, below a prefix.

    >>> name_at("Archive/2016", "/", "", "."), name_at("INBOX", "/", "Old", "/")
    ('Archive.2016', 'Old/INBOX')
    """
    parts = name.split(separator) if separator else [name]
    if theirs:
        parts = [part.replace(theirs, "_") for part in parts]
    return (theirs or "/").join([*filter(None, [prefix]), *parts])
