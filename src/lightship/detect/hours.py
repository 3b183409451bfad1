"""How ready people are to report, by the hour of their week."""

from lightship.detect.prior import HOURS, WEEKEND_HOURS
from lightship.vocabulary.time import Tick, start_of
from lightship.vocabulary.zones import local


def readiness(tick: Tick, zone: str) -> float:
    """0-1, interpolated between the hours; local time, so that clock changes fall where people have them."""
    now = local(start_of(tick), zone)
    hours = WEEKEND_HOURS if now.weekday() >= 5 else HOURS
    part = now.minute / 60.0
    return hours[now.hour] * (1.0 - part) + hours[(now.hour + 1) % 24] * part
