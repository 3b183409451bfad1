"""How ready people are to report, by the hour of their week."""

from typing import NamedTuple

from lightship.detect.holidays import is_holiday
from lightship.detect.prior import HOURS, WEEKEND_HOURS
from lightship.vocabulary.time import Tick, start_of
from lightship.vocabulary.zones import local

WEEK = 168
SUNDAY = 6


class Hour(NamedTuple):
    """Where in people's week a tick lies.

    Args:
        ready: the shipped readiness to report, 0-1, interpolated between the hours.
        of_week: 0-167 from Monday, midnight; minute: within it.
    """

    ready: float
    of_week: int
    minute: int


def hour(tick: Tick, zone: str) -> Hour:
    """Local time, so that clock changes fall where people have them; a bank holiday is a Sunday."""
    now = local(start_of(tick), zone)
    day = SUNDAY if is_holiday(now.date(), zone) else now.weekday()
    hours = WEEKEND_HOURS if day >= 5 else HOURS
    part = now.minute / 60.0
    ready = hours[now.hour] * (1.0 - part) + hours[(now.hour + 1) % 24] * part
    return Hour(ready, day * 24 + now.hour, now.minute)
