"""Times as people read them: "8:55am", "20 July 2016", in the zone of the deployment."""

from datetime import datetime

from lightship.vocabulary.time import Between, Instant
from lightship.vocabulary.zones import local


def clock(at: Instant, zone: str) -> str:
    """The time of day.

    >>> from lightship.vocabulary.time import parse_iso
    >>> clock(parse_iso("2016-07-20T06:55:00Z"), "Europe/London")
    '7:55am'
    >>> clock(parse_iso("2016-07-20T11:00:00Z"), "Europe/London")
    'midday'
    """
    return _clock(local(at, zone))


def _clock(moment: datetime) -> str:
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midnight" if moment.hour == 0 else "midday"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def date(at: Instant, zone: str) -> str:
    """The day.

    >>> from lightship.vocabulary.time import parse_iso
    >>> date(parse_iso("2016-07-20T06:55:00Z"), "Europe/London")
    '20 July 2016'
    """
    moment = local(at, zone)
    return f"{moment.day} {moment:%B %Y}"


def moment(at: Instant, now: Instant, zone: str) -> str:
    """The time of day, with the day where it is not today's.

    >>> from lightship.vocabulary.time import parse_iso
    >>> now = parse_iso("2016-07-20T21:00:00Z")
    >>> moment(parse_iso("2016-07-21T06:45:00Z"), now, "Europe/London")
    '7:45am on 21 July'
    """
    there, here = local(at, zone), local(now, zone)
    if there.date() == here.date():
        return _clock(there)
    year = f" {there.year}" if there.year != here.year else ""
    return f"{_clock(there)} on {there.day} {there:%B}{year}"


def since(onset: Between, now: Instant, zone: str) -> str:
    """An uncertain beginning: "about 7:55am (between 7:50am and 8am)"."""
    likeliest = moment(onset.likeliest, now, zone)
    low, high = moment(onset.earliest, now, zone), moment(onset.latest, now, zone)
    if low == high:
        return likeliest
    return f"about {likeliest} (between {low} and {high})"
