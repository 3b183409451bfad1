"""What has to be put where, so that another server has what the copy has; and whether it then does."""

from collections.abc import Callable, Collection, Hashable, Sequence
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
    """Which message there is which of ours, each at most once; None: it is not there.

    The likest come first, and then as many as can be: where one that was altered could be either of two of ours, and
    the other has a second choice, both are there.
    """
    found: list[int | None] = [None] * len(wanted)
    taken: set[int] = set()
    for key in _KEYS:
        free = _by_key(there, key, taken)
        for number, ours in enumerate(wanted):
            if found[number] is None and (left := free.get(key(ours))):
                taken.add(left[-1])
                found[number] = left.pop()
    _make_room(wanted, there, found)
    return [None if at is None else there[at] for at in found]


def _by_key(
    there: Sequence[Seen], key: Callable[[Placed | Seen], Hashable], taken: Collection[int]
) -> dict[Hashable, list[int]]:
    """Those that are free, the last first."""
    free: dict[Hashable, list[int]] = {}
    for number in range(len(there) - 1, -1, -1):
        if number not in taken and (name := key(there[number])) is not None:
            free.setdefault(name, []).append(number)
    return free


def _make_room(wanted: Sequence[Placed], there: Sequence[Seen], found: list[int | None]) -> None:
    """Augmenting paths (Berge 1957): whoever holds what another one needs, and has a second choice, takes that."""
    taken = {at for at in found if at is not None}
    free = {key: _by_key(there, key, taken) for key in _CHOICES}
    holders: dict[Hashable, set[int]] = {}
    for number, at in enumerate(found):
        if at is not None:
            holders.setdefault(_pool(there[at]), set()).add(number)
    for number in [number for number, at in enumerate(found) if at is None]:
        _one_path(number, wanted, found, free, holders)


def _pool(seen: Seen) -> Hashable:
    return (_but_for_the_date, seen.hash) if seen.hash else (_altered, _altered(seen))


_Free = dict[Callable[[Placed | Seen], Hashable], dict[Hashable, list[int]]]


def _one_path(
    first: int, wanted: Sequence[Placed], found: list[int | None], free: _Free, holders: dict[Hashable, set[int]]
) -> None:  # fmt: skip
    came_from: dict[int, tuple[int, Hashable]] = {}
    looked_into: set[Hashable] = set()
    waiting = [first]
    while waiting:
        number = waiting.pop()
        for key in _CHOICES:
            name = key(wanted[number])
            pool = (key, name)
            if name is None or pool in looked_into:
                continue
            looked_into.add(pool)
            if left := free[key].get(name):
                _move(number, left.pop(), pool, found, holders, came_from)
                return
            for holder in holders.get(pool, ()):
                came_from.setdefault(holder, (number, pool))
                waiting.append(holder)


def _move(
    number: int, at: int, pool: Hashable, found: list[int | None], holders: dict[Hashable, set[int]],
    came_from: dict[int, tuple[int, Hashable]],
) -> None:  # fmt: skip
    """Whoever stands on the path takes this one, and gives up its own to the one before."""
    while number in came_from:
        before, own = came_from[number]
        given_up, found[number] = found[number], at
        assert given_up is not None, "it holds one"
        holders.setdefault(pool, set()).add(number)
        holders[own].discard(number)
        number, at, pool = before, given_up, own
    found[number] = at
    holders.setdefault(pool, set()).add(number)


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
    _as_it_is, _but_for_flags, _but_for_the_date, _altered,
)  # fmt: skip
_CHOICES: tuple[Callable[[Placed | Seen], Hashable], ...] = (_but_for_the_date, _altered)
"""By which of ours a message there can be at all; the other keys only say which is the likest."""


def name_at(name: str, separator: str, prefix: str, theirs: str) -> str:
    """What a folder is called at a server with another separator, below a prefix.

    >>> name_at("Archive/2016", "/", "", "."), name_at("INBOX", "/", "Old", "/")
    ('Archive.2016', 'Old/INBOX')
    """
    parts = name.split(separator) if separator else [name]
    if theirs:
        parts = [part.replace(theirs, "_") for part in parts]
    return (theirs or "/").join([*filter(None, [prefix]), *parts])
