"""Local time for people. The rules of a zone come from the installed zone data, the instant from the caller."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import Instant


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises BadInput where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("settings.zone", repr(name), "write an IANA name such as Europe/London") from error


def local(at: Instant, name: str) -> datetime:
    """An instant on the clocks of a zone.

    >>> local(Instant(1468997700000), "Europe/London").strftime("%H:%M")
    '07:55'
    """
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone(name))
