"""The servers that a message came by, and how long it lay at each, by its Received lines.  RFC 5321 (4.4), 5322."""

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from itertools import pairwise

import msgspec

MOST_HOPS = 30
_BY = re.compile(r"\bby\s+([A-Za-z0-9.:\[\]_-]{1,253})")


class Hop(msgspec.Struct, frozen=True):
    """One server. `at`: Unix time, in whole seconds, by its own clock; None: it does not say."""

    by: str
    at: float | None


def hops(lines: Sequence[str]) -> tuple[Hop, ...]:
    """In the order of the way. `lines`: of a header, folded or not; whatever else stands between is passed over."""
    found: list[str] = []
    for line in lines:
        if line.lower().startswith("received:"):
            found.append(line.partition(":")[2])
        elif found and line[:1] in (" ", "\t"):
            found[-1] += line
    return tuple(_hop(each) for each in reversed(found[:MOST_HOPS]))


def _hop(said: str) -> Hop:
    by = _BY.search(said)
    try:
        at: float | None = parsedate_to_datetime(said.rpartition(";")[2].strip()).timestamp()
    except (ValueError, OverflowError):
        at = None
    return Hop(by[1] if by else "?", at)


def waits(way: Sequence[Hop]) -> tuple[float | None, ...]:
    """Seconds from each server to the next; below zero where their clocks differ, None where one says nothing.

    >>> waits((Hop("a", 10.0), Hop("b", 12.0), Hop("c", None)))
    (2.0, None)
    """
    return tuple(None if one.at is None or two.at is None else two.at - one.at for one, two in pairwise(way))


def told(way: Sequence[Hop]) -> str:
    """
    >>> told((Hop("a", 10.0), Hop("b", 12.0)))
    'delivered over 2 hops: a, b +2 s'
    >>> told((Hop("a", 10.0),)), told(())
    ('delivered over 1 hop', 'delivered over 0 hops')
    """
    count = f"delivered over {len(way)} hop{'' if len(way) == 1 else 's'}"
    if len(way) < 2:
        return count
    after = [f"{hop.by} {wait:+.0f} s" if wait is not None else hop.by
             for hop, wait in zip(way[1:], waits(way), strict=True)]  # fmt: skip
    said = ", ".join([way[0].by, *after])
    return f"{count}: {said if len(said) <= 160 else said[:159] + '…'}"
