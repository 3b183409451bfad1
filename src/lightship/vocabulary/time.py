"""Instants, ticks and spans. Everything is UTC inside; zones are for people and belong to `tell`."""

from datetime import UTC, datetime
from typing import NewType

import msgspec

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00Z."""

Tick = NewType("Tick", int)
"""Number of a 60 s slot on the UTC grid: tick t covers [t * 60 s, (t + 1) * 60 s)."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TICK = MINUTE
GRACE = 5 * SECOND
"""A tick is judged once, this long after its end; what comes later is an amendment."""


def tick_of(at: Instant) -> Tick:
    """The tick that an instant falls in."""
    return Tick(at // TICK)


def start_of(tick: Tick) -> Instant:
    """The first instant of a tick."""
    return Instant(tick * TICK)


def end_of(tick: Tick) -> Instant:
    """The first instant after a tick."""
    return Instant((tick + 1) * TICK)


def judged_at(tick: Tick) -> Instant:
    """When a tick is judged: its end and the grace for late signals."""
    return Instant(end_of(tick) + GRACE)


def after(at: Instant, span: int) -> Instant:
    """The instant `span` milliseconds after `at`."""
    return Instant(at + span)


def iso(at: Instant) -> str:
    """An instant as RFC 3339 in UTC, to the second (milliseconds only where they are not zero).

    >>> iso(Instant(1468997700000))
    '2016-07-20T06:55:00Z'
    """
    whole, millis = divmod(at, 1000)
    text = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{millis:03d}Z" if millis else f"{text}Z"


def parse_iso(text: str) -> Instant:
    """The instant that an RFC 3339 text names. Raises ValueError without a zone.

    >>> parse_iso("2016-07-20T07:55:00+01:00") == parse_iso("2016-07-20T06:55:00Z")
    True
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no zone; write 2016-07-20T06:55:00Z or +01:00")
    return Instant(round(moment.timestamp() * 1000))


class Between(msgspec.Struct, frozen=True):
    """An instant known to lie in [earliest, latest], most likely at `likeliest`."""

    earliest: Instant
    likeliest: Instant
    latest: Instant
