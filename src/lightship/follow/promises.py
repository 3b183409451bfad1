"""When people hear next: a promise on every update, kept by automation even when there is nothing new to say."""

from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import MINUTE, Instant, after
from lightship.vocabulary.zones import local

NIGHT_FROM, NIGHT_UNTIL = 22, 7
"""Local hours of the night."""

KEEP_BEFORE = 2 * MINUTE
"""A promise is kept this long before it would break: two judged ticks, so that one late tick does no harm."""


def promise(at: Instant, settings: Settings) -> Instant:
    """By when an update at this instant promises the next one.

    >>> from lightship.vocabulary.time import iso, parse_iso
    >>> iso(promise(parse_iso("2016-07-20T07:05:00Z"), Settings()))
    '2016-07-20T07:35:00Z'
    >>> iso(promise(parse_iso("2016-07-20T22:05:00Z"), Settings()))
    '2016-07-20T23:05:00Z'
    """
    hour = local(at, settings.zone).hour
    night = hour >= NIGHT_FROM or hour < NIGHT_UNTIL
    minutes = settings.next_update_night_minutes if night else settings.next_update_day_minutes
    return after(at, max(minutes, 5) * MINUTE)


def is_due(promised: Instant, at: Instant) -> bool:
    """Whether something must be said now, or the promise breaks."""
    return at >= promised - KEEP_BEFORE


def is_broken(promised: Instant, at: Instant) -> bool:
    """Whether the promised time has passed."""
    return at > promised
